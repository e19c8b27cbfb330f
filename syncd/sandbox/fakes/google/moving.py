"""events.move: an event gets another calendar, which is another organiser.

The discovery document says "Moves an event to another calendar, i.e. changes an event's organizer",
and that only default events can be moved. Id and iCalUID stay; the calendar it left shows it as
cancelled. Whether private properties come along is not said, hence a knob.
"""

from __future__ import annotations

from dataclasses import dataclass

from syncd.sandbox.fakes.google.calendars import Calendar, Calendars, Event
from syncd.sandbox.fakes.google.copies import as_seen, spread
from syncd.sandbox.fakes.google.errors import (
    GoogleError,
    cannot_change_organiser,
    cannot_change_organiser_of_instance,
    deleted,
)
from syncd.sandbox.fakes.google.mails import SendUpdates, mail_attendees
from syncd.sandbox.fakes.world import World


@dataclass(frozen=True, kw_only=True)
class Mover:
    """Moves events between calendars."""

    world: World
    calendars: Calendars
    keeps_properties: bool

    def move(
        self, source: Calendar, event: Event, destination: Calendar, *, send: SendUpdates
    ) -> Event:
        """Move an event, or a series with its instances. Raises GoogleError (400, 410)."""
        _check(event)
        if destination is source:
            return event
        instances = source.exceptions_of(event["id"])
        stored = self._move_one(source, event, destination)
        mail_attendees(self.world, stored, event, send=send, updated=True)
        for instance in instances:
            self._move_one(source, instance, destination)
        return stored

    def _move_one(self, source: Calendar, event: Event, destination: Calendar) -> Event:
        organiser = {"email": destination.id, "displayName": destination.owner.name}
        moved = {**event, "organizer": organiser}
        if not self.keeps_properties:
            moved = _without_private(moved)
        self.calendars.put(source, {**event, "status": "cancelled"})
        stored = self.calendars.put(destination, as_seen(moved, destination))
        spread(self.calendars, stored, event)
        return stored


def _check(event: Event) -> None:
    if event["status"] == "cancelled":
        raise deleted()
    if "recurringEventId" in event:
        raise cannot_change_organiser_of_instance()
    if not event["organizer"].get("self"):
        raise cannot_change_organiser()
    if event["eventType"] != "default":
        raise GoogleError(400, "eventTypeRestriction", "Only default events can be moved.")


def _without_private(event: Event) -> Event:
    properties = event.get("extendedProperties", {})
    kept = {kind: values for kind, values in properties.items() if kind != "private"}
    rest = {key: value for key, value in event.items() if key != "extendedProperties"}
    return {**rest, "extendedProperties": kept} if kept else rest
