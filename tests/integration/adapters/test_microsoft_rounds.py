from __future__ import annotations

import pytest

from syncd.adapters.microsoft.translate import event_in
from syncd.core.ids import CalendarKey, Provider
from syncd.ports.calendar import Changed, ChangePage, Gone, Partial
from syncd.ports.errors import (
    CursorExpired,
    Permanent,
    Transient,
)
from tests.fakes.clock import FakeClock
from tests.integration.adapters.microsoft_wire import (
    API,
    ORIGIN,
    Wire,
    calendars_on,
    ok,
    page,
    refused,
)
from tests.unit.adapters.microsoft_items import ANA, OUT, item

TEAM = CalendarKey(Provider.MICROSOFT, "ana@example.com", "AQMk/=")


async def read(wire: Wire, cursor: str | None = None, *, calendar=ANA, **more) -> list[ChangePage]:
    return [one async for one in calendars_on(wire, **more).changes(calendar, cursor)]


async def a_cursor() -> str:
    [last] = await read(Wire(page(delta="delta?$deltatoken=1")))
    assert last.cursor is not None
    return last.cursor


async def test_a_full_read_opens_the_default_calendar_over_the_window():
    wire = Wire(page(delta="d"))
    await read(wire)
    assert str(wire.calls[0].url) == (
        f"{API}/users/ana@example.com/calendarView/delta"
        "?startDateTime=2026-11-30T09:00:00Z&endDateTime=2027-01-30T09:00:00Z"
    )


async def test_another_calendar_is_opened_by_its_id():
    wire = Wire(ok({"canEdit": True}), page(delta="d"))
    [last] = await read(wire, calendar=TEAM)
    assert last.can_write
    path = wire.calls[1].url.raw_path.decode().partition("?")[0]
    assert path == "/v1.0/users/ana@example.com/calendars/AQMk%2F%3D/calendarView/delta"


async def test_links_are_followed_as_they_are_to_the_last_page():
    wire = Wire(
        page(item(), following="users/x/delta()?$skiptoken=a%2Bb"),
        page(following="users/x/delta()?$skiptoken=c"),
        page({"id": "ev2", "@removed": {"reason": "deleted"}}, delta="users/x?$deltatoken=d"),
    )
    first, empty, last = await read(wire)
    assert (first.items, first.cursor) == ((Changed(event_in(item(), calendar=ANA)),), None)
    assert (empty.items, empty.cursor) == ((), None)
    assert last.items == (Gone("ev2"),)
    assert last.cursor is not None
    assert str(wire.calls[1].url) == f"{API}/users/x/delta()?$skiptoken=a%2Bb"
    assert {call.headers["prefer"] for call in wire.calls} == {wire.calls[0].headers["prefer"]}


async def test_a_cursor_goes_on_where_its_round_ended():
    wire = Wire(page(item(subject=OUT), delta="delta?$deltatoken=2"))
    [last] = await read(wire, await a_cursor())
    assert str(wire.calls[0].url) == f"{API}/delta?$deltatoken=1"
    assert last.items == (Partial("ev1", ""),)
    assert last.cursor is not None
    assert "deltatoken=2" in last.cursor


@pytest.mark.parametrize(
    ("status", "code"),
    [(410, "resyncRequired"), (404, "SyncStateNotFound"), (400, "syncStateInvalid")],
)
async def test_a_lost_state_in_the_middle_of_a_round_asks_for_a_full_read(status, code):
    wire = Wire(page(following="delta?$skiptoken=1"), refused(status, code))
    with pytest.raises(CursorExpired):
        await read(wire)


async def test_a_cursor_of_another_address_asks_for_a_full_read():
    cursor = (await a_cursor()).replace(ORIGIN, "https://elsewhere.example")
    wire = Wire()
    with pytest.raises(CursorExpired):
        await read(wire, cursor)
    assert wire.calls == []


@pytest.mark.parametrize(
    "link",
    [
        "https://elsewhere.example/v1.0/delta",
        f"{ORIGIN}/beta/delta",
        f"{ORIGIN}.evil.example/v1.0/delta",
        "/v1.0/delta",
    ],
)
async def test_a_link_to_elsewhere_is_not_followed(link):
    wire = Wire(ok({"value": [], "@odata.nextLink": link}))
    with pytest.raises(Permanent) as caught:
        await read(wire)
    assert caught.value.code == "redirected"
    assert len(wire.calls) == 1


async def test_a_round_that_goes_in_circles_is_left():
    wire = Wire(*(page(following="delta?$skiptoken=same") for _ in range(3)))
    with pytest.raises(Transient) as caught:
        await read(wire)
    assert caught.value.code == "endless_list"
    assert len(wire.calls) == 2


async def test_a_round_without_an_end_gives_no_cursor():
    with pytest.raises(Transient) as caught:
        await read(Wire(page(item())))
    assert caught.value.code == "no_cursor"


@pytest.mark.parametrize("body", [[], "x", {}, {"value": {}}, None])
async def test_a_page_that_is_none_is_passing(body):
    with pytest.raises(Transient):
        await read(Wire(ok(body)))


async def test_a_cursor_is_due_when_its_window_is_a_day_behind():
    clock = FakeClock()
    cursor = await a_cursor()
    calendars = calendars_on(Wire(), clock=clock)
    clock.advance(24 * 3600)
    assert not calendars.needs_full_read(cursor)
    clock.advance(1)
    assert calendars.needs_full_read(cursor)


def test_a_text_that_is_no_cursor_is_due():
    assert calendars_on(Wire()).needs_full_read("nonsense")
