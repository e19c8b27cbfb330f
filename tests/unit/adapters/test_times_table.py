"""From a time in the calendar to the time of its meeting: a stated one, or a stated refusal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from syncd.adapters.google.translate import CalendarFacts
from syncd.adapters.google.translate import change_in as google_change
from syncd.adapters.google.translate import event_in as google_event
from syncd.adapters.microsoft.reading import Unclear
from syncd.adapters.microsoft.translate import event_in as outlook_event
from syncd.adapters.zoom.translate import meeting_body
from syncd.core.case import Case
from syncd.core.desired import Wanted, desired
from syncd.core.event import Event
from syncd.core.refusals import Refused
from syncd.core.rules import decide
from syncd.ports.calendar import Unreadable
from tests.factories import person
from tests.unit.adapters import google_items, microsoft_items
from tests.unit.adapters.times_rows import Row, utc
from tests.unit.adapters.times_table import TABLE

ROWS = pytest.mark.parametrize("row", TABLE, ids=[row.name for row in TABLE])
PROVIDERS = pytest.mark.parametrize("provider", ["google", "outlook"])


def read_google(times: dict[str, Any], home: str = "Europe/Berlin") -> Event:
    item = google_items.item(location="zoom", **times)
    return google_event(item, calendar=google_items.CALENDAR, facts=CalendarFacts("owner", home))


def read_outlook(times: dict[str, Any]) -> Event:
    return outlook_event(microsoft_items.item(**times), calendar=microsoft_items.ANA)


def read(row: Row, provider: str) -> Event:
    if provider == "outlook":
        return read_outlook(row.outlook)
    # A calendar whose own zone is not known either.
    return read_google(row.google, home="" if row.zone is None else "Europe/Berlin")


@PROVIDERS
@ROWS
def test_an_event_has_its_time(row, provider):
    event = read(row, provider)
    assert (event.start, event.end) == (utc(row.starts), utc(row.ends))
    assert (event.start.tzinfo, event.end.tzinfo) == (UTC, UTC)
    assert (event.zone, event.all_day) == (row.zone, row.all_day)


@PROVIDERS
@ROWS
def test_its_meeting_has_the_same_time_or_there_is_a_reason(row, provider):
    event = read(row, provider)
    found = desired(
        Case(
            event=event,
            decision=decide(event, person()),
            person=person(),
            marker="syncd:a:b",
            now=utc(row.now) if row.now else event.start - timedelta(hours=1),
            bound=False,
        )
    )
    if isinstance(row.zoom, str):
        assert isinstance(found, Refused)
        assert found.code == row.zoom
        assert found.reason
    else:
        assert isinstance(found, Wanted)
        body = meeting_body(found.spec)
        assert {name: body[name] for name in row.zoom} == row.zoom


UNREADABLE = [
    ("a leap second", "2026-12-31T23:59:60Z"),
    ("hour 24", "2026-12-31T24:00:00Z"),
    ("a day in the place of a time", "2026-12-31"),
    ("an hour alone", "2026-12-31T10Z"),
    ("a day that does not exist", "2027-02-29T10:00:00Z"),
    ("before the first second", "0001-01-01T00:00:00+14:00"),
    ("after the last second", "9999-12-31T23:59:59-12:00"),
    ("a year of five digits", "10000-01-01T00:00:00Z"),
    ("nothing", ""),
    ("a word", "noon"),
]
STAMPS = pytest.mark.parametrize(
    "stamp", [s for _, s in UNREADABLE], ids=[n for n, _ in UNREADABLE]
)
ENDS = pytest.mark.parametrize("name", ["start", "end"])


@ENDS
@STAMPS
def test_google_what_is_no_time_makes_the_event_unreadable(stamp, name):
    item = google_items.item(**{name: {"dateTime": stamp, "timeZone": "Europe/Berlin"}})
    found = google_change(item, calendar=google_items.CALENDAR, facts=google_items.FACTS)
    assert isinstance(found, Unreadable)
    assert found.event_id == "ev1"


@ENDS
@STAMPS
def test_outlook_what_is_no_time_makes_the_event_unclear(stamp, name):
    with pytest.raises(Unclear, match=name if stamp else "dateTime"):
        read_outlook({name: {"dateTime": stamp, "timeZone": "UTC"}})


@pytest.mark.parametrize("zone", [None, "", "W. Europe Standard Time", "Nowhere/Land"])
def test_google_a_time_without_offset_is_never_taken_for_one_of_the_calendars_zone(zone):
    start = {"dateTime": "2026-12-02T10:00:00", "timeZone": zone}
    item = google_items.item(start=start)
    found = google_change(item, calendar=google_items.CALENDAR, facts=google_items.FACTS)
    assert found == Unreadable("ev1", "a time has neither an offset nor a zone that is known")


@pytest.mark.parametrize("day", ["2026-12-32", "20261202", "2026-W49-3", "2026-12-02T10:00:00Z"])
def test_google_what_is_no_day_makes_the_event_unreadable(day):
    item = google_items.item(start={"date": day}, end={"date": "2026-12-03"})
    found = google_change(item, calendar=google_items.CALENDAR, facts=google_items.FACTS)
    assert found == Unreadable("ev1", "a day cannot be read")


@pytest.mark.parametrize("zone", ["tzone://Microsoft/Custom", "Kamchatka Standard Time", "local"])
def test_outlook_a_time_told_in_an_unknown_zone_is_never_taken_for_utc(zone):
    with pytest.raises(Unclear, match="the time zone of start is unknown"):
        read_outlook({"start": microsoft_items.at("2026-12-02T10:00:00.0000000", zone)})


def test_the_day_that_samoa_left_out_counts_from_before_the_jump():
    start = {"dateTime": "2011-12-30T10:00:00", "timeZone": "Pacific/Apia"}
    assert read_google({"start": start}).start == datetime(2011, 12, 30, 20, tzinfo=UTC)
    told = microsoft_items.at("2011-12-30T10:00:00.0000000", "Samoa Standard Time")
    assert read_outlook({"start": told}).start == datetime(2011, 12, 30, 20, tzinfo=UTC)
