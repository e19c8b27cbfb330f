"""Whether a calendar of Outlook may be written: what it says itself, and what a refusal says."""

from __future__ import annotations

import pytest

from syncd.adapters.microsoft import GraphCalendars
from syncd.adapters.microsoft.translate import event_in
from syncd.core.event import EventChange
from syncd.core.ids import CalendarKey, EventRef, Provider
from syncd.ports.errors import Forbidden
from tests.fakes.clock import FakeClock
from tests.integration.adapters.microsoft_wire import Wire, calendars_on, ok, page, refused
from tests.unit.adapters.microsoft_items import ANA, EVENT_1, item

TEAM = CalendarKey(Provider.MICROSOFT, "ana@example.com", "AQMk/=")


async def may_write(calendars: GraphCalendars, calendar: CalendarKey) -> bool:
    [last] = [one async for one in calendars.changes(calendar, None)]
    return last.can_write


@pytest.mark.parametrize(("said", "expected"), [(False, False), (True, True), (None, True)])
async def test_a_calendar_says_whether_it_may_be_written(said, expected):
    wire = Wire(ok({"canEdit": said}), page(delta="d"), ok(item()))
    calendars = calendars_on(wire)
    assert await may_write(calendars, TEAM) is expected
    assert wire.calls[0].url.raw_path.endswith(b"/calendars/AQMk%2F%3D?$select=canEdit")
    assert (await calendars.get(EventRef(TEAM, "ev1"))).can_write is expected


async def test_it_is_asked_again_after_ten_minutes_and_not_before():
    clock = FakeClock()
    wire = Wire(ok({"canEdit": False}), *(page(delta="d"),) * 2, ok({"canEdit": True}))
    wire.answers.append(page(delta="d"))
    calendars = calendars_on(wire, clock=clock)
    assert not await may_write(calendars, TEAM)
    clock.advance(599)
    assert not await may_write(calendars, TEAM)
    clock.advance(1)
    assert await may_write(calendars, TEAM)
    assert wire.answers == []


async def test_a_refused_write_says_so_for_an_hour():
    clock = FakeClock()
    wire = Wire(refused(403, "ErrorAccessDenied"), *(page(delta="d"),) * 2, ok(item()))
    calendars = calendars_on(wire, clock=clock)
    with pytest.raises(Forbidden):
        await calendars.write(event_in(item(), calendar=ANA), EventChange(title="Dinner"))
    clock.advance(3599)
    assert not await may_write(calendars, ANA)
    clock.advance(1)
    assert await may_write(calendars, ANA)
    assert (await calendars.get(EVENT_1)).can_write
