"""No write of an effect leaves after its time, however long it was queued before (K19).

The lease that it was begun under may have ended meanwhile.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from syncd.core.event import EventChange
from syncd.core.meeting import MeetingChange
from syncd.ports import sending
from syncd.ports.errors import Transient
from tests.fakes.clock import FakeClock
from tests.integration.adapters import google_wire, microsoft_wire, zoom_wire
from tests.integration.adapters.test_google_writes import known_event
from tests.integration.adapters.test_microsoft_calendar import an_event

NO = httpx.Response(204)
Sent = Callable[[], int]
Writing = tuple[Callable[[], Awaitable[Any]], Sent]


async def zoom_update(clock: FakeClock) -> Writing:
    zoom = zoom_wire.Zoom(NO)
    subject = zoom_wire.meetings(zoom, clock)
    return lambda: subject.update(1, MeetingChange(topic="Lunch")), lambda: len(zoom.requests)


async def zoom_delete(clock: FakeClock) -> Writing:
    zoom = zoom_wire.Zoom(NO)
    subject = zoom_wire.meetings(zoom, clock)
    return lambda: subject.delete(1), lambda: len(zoom.requests)


async def google_write(clock: FakeClock) -> Writing:
    wire = google_wire.Wire(google_wire.ok(google_wire.event()))
    calendars = google_wire.calendars_on(wire, clock=clock)
    before = await known_event(calendars, wire)
    read = len(wire.calls)
    change = EventChange(title="Lunch")
    return lambda: calendars.write(before, change), lambda: len(wire.calls) - read


async def outlook_write(clock: FakeClock) -> Writing:
    wire = microsoft_wire.Wire(NO)
    calendars = microsoft_wire.calendars_on(wire, clock=clock)
    change = EventChange(title="Lunch")
    return lambda: calendars.write(an_event(), change), lambda: len(wire.calls)


@pytest.mark.parametrize("writing", [zoom_update, zoom_delete, google_write, outlook_write])
async def test_a_write_that_comes_too_late_never_leaves(writing):
    clock = FakeClock()
    write, sent = await writing(clock)
    with sending.until(lambda: clock.monotonic() - 1), pytest.raises(Transient) as late:
        await write()
    assert late.value.code == "too_late"
    assert sent() == 0


async def test_a_lease_that_was_kept_meanwhile_counts():
    clock, asked = FakeClock(), []

    def latest() -> float:
        asked.append(clock.monotonic())
        return clock.monotonic()

    write, sent = await zoom_delete(clock)
    with sending.until(latest):
        await write()
    assert sent() == 1
    assert asked
    assert sending.latest() is None
