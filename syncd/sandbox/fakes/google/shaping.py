"""From a body to an event that can be stored: times, defaults and the rules between fields."""

from __future__ import annotations

import re

from syncd.sandbox.fakes.google.body import READ_ONLY, check_event
from syncd.sandbox.fakes.google.calendars import TIME_ZONE, Calendar, Event, milliseconds
from syncd.sandbox.fakes.google.conference import ConferenceRules, apply_conference
from syncd.sandbox.fakes.google.errors import GoogleError, invalid, required
from syncd.sandbox.fakes.google.merging import merged, without_nulls
from syncd.sandbox.fakes.google.moments import check_range, normal, zone
from syncd.sandbox.fakes.google.rrule import read_recurrence
from syncd.sandbox.fakes.world import World

_OWN_ID = re.compile(r"[a-v0-9]{5,1024}")
_ID_LETTERS = "0123456789abcdefghijklmnopqrstuv"
_KEPT_BY_UPDATE = ("id", "iCalUID", "eventType", "created", "status")


def new_event(world: World, calendar: Calendar, body: Event, rules: ConferenceRules) -> Event:
    """Make the event of an insert. Raises GoogleError (400)."""
    _check_times_given(body)
    event_id = _event_id(world, body)
    owner = calendar.owner
    fresh: Event = {
        "kind": "calendar#event",
        "status": "confirmed",
        "created": milliseconds(world.now()),
        "creator": {"email": owner.email, "displayName": owner.name},
        "organizer": {"email": calendar.id, "displayName": owner.name},
        "sequence": 0,
        "reminders": {"useDefault": True},
        "eventType": "default",
        "iCalUID": f"{event_id}@google.com",
    }
    taken = apply_conference({}, without_nulls(body), rules)
    return checked(merged({**fresh, "id": event_id}, taken))


def patched_event(event: Event, body: Event, rules: ConferenceRules) -> Event:
    """Make the event of a patch. Raises GoogleError (400)."""
    _check_same(event, body)
    taken = apply_conference(event, body, rules)
    base = event
    if "conferenceData" in taken:
        base = {key: value for key, value in event.items() if key != "conferenceData"}
    return _with_sequence(event, checked(merged(base, taken)))


def replaced_event(event: Event, body: Event, rules: ConferenceRules) -> Event:
    """Make the event of an update: what the body does not name is gone. Raises GoogleError (400)."""
    _check_same(event, body)
    _check_times_given(body)
    keys = [*READ_ONLY, *_KEPT_BY_UPDATE]
    if rules.version == 0:
        keys.append("conferenceData")
    else:
        keys.remove("hangoutLink")
    base = {key: event[key] for key in keys if key in event}
    taken = apply_conference(event, without_nulls(body), rules)
    return _with_sequence(event, checked(merged(base, taken)))


def checked(event: Event) -> Event:
    """Give the event with its times as stored, after all checks. Raises GoogleError (400)."""
    check_event(event)
    _check_times_given(event)
    recurring = "recurrence" in event
    start, end = (
        normal(event[which], which=which, calendar_zone=TIME_ZONE, recurring=recurring)
        for which in ("start", "end")
    )
    check_range(start, end)
    if recurring:
        _check_recurrence(event, start.get("timeZone", "UTC"))
    return {**event, "start": start, "end": end}


def _check_times_given(event: Event) -> None:
    for which in ("start", "end"):
        if not event.get(which):
            raise required(f"Missing {which} time.")


def _check_recurrence(event: Event, zone_name: str) -> None:
    if "recurringEventId" in event:
        raise invalid("Invalid recurrence rule.", location="recurrence")
    read_recurrence(event["recurrence"], zone(zone_name))


def _event_id(world: World, body: Event) -> str:
    own = body.get("id")
    if own is None:
        return "".join(world.random.choice(_ID_LETTERS) for _ in range(26))
    if not _OWN_ID.fullmatch(own):
        raise invalid("Invalid resource id value.", location="resource.id")
    return str(own)


def _check_same(event: Event, body: Event) -> None:
    for key in ("id", "iCalUID"):
        if body.get(key) not in (None, event.get(key)):
            raise invalid(f"Invalid value for: {key}", location=key)
    if body.get("eventType") not in (None, event.get("eventType")):
        message = "Event type cannot be changed."
        raise GoogleError(400, "eventTypeRestriction", message)


def _with_sequence(old: Event, new: Event) -> Event:
    """Count the changes of time, as iCalendar's SEQUENCE does."""
    moved = any(old.get(key) != new.get(key) for key in ("start", "end", "recurrence"))
    return {**new, "sequence": old.get("sequence", 0) + 1} if moved else new
