"""The events of some days as a provider shows them, and new ones as it makes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from syncd.core.event import Attendee, Body, Event, EventShape
from syncd.core.ids import CalendarKey, EventKey, EventRef
from syncd.ports.calendar import NewEvent
from tests.fakes.calendar_events import new_event
from tests.fakes.occurrences import occurrence
from tests.fakes.recurrence import starts


def shown(
    events: Mapping[str, Event | None], *, begin: datetime, end: datetime
) -> tuple[Event, ...]:
    """Give what touches a span, series as their occurrences; `events` by id, None for deleted ones."""
    found = [one for one in events.values() if one and one.shape is not EventShape.SERIES]
    for series in events.values():
        if series and series.shape is EventShape.SERIES:
            usual = (occurrence(series, start) for start in starts(series, until=end))
            found += [one for one in usual if one.ref.event_id not in events]
    touching = [one for one in found if one.start < end and one.end > begin and not one.cancelled]
    return tuple(sorted(touching, key=lambda one: one.start))


def from_new(calendar: CalendarKey, new: NewEvent, *, key: str) -> Event:
    """Make the event of a key."""
    event = new_event(calendar, 0, new.start, 0)
    return replace(
        event,
        ref=EventRef(calendar, made_id(key)),
        key=EventKey(calendar.provider, f"{made_id(key)}@calendar.example"),
        title=new.title,
        location=new.location,
        body=Body(new.text, event.body.format),
        end=new.end,
        zone=new.zone,
        attendees=tuple(Attendee(address) for address in new.attendees),
    )


def made_id(key: str) -> str:
    """Give the id under which an event of this key stands, in every calendar."""
    return f"made{key}"
