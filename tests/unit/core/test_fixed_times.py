from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.event import Event, EventShape
from syncd.core.fixed_times import NotExact, fixed_times
from syncd.core.meeting import FixedTimes, Repeat
from syncd.core.recurrence import Recurrence
from tests.factories import event

WEDNESDAY = datetime(2026, 12, 2, 9, tzinfo=UTC)
"""10:00 in Vienna."""


def series(*rules: str, start: datetime = WEDNESDAY, **changes) -> Event:
    usual = {
        "shape": EventShape.SERIES,
        "start": start,
        "end": start + timedelta(minutes=30),
        "recurrence": Recurrence(rules),
    }
    return event(**usual | changes)


def reason(told: Event) -> str:
    answer = fixed_times(told)
    assert isinstance(answer, NotExact), answer
    return answer.reason


@pytest.mark.parametrize(
    ("rule", "terms"),
    [
        ("FREQ=DAILY;COUNT=5", FixedTimes(repeat=Repeat.DAILY, count=5)),
        ("FREQ=DAILY;INTERVAL=3;COUNT=5", FixedTimes(repeat=Repeat.DAILY, every=3, count=5)),
        ("FREQ=WEEKLY;COUNT=5", FixedTimes(repeat=Repeat.WEEKLY, weekdays=(4,), count=5)),
        (
            "FREQ=WEEKLY;BYDAY=SU,WE,SA;COUNT=5",
            FixedTimes(repeat=Repeat.WEEKLY, weekdays=(1, 4, 7), count=5),
        ),
        (
            "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=5",
            FixedTimes(repeat=Repeat.WEEKLY, weekdays=(2, 3, 4, 5, 6), count=5),
        ),
        ("FREQ=MONTHLY;COUNT=5", FixedTimes(repeat=Repeat.MONTHLY, month_day=2, count=5)),
        (
            "FREQ=MONTHLY;BYDAY=1WE;COUNT=5",
            FixedTimes(repeat=Repeat.MONTHLY, month_week=1, weekdays=(4,), count=5),
        ),
        (
            "FREQ=DAILY;BYHOUR=10;BYMINUTE=0;COUNT=5",
            FixedTimes(repeat=Repeat.DAILY, count=5),
        ),
    ],
)
def test_a_rule_is_said_in_the_terms_of_zoom(rule, terms):
    assert fixed_times(series(rule)) == terms


@pytest.mark.parametrize(
    "until",
    ["20261223", "20261223T100000", "20261223T090000Z", "20261223T225959Z", "20261229T225959Z"],
)
def test_an_end_is_that_of_the_last_days_in_the_zone(until):
    answer = fixed_times(series(f"FREQ=WEEKLY;UNTIL={until}"))
    assert isinstance(answer, FixedTimes)
    assert answer.until == datetime(2026, 12, 23, 22, 59, 59, tzinfo=UTC)
    assert answer.count is None


@pytest.mark.parametrize("until", ["20261222", "20261223T095959", "20261223T085959Z"])
def test_an_end_just_before_an_occurrence_leaves_it_out(until):
    answer = fixed_times(series(f"FREQ=WEEKLY;UNTIL={until}"))
    assert isinstance(answer, FixedTimes)
    assert answer.until == datetime(2026, 12, 16, 22, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"recurrence": None}, "no series"),
        ({"all_day": True}, "all-day"),
        ({"zone": None}, "time zone"),
        ({"zone": "Custom"}, "time zone"),
        ({"zone": "../etc"}, "time zone"),
        ({"zone": "Europe"}, "time zone"),
        ({"recurrence": Recurrence(())}, "just one"),
        ({"recurrence": Recurrence(("FREQ=DAILY;COUNT=2",) * 2)}, "just one"),
        ({"recurrence": Recurrence(("FREQ=DAILY;COUNT=2",), dates=(WEDNESDAY,))}, "no dates"),
        ({"recurrence": Recurrence(("FREQ=DAILY;COUNT=2",), excluded=(WEDNESDAY,))}, "exceptions"),
    ],
)
def test_an_event_that_zoom_cannot_hold_is_refused_with_a_reason(changes, why):
    assert why in reason(series("FREQ=DAILY;COUNT=2", **changes))


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("FREQ=DAILY", "no end"),
        ("FREQ=DAILY;COUNT=0", "COUNT"),
        ("FREQ=DAILY;COUNT=51", "50 occurrences"),
        ("FREQ=DAILY;UNTIL=20270131", "50 occurrences"),
        ("FREQ=DAILY;UNTIL=20261201", "ended before its start"),
        ("FREQ=DAILY;BYHOUR=9;COUNT=2", "times of the day"),
        ("FREQ=WEEKLY;BYDAY=TH;COUNT=2", "does not start"),
        ("FREQ=WEEKLY;BYDAY=1WE;COUNT=2", "numbered weekday"),
        ("FREQ=YEARLY;COUNT=2", "yearly"),
        ("no rule", "cannot be read"),
    ],
)
def test_a_rule_that_zoom_cannot_hold_is_refused_with_a_reason(rule, why):
    assert why in reason(series(rule))


def test_a_local_day_counts_not_the_one_in_utc():
    # 00:30 on Thursday in Vienna.
    late = datetime(2026, 12, 2, 23, 30, tzinfo=UTC)
    assert "does not start" in reason(series("FREQ=WEEKLY;BYDAY=WE;COUNT=2", start=late))
    thursdays = FixedTimes(repeat=Repeat.WEEKLY, weekdays=(5,), count=2)
    assert fixed_times(series("FREQ=WEEKLY;BYDAY=TH;COUNT=2", start=late)) == thursdays


@pytest.mark.parametrize(
    "start",
    [
        # 02:30 in Vienna: on 28 March 2027 there is none, on 31 October 2027 there are two.
        datetime(2027, 3, 27, 1, 30, tzinfo=UTC),
        datetime(2027, 10, 30, 0, 30, tzinfo=UTC),
    ],
)
def test_an_occurrence_in_the_hour_of_the_clock_change_is_refused(start):
    assert "clocks change" in reason(series("FREQ=DAILY;COUNT=2", start=start))
    assert isinstance(fixed_times(series("FREQ=DAILY;COUNT=1", start=start)), FixedTimes)


def test_a_month_day_is_exact_as_long_as_no_month_lacks_it():
    start = datetime(2027, 7, 31, 9, tzinfo=UTC)
    july_and_august = fixed_times(series("FREQ=MONTHLY;UNTIL=20271030", start=start))
    assert isinstance(july_and_august, FixedTimes)
    assert july_and_august.until == datetime(2027, 8, 31, 21, 59, 59, tzinfo=UTC)
    assert "do not have its day" in reason(series("FREQ=MONTHLY;COUNT=3", start=start))


@pytest.mark.parametrize("year", [1, 9998])
def test_the_ends_of_time_are_refused(year):
    start = datetime(year, 1, 1, 0, 0, tzinfo=UTC)
    for zone in ("Pacific/Kiritimati", "America/Los_Angeles"):
        told = series("FREQ=DAILY;UNTIL=99991231", start=start, zone=zone)
        assert isinstance(fixed_times(told), NotExact)


ENDS = [
    "COUNT=1",
    "COUNT=50",
    "COUNT=999999999",
    "UNTIL=99991231",
    "UNTIL=00010101T000000Z",
    "BYDAY=MO,SU;COUNT=9",
    "BYDAY=-1FR;COUNT=9",
    "BYMONTHDAY=31;COUNT=9",
    "BYSETPOS=1",
]
RULES = st.builds(
    "FREQ={};INTERVAL={};{}".format,
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 120),
    st.sampled_from(ENDS),
)
STARTS = st.datetimes(
    min_value=datetime.fromisoformat("0001-01-02"),
    max_value=datetime.fromisoformat("9999-12-30"),
    timezones=st.just(UTC),
)


@given(RULES, STARTS, st.sampled_from(["Europe/Vienna", "Pacific/Apia", "America/New_York"]))
def test_whatever_the_rule_there_is_an_answer(rule, start, zone):
    answer = fixed_times(series(rule, start=start, end=start, zone=zone))
    if isinstance(answer, FixedTimes):
        assert (answer.count is None) != (answer.until is None)
        assert answer.every <= 99
    else:
        assert answer.reason
