"""Events as a calendar makes them and changes them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from syncd.core.event import Body, BodyFormat, Event, EventChange, EventShape
from syncd.core.ids import CalendarKey, EventKey, EventRef, Provider
from syncd.ports.errors import CursorExpired


def applied(event: Event, change: EventChange) -> Event:
    fields: dict[str, Any] = {
        "title": change.title,
        "location": change.location,
        "body": change.body,
        "mark": change.mark,
    }
    event = replace(event, **{name: to for name, to in fields.items() if to is not None})
    return replace(event, mark=event.mark or None)


def lasts(event: Event) -> bool:
    return event.shape is EventShape.SERIES


def is_beyond(event: Event | None, edge: datetime | None) -> bool:
    """Tell whether a listing that ends at `edge` leaves the event out; one without end nothing."""
    return event is not None and edge is not None and event.start > edge


def new_event(calendar: CalendarKey, serial: int, start: datetime, minutes: int) -> Event:
    is_google = calendar.provider is Provider.GOOGLE
    return Event(
        ref=EventRef(calendar, f"event{serial}"),
        key=EventKey(calendar.provider, f"event{serial}@calendar.example"),
        version="",
        changed_at=start,
        shape=EventShape.SINGLE,
        title="Lunch",
        location="",
        body=Body("", BodyFormat.TEXT if is_google else BodyFormat.HTML),
        start=start,
        end=start + timedelta(minutes=minutes),
        zone="Europe/Berlin",
        all_day=False,
        organiser=calendar.owner,
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
        url=f"https://calendar.example/event{serial}",
    )


def serial_of(cursor: str | None, generation: int) -> int | None:
    if cursor is None:
        return None
    made, _, serial = cursor.partition(":")
    if made != str(generation) or not serial.isdigit():
        raise CursorExpired("An old cursor.", code="cursor_expired")
    return int(serial)
