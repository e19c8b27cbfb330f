from __future__ import annotations

from datetime import UTC, datetime

import pytest

from syncd.adapters.microsoft.reading import Unclear
from syncd.adapters.microsoft.translate import MARK_ID, event_in
from syncd.adapters.microsoft.zones import iana
from syncd.core.event import (
    Attendee,
    Body,
    BodyFormat,
    Event,
    EventShape,
    NativeConference,
    NativeKind,
)
from syncd.core.ids import EventKey, Provider
from tests.unit.adapters.microsoft_items import ANA, EVENT_1, OUT, at, item, person


def read(**fields) -> Event:
    return event_in(item(**fields), calendar=ANA)


def marked(value: str, name: str = MARK_ID):
    return [{"id": name, "value": value}]


def test_a_single_event_is_read_whole():
    assert read() == Event(
        ref=EVENT_1,
        key=EventKey(Provider.MICROSOFT, "uid-1"),
        version='W/"v1"',
        changed_at=datetime(2026, 11, 30, 8, 0, 0, 123456, tzinfo=UTC),
        shape=EventShape.SINGLE,
        title="Lunch",
        location="zoom",
        body=Body("<html><body>Hi</body></html>", BodyFormat.HTML),
        start=datetime(2026, 12, 2, 11, tzinfo=UTC),
        end=datetime(2026, 12, 2, 12, tzinfo=UTC),
        zone="Europe/Berlin",
        all_day=False,
        organiser="ana@example.com",
        is_organiser=True,
        can_write=True,
        cancelled=False,
        draft=False,
        locked=False,
        private=False,
        special=None,
        attendees=(),
        categories=(),
        mark=None,
        native=None,
        url="https://outlook.example/ev1",
    )


@pytest.mark.parametrize(
    ("kind", "shape"),
    [
        ("singleInstance", EventShape.SINGLE),
        ("seriesMaster", EventShape.SERIES),
        ("occurrence", EventShape.OCCURRENCE),
        ("exception", EventShape.OCCURRENCE),
    ],
)
def test_the_type_gives_the_shape(kind, shape):
    assert read(type=kind, originalStart="2026-12-02T11:00:00Z").shape is shape


@pytest.mark.parametrize("kind", ["occurrence", "exception"])
def test_an_occurrence_has_its_original_start_in_its_key(kind):
    event = read(type=kind, originalStart="2026-12-01T11:00:00Z")
    assert event.key.original_start == datetime(2026, 12, 1, 11, tzinfo=UTC)


@pytest.mark.parametrize("uid", ["uid-1", "uid-of-its-own"])
def test_an_occurrence_is_keyed_by_its_series_whatever_its_own_uid(uid):
    event = read(
        type="exception",
        iCalUId=uid,
        seriesMasterId="master",
        originalStart="2026-12-01T11:00:00Z",
    )
    start = datetime(2026, 12, 1, 11, tzinfo=UTC)
    assert event.key == EventKey(Provider.MICROSOFT, "master", start)


def test_a_master_has_no_original_start_even_if_one_is_shown():
    assert (
        read(type="seriesMaster", originalStart="2026-12-01T11:00:00Z").key.original_start is None
    )


@pytest.mark.parametrize(
    ("field", "value", "name", "expected"),
    [
        ("subject", None, "title", ""),
        ("location", OUT, "location", ""),
        ("location", {"displayName": ""}, "location", ""),
        ("isAllDay", True, "all_day", True),
        ("isOrganizer", False, "is_organiser", False),
        ("isOrganizer", False, "can_write", False),
        ("isCancelled", True, "cancelled", True),
        ("isDraft", True, "draft", True),
        ("sensitivity", "private", "private", True),
        ("sensitivity", "confidential", "private", True),
        ("sensitivity", "personal", "private", False),
        ("categories", ["Zoom", "Red"], "categories", ("Zoom", "Red")),
        ("categories", None, "categories", ()),
        ("organizer", None, "organiser", ""),
        ("webLink", OUT, "url", ""),
        ("originalStartTimeZone", "tzone://Microsoft/Custom", "zone", None),
        ("body", {"contentType": "text", "content": "Hi"}, "body", Body("Hi", BodyFormat.TEXT)),
    ],
)
def test_a_field_is_read(field, value, name, expected):
    assert getattr(read(**{field: value}), name) == expected


def test_attendees_are_read_in_lower_case_with_their_rooms():
    several = [
        person("Bo@Example.com", type="required"),
        person("Room@Example.com", type="resource"),
        {"type": "optional", "emailAddress": {"name": "Nobody"}},
        None,
    ]
    assert read(attendees=several).attendees == (
        Attendee("bo@example.com"),
        Attendee("room@example.com", is_resource=True),
    )


@pytest.mark.parametrize(
    ("fields", "native"),
    [
        ({"isOnlineMeeting": True}, NativeConference(NativeKind.TEAMS, "", pending=True)),
        (
            {"onlineMeeting": {"joinUrl": "https://teams.microsoft.com/l/1"}},
            NativeConference(NativeKind.TEAMS, "https://teams.microsoft.com/l/1"),
        ),
        ({"onlineMeetingProvider": "teamsForBusiness"}, NativeConference(NativeKind.TEAMS, "")),
        (
            {"isOnlineMeeting": True, "onlineMeetingProvider": "skypeForBusiness"},
            NativeConference(NativeKind.OTHER, "", pending=True),
        ),
        ({"onlineMeetingProvider": "skypeForBusiness"}, None),
    ],
)
def test_a_meeting_of_exchange_is_seen(fields, native):
    assert read(**fields).native == native


def test_the_mark_is_found_in_any_spelling_of_its_guid():
    assert read(singleValueExtendedProperties=marked("v1.1.a", MARK_ID.upper())).mark == "v1.1.a"


@pytest.mark.parametrize(
    "properties",
    [marked("-"), marked(""), marked("v1.1.a", "String {0} Name other"), [], None, "odd"],
)
def test_no_mark_is_none(properties):
    assert read(singleValueExtendedProperties=properties).mark is None


def test_times_in_another_zone_are_converted():
    event = read(start=at("2026-12-02T12:00:00.0000000", "W. Europe Standard Time"))
    assert event.start == datetime(2026, 12, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "start", "end"),
    [
        (
            "W. Europe Standard Time",
            datetime(2026, 3, 28, 23, tzinfo=UTC),
            datetime(2026, 3, 29, 22, tzinfo=UTC),
        ),
        (
            "Pacific Standard Time",
            datetime(2026, 3, 29, 7, tzinfo=UTC),
            datetime(2026, 3, 30, 7, tzinfo=UTC),
        ),
        (
            "tzone://Microsoft/Custom",
            datetime(2026, 3, 29, tzinfo=UTC),
            datetime(2026, 3, 30, tzinfo=UTC),
        ),
    ],
)
def test_an_all_day_event_lies_between_the_midnights_of_its_zone(zone, start, end):
    event = read(
        isAllDay=True,
        start=at("2026-03-29T00:00:00.0000000"),
        end=at("2026-03-30T00:00:00.0000000"),
        originalStartTimeZone=zone,
    )
    assert (event.start, event.end, event.all_day) == (start, end, True)


def test_an_all_day_event_that_is_told_as_no_midnight_is_taken_as_it_is():
    event = read(isAllDay=True, start=at("2026-12-01T23:00:00.0000000"))
    assert event.start == datetime(2026, 12, 1, 23, tzinfo=UTC)


def test_a_day_beyond_all_calendars_is_unclear():
    fields = {"isAllDay": True, "originalStartTimeZone": "Tokyo Standard Time"}
    with pytest.raises(Unclear, match="start is beyond all calendars"):
        read(start=at("0001-01-01T00:00:00.0000000"), **fields)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", OUT),
        ("iCalUId", ""),
        ("@odata.etag", OUT),
        ("lastModifiedDateTime", "yesterday"),
        ("type", "other"),
        ("subject", OUT),
        ("body", OUT),
        ("isOrganizer", OUT),
        ("start", OUT),
        ("start", {"dateTime": "2026-12-02T11:00:00"}),
        ("start", at("2026-12-02T11:00:00", "tzone://Microsoft/Custom")),
        ("start", at("never")),
        ("end", at("0001-01-01T00:00:00", "Asia/Tokyo")),
    ],
)
def test_an_event_without_what_it_needs_is_unclear(field, value):
    with pytest.raises(Unclear):
        read(**{field: value})


def test_an_exception_without_its_original_start_is_unclear():
    with pytest.raises(Unclear):
        read(type="exception")


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("UTC", "UTC"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("tzone://Microsoft/Custom", None),
        ("Customized Time Zone", None),
        ("Europe/Berlin", "Europe/Berlin"),
        ("Atlantis/Capital", None),
        ("../../etc/passwd", None),
        ("Europe", None),
        ("", None),
    ],
)
def test_a_zone_has_an_iana_name_or_none(name, zone):
    assert iana(name) == zone
