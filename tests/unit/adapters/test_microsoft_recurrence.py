from __future__ import annotations

from datetime import UTC, datetime

import pytest

from syncd.adapters.microsoft.recurrence import recurrence_in
from syncd.adapters.microsoft.translate import event_in
from syncd.adapters.recurrence import Rules
from syncd.core.recurrence import Recurrence
from tests.unit.adapters.microsoft_items import ANA, item

NO_END = {"type": "noEnd", "startDate": "2026-12-02"}
DAILY = {"type": "daily", "interval": 1}


def repeating(pattern, span=NO_END) -> dict[str, object]:
    return {"recurrence": {"pattern": pattern, "range": span}}


def read(pattern, span=NO_END, *, zone: str | None = "Europe/Berlin", **more) -> Recurrence:
    return recurrence_in(repeating(pattern, span) | more, zone=zone)


def test_a_master_says_how_it_repeats_and_an_occurrence_names_its_master():
    master = event_in(item(type="seriesMaster", **repeating(DAILY)), calendar=ANA)
    assert (master.recurrence, master.series_id) == (Recurrence(("FREQ=DAILY;INTERVAL=1",)), None)
    exception = item(
        type="exception", seriesMasterId="master1", originalStart="2026-12-02T11:00:00Z"
    )
    told = event_in(exception, calendar=ANA)
    assert (told.recurrence, told.series_id) == (None, "master1")
    single = event_in(item(), calendar=ANA)
    assert (single.recurrence, single.series_id) == (None, None)


@pytest.mark.parametrize(
    ("pattern", "rule"),
    [
        (DAILY, "FREQ=DAILY;INTERVAL=1"),
        (
            {
                "type": "weekly",
                "interval": 2,
                "daysOfWeek": ["monday", "Friday"],
                "firstDayOfWeek": "monday",
            },
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR;WKST=MO",
        ),
        (
            {"type": "weekly", "interval": 1, "daysOfWeek": ["sunday"]},
            "FREQ=WEEKLY;INTERVAL=1;BYDAY=SU;WKST=SU",
        ),
        (
            {"type": "absoluteMonthly", "interval": 3, "dayOfMonth": 28},
            "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=28",
        ),
        (
            {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 30},
            "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=28,29,30;BYSETPOS=-1",
        ),
        (
            {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31},
            "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=-1",
        ),
        (
            {
                "type": "relativeMonthly",
                "interval": 1,
                "daysOfWeek": ["tuesday"],
                "index": "second",
            },
            "FREQ=MONTHLY;INTERVAL=1;BYDAY=2TU",
        ),
        (
            {"type": "relativeMonthly", "interval": 1, "daysOfWeek": ["tuesday"]},
            "FREQ=MONTHLY;INTERVAL=1;BYDAY=1TU",
        ),
        (
            {
                "type": "relativeMonthly",
                "interval": 1,
                "daysOfWeek": ["saturday", "sunday"],
                "index": "last",
            },
            "FREQ=MONTHLY;INTERVAL=1;BYDAY=SA,SU;BYSETPOS=-1",
        ),
        (
            {"type": "absoluteYearly", "interval": 1, "month": 2, "dayOfMonth": 29},
            "FREQ=YEARLY;INTERVAL=1;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1",
        ),
        (
            {
                "type": "relativeYearly",
                "interval": 1,
                "month": 11,
                "daysOfWeek": ["thursday"],
                "index": "fourth",
            },
            "FREQ=YEARLY;INTERVAL=1;BYMONTH=11;BYDAY=4TH",
        ),
    ],
)
def test_a_pattern_is_said_as_a_rule(pattern, rule):
    assert read(pattern) == Recurrence((rule,))


@pytest.mark.parametrize(
    ("fields", "zone", "all_day", "end"),
    [
        ({"type": "numbered", "numberOfOccurrences": 7}, "Europe/Berlin", False, "COUNT=7"),
        ({"type": "endDate"}, "Europe/Berlin", False, "UNTIL=20261224T225959Z"),
        ({"type": "endDate"}, None, False, "UNTIL=20261224T235959Z"),
        (
            {"type": "endDate", "recurrenceTimeZone": "Pacific Standard Time"},
            "Europe/Berlin",
            False,
            "UNTIL=20261225T075959Z",
        ),
        (
            {"type": "endDate", "recurrenceTimeZone": "Customized Time Zone"},
            "Asia/Tokyo",
            False,
            "UNTIL=20261224T145959Z",
        ),
        (
            {"type": "endDate", "recurrenceTimeZone": "Pacific Standard Time"},
            "Europe/Berlin",
            True,
            "UNTIL=20261224",
        ),
    ],
)
def test_a_range_is_said_as_the_end_of_a_rule(fields, zone, all_day, end):
    span = {"endDate": "2026-12-24", "startDate": "2026-12-02"} | fields
    rule = read(DAILY, span, zone=zone, isAllDay=all_day).rules[0]
    assert rule == f"FREQ=DAILY;INTERVAL=1;{end}"


@pytest.mark.parametrize(
    ("pattern", "span"),
    [
        (None, None),
        ("daily", "noEnd"),
        ({"type": "hourly", "interval": 1}, NO_END),
        ({"type": "daily"}, NO_END),
        ({"type": "daily", "interval": 0}, NO_END),
        ({"type": "daily", "interval": True}, NO_END),
        ({"type": "daily", "interval": 10**30}, NO_END),
        ({"type": "weekly", "interval": 1}, NO_END),
        ({"type": "weekly", "interval": 1, "daysOfWeek": ["day"]}, NO_END),
        (
            {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"], "firstDayOfWeek": "x"},
            NO_END,
        ),
        ({"type": "absoluteMonthly", "interval": 1}, NO_END),
        (
            {"type": "relativeMonthly", "interval": 1, "daysOfWeek": ["monday"], "index": "fifth"},
            NO_END,
        ),
        ({"type": "absoluteYearly", "interval": 1, "dayOfMonth": 1, "month": 13}, NO_END),
        (DAILY, {"type": "some"}),
        (DAILY, {"type": "numbered"}),
        (DAILY, {"type": "endDate", "endDate": "soon"}),
        (DAILY, {"type": "endDate", "endDate": None}),
    ],
)
def test_what_cannot_be_read_stops_whoever_follows_the_series_and_nothing_else(pattern, span):
    told = event_in(item(type="seriesMaster", **repeating(pattern, span)), calendar=ANA)
    with pytest.raises(ValueError, match=r"^The recurrence rule "):
        Rules().next_start(told, after=datetime(2026, 12, 2, tzinfo=UTC))


def test_the_last_day_of_all_calendars_is_an_end_as_well():
    span = {"type": "endDate", "endDate": "9999-12-31", "startDate": "2026-12-02"}
    for zone in ("America/Los_Angeles", "Asia/Tokyo"):
        told = event_in(
            item(
                type="seriesMaster",
                **repeating(DAILY, span | {"recurrenceTimeZone": zone}),
            ),
            calendar=ANA,
        )
        assert Rules().next_start(told, after=datetime(2026, 12, 2, tzinfo=UTC)) == told.start
