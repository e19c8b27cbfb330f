"""Writes of the Google adapter on a scripted wire: sent once, and named by what is certain."""

from __future__ import annotations

import logging
from typing import Any

import httpx
import pytest

from syncd.adapters.google import GoogleCalendars
from syncd.core.event import Attendee, Body, BodyFormat, Event, EventChange
from syncd.ports.errors import (
    Forbidden,
    NotFound,
    OutcomeUnknown,
    Permanent,
    RateLimited,
    Stale,
    Transient,
)
from tests.integration.adapters.google_wire import (
    ANA,
    EVENT_1,
    Wire,
    calendars_on,
    event,
    ok,
    page,
    refused,
)


async def known_event(calendars: GoogleCalendars, wire: Wire, **fields: Any) -> Event:
    """Read a listing first, as the engine does, and then the event."""
    wire.answers[:0] = [page(nextSyncToken="sync-1"), ok(event(**fields))]
    async for _ in calendars.changes(ANA, None):
        pass
    return await calendars.get(EVENT_1)


async def test_a_write_is_one_patch_under_the_version_read():
    wire = Wire(ok(event(etag='"2"', summary="Dinner")))
    calendars = calendars_on(wire)
    before = await known_event(calendars, wire)
    change = EventChange(
        title="Dinner", location="url", body=Body("text", BodyFormat.TEXT), mark="v1"
    )
    after = await calendars.write(before, change)
    sent = wire.calls[-1]
    assert (sent.method, sent.url.path) == ("PATCH", "/calendar/v3/calendars/primary/events/ev1")
    assert sent.headers["if-match"] == '"1"'
    assert wire.body() == {
        "summary": "Dinner",
        "location": "url",
        "description": "text",
        "extendedProperties": {"private": {"syncd": "v1"}},
    }
    assert wire.query()["sendUpdates"] == "externalOnly"
    assert "conferenceDataVersion" not in wire.query()
    assert (after.title, after.version, after.can_write) == ("Dinner", '"2"', True)


async def test_taking_the_meet_out_says_that_conference_data_is_meant():
    wire = Wire(ok(event(etag='"2"')))
    calendars = calendars_on(wire)
    before = await known_event(calendars, wire, hangoutLink="https://meet.google.com/a")
    await calendars.write(before, EventChange(location="url", drop_native=True))
    assert wire.query()["conferenceDataVersion"] == "1"
    assert wire.body() == {"location": "url", "conferenceData": None}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(412, "conditionNotMet"), Stale),
        (refused(404, "notFound"), NotFound),
        (refused(410, "deleted"), NotFound),
        (refused(403, "forbiddenForNonOrganizer"), Forbidden),
        (refused(403, "quotaExceeded"), RateLimited),
        (refused(400, "invalid"), Permanent),
        (httpx.Response(302), OutcomeUnknown),
        (httpx.Response(500), OutcomeUnknown),
        (httpx.Response(503, headers={"retry-after": "1"}), OutcomeUnknown),
        (httpx.Response(404, content=b"<html>"), OutcomeUnknown),
        (httpx.Response(200, content=b"<html>"), OutcomeUnknown),
        (httpx.Response(200, json=[]), OutcomeUnknown),
        (httpx.Response(200, json=event(iCalUID=None)), OutcomeUnknown),
        (httpx.Response(204), OutcomeUnknown),
        (httpx.ReadTimeout("slow"), OutcomeUnknown),
        (httpx.RemoteProtocolError("cut"), OutcomeUnknown),
    ],
)
async def test_a_write_is_sent_once_and_its_outcome_named(answer, error):
    wire = Wire(answer)
    calendars = calendars_on(wire)
    before = await known_event(calendars, wire)
    with pytest.raises(error):
        await calendars.write(before, EventChange(title="Dinner"))
    assert [call.method for call in wire.calls].count("PATCH") == 1


async def test_a_write_that_certainly_did_not_leave_had_no_effect():
    wire = Wire(*(httpx.ConnectError("refused") for _ in range(4)))
    calendars = calendars_on(wire)
    before = await known_event(calendars, wire)
    with pytest.raises(Transient):
        await calendars.write(before, EventChange(title="Dinner"))


async def test_a_write_with_a_refused_token_is_sent_again_with_a_new_one():
    wire = Wire(refused(401, "authError"), ok(event(etag='"2"')))
    calendars = calendars_on(wire)
    before = await known_event(calendars, wire)
    assert (await calendars.write(before, EventChange(title="x"))).version == '"2"'
    assert wire.calls[-1].headers["if-match"] == '"1"'


GUESTS = [
    {"email": "ana@example.com", "self": True, "organizer": True},
    {"email": "bo@example.com"},
    {"email": "cem@elsewhere.example"},
    {"email": "dana@elsewhere.example"},
    {"email": "room@resource.calendar.google.com", "resource": True},
]


@pytest.mark.parametrize(
    ("send_updates", "expected"), [("all", 3), ("externalOnly", 2), ("none", 0)]
)
async def test_only_those_google_mails_are_counted(send_updates, expected):
    wire = Wire()
    calendars = calendars_on(wire, send_updates=send_updates)
    read = await known_event(calendars, wire, attendees=GUESTS)
    assert Attendee("room@resource.calendar.google.com", is_resource=True) in read.attendees
    assert calendars.mails(read) == expected


async def test_who_is_mailed_is_sent_with_the_write():
    wire = Wire(ok(event(etag='"2"')))
    calendars = calendars_on(wire, send_updates="none")
    await calendars.write(await known_event(calendars, wire), EventChange(title="x"))
    assert wire.query()["sendUpdates"] == "none"


async def test_nothing_of_an_event_or_a_token_is_logged(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    wire = Wire(ok(event(summary="Surprise")))
    calendars = calendars_on(wire)
    await calendars.write(await known_event(calendars, wire), EventChange(title="Surprise"))
    assert "call" in caplog.messages
    for told in ("Surprise", "token-1", "calendars/primary", "sync-1"):
        assert told not in caplog.text
