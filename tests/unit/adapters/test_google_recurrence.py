from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.adapters.google.recurrence import recurrence_in
from syncd.adapters.google.translate import event_in
from syncd.adapters.recurrence import Rules
from syncd.core.event import Event
from syncd.core.recurrence import Recurrence
from tests.unit.adapters.google_items import CALENDAR, FACTS, item

NOON = datetime(2026, 12, 24, 11, tzinfo=UTC)
"""12:00 in Berlin."""


def read(*lines: object, zone: str | None = "Europe/Berlin") -> Recurrence:
    return recurrence_in(lines, zone=zone)


def seen(**fields) -> Event:
    return event_in(item(**fields), calendar=CALENDAR, facts=FACTS)


def test_a_series_says_how_it_repeats():
    event = seen(recurrence=["EXDATE;TZID=Europe/Berlin:20261224T120000", "RRULE:FREQ=DAILY"])
    assert event.recurrence == Recurrence(("FREQ=DAILY",), excluded=(NOON,))
    assert event.series_id is None


def test_an_occurrence_names_its_series():
    event = seen(
        recurringEventId="series1",
        originalStartTime={"dateTime": "2026-12-02T12:00:00+01:00", "timeZone": "Europe/Berlin"},
    )
    assert (event.series_id, event.recurrence) == ("series1", None)


def test_a_single_event_does_not_repeat():
    event = seen()
    assert (event.series_id, event.recurrence) == (None, None)


@pytest.mark.parametrize(
    "line",
    [
        "EXDATE;TZID=Europe/Berlin:20261224T120000",
        'exdate;tzid="Europe/Berlin":20261224t120000',
        "EXDATE;TZID=America/New_York:20261224T060000",
        "EXDATE:20261224T110000Z",
        "EXDATE;VALUE=DATE-TIME:20261224T110000Z",
        "EXDATE:20261224T120000",
        "EXDATE;TZID=Europe/Berlin:20261224\r\n T120000",
        "EXDATE;TZID=Europe/Berlin:20261224\n\tT120000",
        " EXDATE : 20261224T110000Z ",
    ],
)
def test_a_time_is_read_in_each_of_its_spellings(line):
    assert read(line) == Recurrence((), excluded=(NOON,))
    assert read(line.replace("EX", "R").replace("ex", "r")) == Recurrence((), dates=(NOON,))


def test_several_times_stand_in_one_line_or_in_several():
    later = NOON.replace(day=25)
    assert read("RDATE:20261224T110000Z,20261225T110000Z").dates == (NOON, later)
    assert read("RDATE:20261224T110000Z", "RDATE:20261225T110000Z").dates == (NOON, later)
    assert read("RDATE:20261224T110000Z\nRDATE:20261225T110000Z").dates == (NOON, later)


def test_a_day_stands_for_its_midnight_in_the_zone():
    assert read("EXDATE;VALUE=DATE:20261224").excluded == (datetime(2026, 12, 23, 23, tzinfo=UTC),)
    in_utc = read("EXDATE;VALUE=DATE:20261224", zone=None)
    assert in_utc.excluded == (datetime(2026, 12, 24, tzinfo=UTC),)


@pytest.mark.parametrize("line", ["RRULE:FREQ=DAILY", "rrule:FREQ=DAILY", "RRULE: FREQ=DAI\n LY "])
def test_a_rule_is_kept_as_it_is(line):
    assert read(line) == Recurrence(("FREQ=DAILY",))


@pytest.mark.parametrize(
    "line",
    [
        "EXRULE:FREQ=DAILY",
        "RRULE;X-ODD=1:FREQ=DAILY",
        "RDATE;VALUE=PERIOD:20261224T110000Z/PT1H",
        "EXDATE;TZID=Atlantis/Capital:20261224T120000",
        "EXDATE;TZID=localtime:20261224T120000",
        "EXDATE;TZID=../../etc/passwd:20261224T120000",
        "EXDATE:20261224T110000Z,soon",
        "EXDATE:",
        "EXDATE",
        "EXDATE;TZID=Asia/Tokyo:00010101T000000",
        "",
        None,
        7,
        {"RRULE": "FREQ=DAILY"},
    ],
)
def test_a_line_that_cannot_be_read_stops_whoever_follows_the_series_and_nothing_else(line):
    event = seen(recurrence=["RRULE:FREQ=DAILY", line])
    assert event.recurrence is not None
    assert event.recurrence.rules[0] == "FREQ=DAILY"
    with pytest.raises(ValueError, match=r"^The recurrence rule "):
        Rules().next_start(event, after=NOON)


NAMES = ("RRULE", "EXDATE", "RDATE", ";TZID=", ";VALUE=DATE", "Europe/Berlin", ":", ",", "=")
VALUES = ("20261224", "T110000", "Z", "FREQ=DAILY", "99991231", "\r\n", " ", "\x00", "é")
PIECES = st.sampled_from(NAMES + VALUES)
LINES = st.one_of(st.lists(PIECES, max_size=20).map("".join), st.none(), st.integers())


@given(st.lists(LINES, max_size=5))
def test_whatever_the_lines_are_there_is_an_answer(lines):
    found = recurrence_in(lines, zone="Europe/Berlin")
    assert all(one.tzinfo is UTC for one in (*found.dates, *found.excluded))
