"""Google's event resource and the event of core, as tables."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from syncd.adapters.google import translate
from syncd.adapters.google.reading import Malformed
from syncd.adapters.google.translate import CalendarFacts, change_in, event_in, patch_body
from syncd.core.event import (
    Attendee,
    Body,
    BodyFormat,
    EventChange,
    EventShape,
)
from syncd.core.ids import EventKey, EventRef, Provider
from syncd.ports.calendar import Changed, Gone, Unreadable
from tests.unit.adapters.google_items import CALENDAR, FACTS, item


def read(role: str = "owner", zone: str = "Europe/Berlin", **fields: Any):
    return event_in(item(**fields), calendar=CALENDAR, facts=CalendarFacts(role, zone))


def test_a_single_event_is_read_whole():
    event = read(location="Room 1", description="Soup & <b>bread</b>")
    assert event.ref == EventRef(CALENDAR, "ev1")
    assert event.key == EventKey(Provider.GOOGLE, "ev1@google.com")
    assert event.version == '"3181161784712000"'
    assert event.changed_at == datetime(2026, 11, 20, 8, 0, 0, 123000, tzinfo=UTC)
    assert (event.shape, event.title, event.location) == (EventShape.SINGLE, "Lunch", "Room 1")
    assert event.body == Body("Soup & <b>bread</b>", BodyFormat.TEXT)
    assert event.start == datetime(2026, 12, 2, 11, 0, tzinfo=UTC)
    assert event.end == datetime(2026, 12, 2, 11, 45, tzinfo=UTC)
    assert (event.zone, event.all_day) == ("Europe/Berlin", False)
    assert (event.organiser, event.is_organiser, event.can_write) == ("ana@example.com", True, True)
    assert (event.cancelled, event.draft, event.locked, event.private) == (False,) * 4
    assert (event.special, event.attendees, event.categories) == (None, (), ())
    assert (event.mark, event.native) == (None, None)
    assert event.url == "https://www.google.com/calendar/event?eid=x"


def test_missing_texts_are_empty():
    event = read(summary=None, htmlLink=None)
    assert (event.title, event.location, event.body.text, event.url) == ("", "", "", "")


@pytest.mark.parametrize(
    ("start", "expected", "zone"),
    [
        ({"dateTime": "2026-07-01T10:00:00Z"}, datetime(2026, 7, 1, 10, tzinfo=UTC), "Asia/Tokyo"),
        (
            {"dateTime": "2026-07-01T10:00:00-04:00", "timeZone": "America/New_York"},
            datetime(2026, 7, 1, 14, tzinfo=UTC),
            "America/New_York",
        ),
        # The offset counts, even when it is not the zone's.
        (
            {"dateTime": "2026-07-01T10:00:00+02:00", "timeZone": "America/New_York"},
            datetime(2026, 7, 1, 8, tzinfo=UTC),
            "America/New_York",
        ),
        (
            {"dateTime": "2026-07-01T10:00:00", "timeZone": "Europe/Berlin"},
            datetime(2026, 7, 1, 8, tzinfo=UTC),
            "Europe/Berlin",
        ),
        (
            {"dateTime": "2026-07-01T10:00:00Z", "timeZone": "Romance Standard Time"},
            datetime(2026, 7, 1, 10, tzinfo=UTC),
            "Asia/Tokyo",
        ),
        (
            {"dateTime": "2026-07-01T10:00:00Z", "timeZone": "../../etc/passwd"},
            datetime(2026, 7, 1, 10, tzinfo=UTC),
            "Asia/Tokyo",
        ),
        (
            {"dateTime": "2026-07-01T10:00:00Z", "timeZone": "America"},
            datetime(2026, 7, 1, 10, tzinfo=UTC),
            "Asia/Tokyo",
        ),
    ],
)
def test_times_are_in_utc_and_the_zone_is_the_events_or_the_calendars(start, expected, zone):
    event = read(zone="Asia/Tokyo", start=start)
    assert (event.start, event.zone) == (expected, zone)
    assert event.start.tzinfo is UTC


@pytest.mark.parametrize(
    ("home", "start", "end"),
    [
        (
            "Europe/Berlin",
            datetime(2026, 3, 28, 23, tzinfo=UTC),
            datetime(2026, 3, 29, 22, tzinfo=UTC),
        ),
        ("", datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC)),
        ("Nowhere/Land", datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 3, 30, tzinfo=UTC)),
    ],
)
def test_an_all_day_event_lasts_from_midnight_to_midnight_at_home(home, start, end):
    event = read(zone=home, start={"date": "2026-03-29"}, end={"date": "2026-03-30"})
    assert (event.start, event.end, event.all_day) == (start, end, True)


def test_a_series_is_known_by_its_rule():
    assert read(recurrence=["RRULE:FREQ=DAILY"]).shape is EventShape.SERIES


def test_an_occurrence_is_known_by_its_original_start():
    event = read(
        recurringEventId="ev0",
        originalStartTime={"dateTime": "2026-12-01T12:00:00+01:00", "timeZone": "Europe/Berlin"},
    )
    assert event.shape is EventShape.OCCURRENCE
    assert event.key.original_start == datetime(2026, 12, 1, 11, tzinfo=UTC)


def test_the_key_of_an_all_day_occurrence_does_not_depend_on_the_calendars_zone():
    fields: dict[str, Any] = {
        "recurringEventId": "ev0",
        "originalStartTime": {"date": "2026-12-01"},
    }
    keys = {read(zone=zone, **fields).key for zone in ("Asia/Tokyo", "Europe/Berlin", "")}
    assert keys == {EventKey(Provider.GOOGLE, "ev1@google.com", datetime(2026, 12, 1, tzinfo=UTC))}


@pytest.mark.parametrize(
    ("role", "organiser_self", "guests_can_modify", "can_write"),
    [
        ("owner", True, False, True),
        ("writer", True, False, True),
        ("writer", False, True, True),
        ("owner", False, False, False),
        ("writerWithoutPrivateAccess", True, True, False),
        ("reader", True, True, False),
        ("freeBusyReader", True, True, False),
        ("", True, True, False),
    ],
)
def test_it_can_be_written_by_role_and_by_organiser(
    role, organiser_self, guests_can_modify, can_write
):
    organiser = {"email": "ana@example.com", "self": organiser_self}
    event = read(role, organizer=organiser, guestsCanModify=guests_can_modify)
    assert (event.is_organiser, event.can_write) == (organiser_self, can_write)


@pytest.mark.parametrize("name", ["locked", "privateCopy"])
def test_locked_events_and_private_copies_are_locked(name):
    fields: dict[str, Any] = {name: True}
    assert read(**fields).locked


@pytest.mark.parametrize(
    ("visibility", "private"),
    [
        ("private", True),
        ("confidential", True),
        ("public", False),
        ("default", False),
        (None, False),
    ],
)
def test_private_is_what_its_visibility_says(visibility, private):
    assert read(visibility=visibility).private is private


@pytest.mark.parametrize("kind", ["outOfOffice", "focusTime", "birthday", "fromGmail"])
def test_an_event_of_another_type_is_special(kind):
    assert read(eventType=kind).special == kind


def test_an_event_without_a_type_is_ordinary():
    assert read(eventType=None).special is None


def test_attendees_are_addresses_in_lower_case():
    attendees = [
        {"email": "Bo@Example.com"},
        {"email": "room1@resource.calendar.google.com", "resource": True},
        {"displayName": "somebody without an address"},
    ]
    assert read(attendees=attendees).attendees == (
        Attendee("bo@example.com"),
        Attendee("room1@resource.calendar.google.com", is_resource=True),
    )


def test_our_private_property_is_the_mark():
    assert read(extendedProperties={"private": {"syncd": "v1.1.abc", "x": "y"}}).mark == "v1.1.abc"


@pytest.mark.parametrize("properties", [{}, {"private": {}}, {"private": {"syncd": ""}}])
def test_without_our_private_property_there_is_no_mark(properties):
    assert read(extendedProperties=properties).mark is None


@pytest.mark.parametrize(
    "tombstone",
    [
        {"id": "ev1", "status": "cancelled"},
        {"id": "ev1", "status": "cancelled", "recurringEventId": 5},
        item(status="cancelled"),
    ],
)
def test_a_cancelled_item_is_gone(tombstone):
    assert change_in(tombstone, calendar=CALENDAR, facts=FACTS) == Gone("ev1")


def test_a_cancelled_occurrence_is_gone_and_names_its_series():
    tombstone = {
        "id": "ev1",
        "status": "cancelled",
        "recurringEventId": "ev0",
        "originalStartTime": {"date": "2026-12-01"},
    }
    assert change_in(tombstone, calendar=CALENDAR, facts=FACTS) == Gone("ev1", "ev0")


def test_a_good_item_is_changed():
    assert change_in(item(), calendar=CALENDAR, facts=FACTS) == Changed(read())


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"iCalUID": None}, "iCalUID is missing"),
        ({"etag": None}, "etag is missing"),
        ({"etag": "a\nb"}, "etag cannot stand in a header"),
        ({"updated": None}, "updated is missing"),
        ({"updated": "yesterday"}, "a time cannot be read"),
        (
            {"updated": "2026-12-01T10:00:00"},
            "a time has neither an offset nor a zone that is known",
        ),
        ({"summary": 5}, "summary is no text"),
        ({"start": None}, "dateTime is missing"),
        ({"start": {"dateTime": "noon"}}, "a time cannot be read"),
        ({"start": {"dateTime": "0001-01-01T00:00:00+14:00"}}, "a time is beyond all calendars"),
        ({"end": {"date": "2026-13-01"}}, "a day cannot be read"),
        ({"organizer": []}, "organizer is no object"),
        ({"attendees": {}}, "attendees is no array"),
        ({"attendees": ["bo@example.com"]}, "attendees holds something that is no object"),
        ({"recurringEventId": "ev0"}, "dateTime is missing"),
        ({"conferenceData": "x"}, "conferenceData is no object"),
    ],
)
def test_an_item_that_lacks_something_is_unreadable(fields, problem):
    made = item(**fields)
    assert change_in(made, calendar=CALENDAR, facts=FACTS) == Unreadable("ev1", problem)
    with pytest.raises(Malformed):
        event_in(made, calendar=CALENDAR, facts=FACTS)


@pytest.mark.parametrize("nothing", [None, 5, "x", [], {}, {"id": 5}, {"id": ""}])
def test_an_item_without_an_id_is_unreadable(nothing):
    change = change_in(nothing, calendar=CALENDAR, facts=FACTS)
    assert change == Unreadable("", "an item without an id")


@pytest.mark.parametrize(
    ("change", "body"),
    [
        (EventChange(), {}),
        (EventChange(title="Dinner"), {"summary": "Dinner"}),
        (EventChange(location=""), {"location": ""}),
        (EventChange(body=Body("text", BodyFormat.TEXT)), {"description": "text"}),
        (EventChange(mark="v1"), {"extendedProperties": {"private": {"syncd": "v1"}}}),
        (EventChange(mark=""), {"extendedProperties": {"private": {"syncd": None}}}),
        (EventChange(drop_native=True), {"conferenceData": None}),
    ],
)
def test_a_change_becomes_a_patch_of_just_that(change, body):
    assert patch_body(change) == body


def test_a_mistake_of_ours_about_one_event_is_its_own_trouble(monkeypatch: pytest.MonkeyPatch):
    def broken(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(translate, "event_in", broken)
    told = change_in(item(), calendar=CALENDAR, facts=FACTS)
    assert told == Unreadable("ev1", "syncd failed at it: ZeroDivisionError")
