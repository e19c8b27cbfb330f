"""The Google adapter on a scripted wire: what it sends, and what it makes of odd answers."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from syncd.adapters.google import GoogleCalendars
from syncd.core.ids import CalendarKey, EventRef, Provider
from syncd.ports.calendar import Changed, ChangePage, Gone, Unreadable
from syncd.ports.errors import (
    AuthLost,
    CursorExpired,
    NotFound,
    Permanent,
    RateLimited,
    Transient,
)
from tests.integration.adapters.google_wire import (
    ANA,
    API,
    EVENT_1,
    Wire,
    calendars_on,
    event,
    ok,
    page,
    refused,
)


async def run(
    calendars: GoogleCalendars, cursor: str | None = None, calendar: CalendarKey = ANA
) -> list[ChangePage]:
    return [read async for read in calendars.changes(calendar, cursor)]


async def cursor_of(calendars: GoogleCalendars, wire: Wire) -> str:
    wire.answers.insert(0, page(nextSyncToken="sync-1"))
    [last] = await run(calendars)
    assert last.cursor is not None
    return last.cursor


async def test_a_full_read_asks_for_masters_and_the_deleted_from_yesterday_on():
    wire = Wire(page(event(), nextSyncToken="sync-1"))
    await run(calendars_on(wire))
    query = wire.query()
    assert str(wire.calls[0].url).startswith(f"{API}calendars/primary/events?")
    assert (query["singleEvents"], query["showDeleted"]) == ("false", "true")
    assert query["maxResults"] == "500"
    assert query["timeMin"] == "2026-11-30T09:00:00+00:00"
    assert query["quotaUser"] == "ana@example.com"
    assert "syncToken" not in query
    assert wire.calls[0].headers["authorization"] == "Bearer token-1"


async def test_every_page_of_a_run_repeats_its_parameters():
    wire = Wire(
        page(event(id="a"), nextPageToken="p2"),
        page(nextPageToken="p3"),
        page({"id": "b", "status": "cancelled"}, nextSyncToken="sync-1"),
    )
    first, second, last = await run(calendars_on(wire))
    assert [type(item) for item in first.items] == [Changed]
    assert (second.items, last.items) == ((), (Gone("b"),))
    assert (first.cursor, second.cursor) == (None, None)
    queries = [wire.query(number) for number in range(3)]
    assert [query.pop("pageToken", None) for query in queries] == [None, "p2", "p3"]
    assert queries[0] == queries[1] == queries[2]


async def test_a_cursor_goes_on_from_its_sync_token():
    wire = Wire(page(nextSyncToken="sync-2"))
    calendars = calendars_on(wire)
    cursor = await cursor_of(calendars, wire)
    [last] = await run(calendars, cursor)
    assert wire.query()["syncToken"] == "sync-1"
    assert "timeMin" not in wire.query()
    assert last.cursor != cursor


async def test_an_item_that_cannot_be_read_does_not_stop_the_others():
    wire = Wire(page({"id": "x"}, event(), 5, nextSyncToken="s"))
    [last] = await run(calendars_on(wire))
    assert [type(item) for item in last.items] == [Unreadable, Changed, Unreadable]


@pytest.mark.parametrize("reason", ["fullSyncRequired", "updatedMinTooLongAgo"])
async def test_a_dead_sync_token_is_an_expired_cursor(reason: str):
    wire = Wire(refused(410, reason))
    calendars = calendars_on(wire)
    cursor = await cursor_of(calendars, wire)
    with pytest.raises(CursorExpired):
        await run(calendars, cursor)


async def test_a_full_read_that_is_told_to_read_in_full_does_not_go_round():
    with pytest.raises(Transient) as raised:
        await run(calendars_on(Wire(refused(410, "fullSyncRequired"))))
    assert isinstance(raised.value.__cause__, CursorExpired)


async def test_pages_that_go_round_are_passing():
    wire = Wire(*(page(nextPageToken=token) for token in ("a", "b", "a")))
    with pytest.raises(Transient) as raised:
        await run(calendars_on(wire))
    assert raised.value.code == "endless_list"


async def test_a_run_without_a_sync_token_at_its_end_is_passing():
    with pytest.raises(Transient) as raised:
        await run(calendars_on(Wire(page(event()))))
    assert raised.value.code == "no_cursor"


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'{"items": 5}', b'{"items": NaN}', b""])
async def test_a_garbled_page_is_passing(content: bytes):
    with pytest.raises(Transient):
        await run(calendars_on(Wire(httpx.Response(200, content=content))))


async def test_a_calendar_that_is_not_there_is_not_found():
    with pytest.raises(NotFound, match="calendar"):
        await run(calendars_on(Wire(refused(404, "notFound"))))


async def test_a_long_address_is_charged_under_a_short_name():
    owner = "a" * 50 + "@example.com"
    calendar = CalendarKey(Provider.GOOGLE, owner, "team@group.calendar.google.com")
    wire = Wire(page(nextSyncToken="s"))
    await run(calendars_on(wire), calendar=calendar)
    assert len(wire.query()["quotaUser"]) == 40
    assert wire.calls[0].url.raw_path.startswith(
        b"/calendar/v3/calendars/team%40group.calendar.google.com/events?"
    )


async def test_a_refused_token_is_renewed_once():
    wire = Wire(refused(401, "authError"), page(nextSyncToken="s"))
    await run(calendars_on(wire))
    assert [call.headers["authorization"] for call in wire.calls] == [
        "Bearer token-1",
        "Bearer token-2",
    ]


async def test_a_new_token_that_is_refused_too_means_a_lost_account():
    wire = Wire(refused(401, "authError"), refused(401, "authError"))
    with pytest.raises(AuthLost):
        await run(calendars_on(wire))
    assert len(wire.token_calls) == 2


async def test_a_refused_token_of_a_suspended_user_is_a_lost_account():
    wire = Wire(refused(401, "authError"))
    calendars = calendars_on(wire)
    wire.token_answers = [
        httpx.Response(200, json={"access_token": "t", "expires_in": 3600}),
        httpx.Response(400, json={"error": "invalid_grant"}),
    ]
    with pytest.raises(AuthLost):
        await run(calendars)


async def test_a_long_rest_is_handed_on():
    wire = Wire(refused(429, "rateLimitExceeded", **{"retry-after": "60"}))
    with pytest.raises(RateLimited) as raised:
        await run(calendars_on(wire))
    assert raised.value.retry_after == timedelta(seconds=60)


async def test_an_event_is_read_with_the_role_and_zone_of_its_calendars_listing():
    wire = Wire(
        page(nextSyncToken="s", accessRole="reader", timeZone="Asia/Tokyo"),
        ok(event(start={"date": "2026-12-02"}, end={"date": "2026-12-03"})),
    )
    calendars = calendars_on(wire)
    await run(calendars)
    read = await calendars.get(EVENT_1)
    assert (read.can_write, read.zone) == (False, "Asia/Tokyo")
    assert len(wire.calls) == 2


async def test_without_a_listing_role_and_zone_are_looked_up_once():
    facts = ok({"timeZone": "Asia/Tokyo", "accessRole": "owner"})
    wire = Wire(facts, ok(event()), ok(event()))
    calendars = calendars_on(wire)
    assert (await calendars.get(EVENT_1)).can_write
    await calendars.get(EVENT_1)
    assert wire.query(0)["fields"] == "timeZone,accessRole"
    assert [call.url.path.rpartition("/")[2] for call in wire.calls] == ["events", "ev1", "ev1"]


@pytest.mark.parametrize(
    "answer",
    [
        refused(404, "notFound"),
        refused(410, "deleted"),
        ok({"id": "ev1", "status": "cancelled"}),
        ok(event(status="cancelled")),
    ],
)
async def test_an_event_that_is_gone_is_not_found(answer: httpx.Response):
    wire = Wire(page(nextSyncToken="s"), answer)
    calendars = calendars_on(wire)
    await run(calendars)
    with pytest.raises(NotFound):
        await calendars.get(EVENT_1)


async def test_an_event_that_cannot_be_read_stays_so():
    wire = Wire(page(nextSyncToken="s"), ok(event(iCalUID="")))
    calendars = calendars_on(wire)
    await run(calendars)
    with pytest.raises(Permanent) as raised:
        await calendars.get(EVENT_1)
    assert raised.value.code == "unreadable"


async def test_event_ids_and_calendar_ids_cannot_leave_their_place_in_the_path():
    calendar = CalendarKey(Provider.GOOGLE, "ana@example.com", "a/../b?c#d")
    wire = Wire(ok({"timeZone": "UTC", "accessRole": "owner"}), ok(event()))
    await calendars_on(wire).get(EventRef(calendar, "x/../y?z"))
    assert (
        wire.calls[-1]
        .url.raw_path.split(b"?")[0]
        .endswith(b"/calendars/a%2F..%2Fb%3Fc%23d/events/x%2F..%2Fy%3Fz")
    )


async def test_a_network_that_is_not_there_is_passing_and_bounded():
    wire = Wire(*(httpx.ConnectError("no") for _ in range(4)))
    with pytest.raises(Transient) as raised:
        await run(calendars_on(wire))
    assert raised.value.code == "unreachable"
    assert len(wire.calls) == 4
