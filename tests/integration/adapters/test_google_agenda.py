"""Lists of calendars, spans and new events on a scripted wire: what is sent, and odd answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.adapters.google import GoogleCalendars
from syncd.adapters.google.agenda import MOST_EVENTS
from syncd.adapters.google.creating import id_of, insert_body
from syncd.adapters.google.scopes import CALENDAR_LIST, EVENTS, OWN_EVENTS
from syncd.core.ids import CalendarKey, Provider
from syncd.core.secret import Secret
from syncd.ports.calendar import CalendarInfo, NewEvent
from syncd.ports.errors import (
    AuthLost,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    Permanent,
    RateLimited,
    Transient,
)
from tests.fakes.abilities import FakeAbilities
from tests.fakes.clock import FakeClock
from tests.integration.adapters.google_wire import API, Wire, event, http_on, ok, page, refused

MAIN = CalendarKey(Provider.GOOGLE, "ana@example.com", "primary")
BEGIN = datetime(2026, 12, 1, tzinfo=UTC)
END = BEGIN + timedelta(days=7)
KEY = "0123456789abcdef" * 4
NEW = NewEvent(
    title="Review",
    start=datetime(2026, 12, 2, 9, tzinfo=UTC),
    end=datetime(2026, 12, 2, 10, tzinfo=UTC),
    zone="Europe/Berlin",
    attendees=("bo@example.com",),
    text="Please read.",
)


class Given:
    """Tokens of one person with these scopes."""

    def __init__(self, *scopes: str) -> None:
        self._scopes = frozenset(scopes)

    async def token(self, owner: str) -> Secret:
        return Secret("token")

    async def renewed(self, owner: str, *, refused: Secret) -> Secret:
        return Secret("newer")

    async def scopes(self, owner: str) -> frozenset[str]:
        return self._scopes


def calendars(wire: Wire, *scopes: str) -> GoogleCalendars:
    clock = FakeClock()
    tokens = Given(*(scopes or (OWN_EVENTS, CALENDAR_LIST)))
    http = http_on(wire, clock)
    return GoogleCalendars(http, tokens, clock, api_base=API, abilities=FakeAbilities())


def entry(calendar_id: str, role: str = "owner", **fields: Any) -> dict[str, Any]:
    return {"id": calendar_id, "summary": calendar_id.title(), "accessRole": role, **fields}


def listed(*entries: Any, **fields: Any) -> httpx.Response:
    return ok({"kind": "calendar#calendarList", "items": list(entries), **fields})


# Calendars


async def test_the_main_calendar_comes_first_as_primary_and_pages_are_followed():
    wire = Wire(
        listed(entry("team"), nextPageToken="p2"),
        listed(entry("ana@example.com", primary=True), entry("old", deleted=True)),
    )
    found = await calendars(wire).calendars("ana@example.com")
    assert [one.calendar_id for one in found] == ["primary", "team"]
    assert wire.query()["pageToken"] == "p2"
    assert wire.calls[0].url.path.endswith("/users/me/calendarList")


@pytest.mark.parametrize(
    ("scope", "writable"),
    [(OWN_EVENTS, ["owner"]), (EVENTS, ["owner", "writer"])],
)
async def test_a_calendar_can_be_written_as_far_as_role_and_scope_go(scope, writable):
    roles = ["owner", "writer", "reader", "freeBusyReader"]
    wire = Wire(listed(*(entry(role, role) for role in roles)))
    found = await calendars(wire, scope, CALENDAR_LIST).calendars("ana@example.com")
    assert [one.calendar_id for one in found if one.can_write] == writable


async def test_a_name_of_ones_own_wins_and_none_is_the_id():
    wire = Wire(
        listed(entry("a", summaryOverride="Mine"), {"id": "b", "accessRole": "owner"}),
    )
    found = await calendars(wire).calendars("ana@example.com")
    assert [one.name for one in found] == ["Mine", "b"]


async def test_without_the_list_the_main_calendar_tells_of_itself():
    wire = Wire(page(summary="Ana", accessRole="reader"))
    assert await calendars(wire, OWN_EVENTS).calendars("ana@example.com") == (
        CalendarInfo(calendar_id="primary", name="Ana", can_write=False),
    )


@pytest.mark.parametrize(
    "answer",
    [
        ok({"items": [{"summary": "no id"}]}),
        ok({"items": ["x"]}),
        ok({"items": 5}),
        ok([]),
        ok({"items": [], "nextPageToken": 5}),
        httpx.Response(200, content=b"<html>"),
    ],
)
async def test_a_list_that_makes_no_sense_is_passing(answer):
    with pytest.raises(Transient):
        await calendars(Wire(answer)).calendars("ana@example.com")


async def test_a_list_that_goes_round_is_left():
    wire = Wire(*(listed(nextPageToken="same") for _ in range(3)))
    with pytest.raises(Transient) as caught:
        await calendars(wire).calendars("ana@example.com")
    assert caught.value.code == "endless_list"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refused(403, "insufficientPermissions"), AuthLost),
        (refused(403, "accessNotConfigured"), AuthLost),
        (refused(403, "notACalendarUser"), Forbidden),
        (refused(403, "rateLimitExceeded"), RateLimited),
        (refused(404, "notFound"), NotFound),
    ],
)
async def test_refusals_of_a_list_are_told_as_elsewhere(answer, kind):
    with pytest.raises(kind):
        await calendars(Wire(answer)).calendars("ana@example.com")


# Spans


async def test_a_span_is_asked_for_with_series_as_occurrences_in_order():
    wire = Wire(page(event()))
    [shown] = await calendars(wire).between(MAIN, begin=BEGIN, end=END)
    assert shown.title == "Lunch"
    query = wire.query()
    assert query["singleEvents"] == "true"
    assert query["orderBy"] == "startTime"
    assert (query["timeMin"], query["timeMax"]) == (
        "2026-12-01T00:00:00+00:00",
        "2026-12-08T00:00:00+00:00",
    )
    assert query["quotaUser"] == "ana@example.com"


async def test_cancelled_events_and_those_without_sense_are_left_out(caplog):
    broken = event(id="ev2", start={"dateTime": "nonsense"})
    wire = Wire(page(broken, event(), event(id="ev3", status="cancelled")))
    shown = await calendars(wire).between(MAIN, begin=BEGIN, end=END)
    assert [one.ref.event_id for one in shown] == ["ev1"]
    [told] = caplog.records
    assert told.getMessage() == "an event cannot be understood"


async def test_an_occurrence_has_the_key_of_its_series_and_time():
    stamp = {"dateTime": "2026-12-02T11:00:00Z"}
    one = event(id="s_1", recurringEventId="s", originalStartTime=stamp)
    [shown] = await calendars(Wire(page(one))).between(MAIN, begin=BEGIN, end=END)
    assert shown.series_id == "s"
    assert shown.key.original_start == datetime(2026, 12, 2, 11, tzinfo=UTC)


async def test_a_span_without_end_is_cut_off_and_told(caplog):
    pages = [
        page(*(event(id=f"e{number}x{one}") for one in range(250)), nextPageToken=f"p{number}")
        for number in range(12)
    ]
    wire = Wire(*pages)
    shown = await calendars(wire).between(MAIN, begin=BEGIN, end=END)
    assert len(shown) == MOST_EVENTS
    assert len(wire.calls) == 10
    assert "too many events" in caplog.records[-1].getMessage()


@pytest.mark.parametrize("answer", [ok({"items": 1}), ok([]), ok({"items": [], "timeZone": 5})])
async def test_a_span_that_makes_no_sense_is_passing(answer):
    with pytest.raises(Transient):
        await calendars(Wire(answer)).between(MAIN, begin=BEGIN, end=END)


# New events


async def test_a_new_event_is_sent_whole_under_an_id_of_its_key():
    wire = Wire(page(), ok(event(id=id_of(KEY))))
    await calendars(wire).create(MAIN, NEW, key=KEY)
    assert wire.body() == {
        "id": id_of(KEY),
        "summary": "Review",
        "description": "Please read.",
        "start": {"dateTime": "2026-12-02T09:00:00+00:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-12-02T10:00:00+00:00", "timeZone": "Europe/Berlin"},
        "attendees": [{"email": "bo@example.com"}],
    }
    assert wire.query()["sendUpdates"] == "externalOnly"
    assert "conferenceDataVersion" not in wire.query()
    assert wire.calls[-1].method == "POST"


async def test_an_id_that_is_taken_gives_the_event_that_has_it():
    wire = Wire(page(), refused(409, "duplicate"), ok(event(id=id_of(KEY), summary="Renamed")))
    found = await calendars(wire).create(MAIN, NEW, key=KEY)
    assert found.title == "Renamed"
    assert wire.calls[-1].url.path.endswith(f"/events/{id_of(KEY)}")


async def test_an_event_of_this_key_that_was_deleted_stays_so():
    wire = Wire(page(), refused(409, "duplicate"), ok(event(status="cancelled")))
    with pytest.raises(NotFound):
        await calendars(wire).create(MAIN, NEW, key=KEY)


@pytest.mark.parametrize(
    "silence", [httpx.ReadError("lost"), httpx.Response(502), httpx.Response(200, content=b"x")]
)
async def test_what_may_have_happened_is_asked_for_once_more_under_the_same_id(silence):
    wire = Wire(page(), silence, refused(409, "duplicate"), ok(event(id=id_of(KEY))))
    assert (await calendars(wire).create(MAIN, NEW, key=KEY)).title == "Lunch"
    assert wire.body(1) == wire.body(2)


async def test_what_stays_unknown_is_told_as_such():
    wire = Wire(page(), httpx.ReadError("lost"), httpx.ReadError("lost"))
    with pytest.raises(OutcomeUnknown):
        await calendars(wire).create(MAIN, NEW, key=KEY)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (refused(400, "invalid"), Permanent),
        (refused(403, "requiredAccessLevel"), Forbidden),
        (refused(404, "notFound"), NotFound),
        (refused(403, "quotaExceeded"), RateLimited),
    ],
)
async def test_a_refused_event_is_told_and_not_repeated(answer, kind):
    wire = Wire(page(), answer)
    with pytest.raises(kind):
        await calendars(wire).create(MAIN, NEW, key=KEY)
    assert len(wire.calls) == 2


@pytest.mark.parametrize("key", ["", "0", "xy" * 32, "00" * 31, "00" * 33])
def test_a_key_of_another_form_is_refused(key: str):
    with pytest.raises(ValueError, match="hexadecimal"):
        id_of(key)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_ids_are_of_googles_letters_and_differ_as_their_keys_do(one: bytes, other: bytes):
    first, second = id_of(one.hex()), id_of(other.hex())
    assert set(first) <= set("0123456789abcdefghijklmnopqrstuv")
    assert len(first) == 52
    assert (first == second) == (one == other)


def test_what_is_empty_is_not_sent():
    bare = NewEvent(title="", start=BEGIN, end=END, zone="UTC", attendees=(), text="")
    assert set(insert_body(bare, "x")) == {"id", "summary", "start", "end"}
