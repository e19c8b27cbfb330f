"""The last touch of an answer: another time zone, fewer attendees."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from syncd.sandbox.fakes.google.calendars import Event
from syncd.sandbox.fakes.google.moments import written, zone
from syncd.sandbox.fakes.google.parameters import Query


def rendered(event: Event, query: Query) -> Event:
    """Give the event as the query asks for it. Raises GoogleError (400) for an unknown zone."""
    if "timeZone" in query:
        event = _in_zone(event, query["timeZone"])
    most = query.get("maxAttendees")
    if most is not None and len(event.get("attendees", ())) > most:
        event = _cut(event)
    return event


def _in_zone(event: Event, name: str) -> Event:
    keys = [key for key in ("start", "end", "originalStartTime") if key in event]
    return {**event, **{key: _moment(event[key], name) for key in keys}}


def _moment(moment: dict[str, Any], name: str) -> dict[str, Any]:
    if "dateTime" not in moment:
        return moment
    value = datetime.fromisoformat(moment["dateTime"])
    return {**moment, "dateTime": written(value.astimezone(zone(name)))}


def _cut(event: Event) -> Event:
    """Leave only the reader's own entry, and say that others were left out."""
    own = [one for one in event["attendees"] if one.get("self")]
    return {**event, "attendees": own, "attendeesOmitted": True}
