"""What people do to an event of which they want another conference."""

from __future__ import annotations

from typing import Any

from syncd.core import linkblock
from syncd.core.binding import BindingState
from syncd.core.event import Event, NativeKind
from syncd.core.ids import CalendarKey
from tests.fakes.stage import Stage

GUEST = "guest@else.example"


async def linked(stage: Stage, calendar: CalendarKey, **fields: Any) -> Event:
    """Give an event that has what it asks for, a minute later."""
    event = stage.calendars.add(calendar, **({"text": "Agenda", "guests": (GUEST,)} | fields))
    await stage.work()
    stage.clock.advance(60)
    return stage.now(event)


def retag(stage: Stage, event: Event, old: str, new: str) -> None:
    """Change a tag in the text; the rest of the text stays."""
    body = stage.now(event).body
    assert old in body.text
    stage.calendars.edit(event.ref, body=type(body)(body.text.replace(old, new, 1), body.format))


def bare(stage: Stage, event: Event) -> str:
    """Give the text of an event without our block."""
    return linkblock.strip(stage.now(event).body).text


def native_kind(stage: Stage, event: Event) -> NativeKind | None:
    native = stage.now(event).native
    return None if native is None else native.kind


def shows_zoom(stage: Stage, event: Event) -> bool:
    now = stage.now(event)
    return "/j/" in now.location + now.body.text


async def state_of(stage: Stage, event: Event) -> BindingState | None:
    """Give the state of what an event has of ours; None for nothing."""
    bound = await stage.binding(event)
    return None if bound is None else bound.state


async def code_of(stage: Stage, event: Event) -> str | None:
    """Give the code that an event waits with, or None."""
    row = await stage.row(event)
    return None if row is None else row.code
