"""Times and days as text."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.stamps import read_day, read_time, utc_stamp


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("2026-07-01T10:00:00Z", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("2026-07-01t10:00:00z", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        ("2026-07-01T10:00:00-00:00", datetime(2026, 7, 1, 10, tzinfo=UTC)),
        (
            "2026-07-01T10:00:00+05:45",
            datetime(2026, 7, 1, 10, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        ),
        ("2026-07-01T10:00:00", datetime(2026, 7, 1, 10)),  # noqa: DTZ001 - without an offset
        ("2026-07-01T10:00:30.5Z", datetime(2026, 7, 1, 10, 0, 30, 500_000, tzinfo=UTC)),
        ("2026-07-01T10:00:30.1234567Z", datetime(2026, 7, 1, 10, 0, 30, 123_456, tzinfo=UTC)),
        ("9999-12-31T23:59:59.9999999", datetime(9999, 12, 31, 23, 59, 59, 999_999)),  # noqa: DTZ001 - without an offset
        ("0001-01-01T00:00:00.0000000", datetime(1, 1, 1)),  # noqa: DTZ001 - without an offset
        ("2026-07-01T10:00:00." + "9" * 100_000, datetime(2026, 7, 1, 10, 0, 0, 999_999)),  # noqa: DTZ001 - without an offset
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_time_is_read(stamp, expected):
    found = read_time(stamp)
    assert (found, found.utcoffset()) == (expected, expected.utcoffset())


@pytest.mark.parametrize(
    "stamp",
    [
        "",
        "2026-07-01",
        "20260701T100000Z",
        "2026-W27-3T10:00:00Z",
        "2026-07-01T10Z",
        "2026-07-01T10:00Z",
        "2026-07-01 10:00:00Z",
        "2026-07-01T10:00:00 Z",
        "2026-07-01T10:00:00.Z",
        "2026-07-01T10:00:00,5Z",
        "2026-07-01T24:00:00Z",
        "2026-12-31T23:59:60Z",
        "2026-02-29T10:00:00Z",
        "2026-13-01T10:00:00Z",
        "0000-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "-001-01-01T00:00:00Z",
        "2026-07-01T10:00:00+24:00",
        "2026-07-01T10:00:00+0100",
        "2026-07-01T10:00:00+01:00:30",
        "2026-07-01T10:00:00Europe/Berlin",
        "2026-07-01T10:00:00Z\n",
        "٢٠٢٦-07-01T10:00:00Z",
        "noon",
        "9" * 100_000,
    ],
    ids=lambda stamp: repr(stamp)[:40],
)
def test_what_is_no_time_is_refused(stamp):
    with pytest.raises(ValueError, match=r"."):
        read_time(stamp)


@given(st.datetimes(timezones=st.just(UTC) | st.none()))
def test_every_time_is_read_as_it_was_written(moment):
    assert read_time(moment.isoformat()) == moment


@given(st.text(max_size=40))
def test_no_text_raises_anything_else(stamp):
    for read in (read_time, read_day):
        try:
            read(stamp)
        except ValueError:
            continue


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2024, 2, 29), date(9999, 12, 31)])
def test_a_day_is_read(day):
    assert read_day(day.isoformat()) == day


@pytest.mark.parametrize(
    "stamp",
    ["", "20260701", "2026-W27-3", "2026-07-01T00:00:00Z", "2026-02-29", "10000-01-01", "today"],
)
def test_what_is_no_day_is_refused(stamp):
    with pytest.raises(ValueError, match=r"."):
        read_day(stamp)


def test_a_time_is_written_in_utc_to_the_second():
    placed = datetime(2026, 7, 1, 1, 30, 59, 999_999, tzinfo=timezone(timedelta(hours=2)))
    assert utc_stamp(placed) == "2026-06-30T23:30:59Z"
