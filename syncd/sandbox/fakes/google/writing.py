"""Writes of events: who may, what follows for copies and instances, and who is mailed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from syncd.sandbox.fakes.google.calendars import Calendar, Calendars, Event
from syncd.sandbox.fakes.google.conference import MeetOutcome, failed, finished, is_pending
from syncd.sandbox.fakes.google.copies import PRIVATE, STAMPS, as_seen, collides, spread
from syncd.sandbox.fakes.google.errors import deleted, duplicate, forbidden_for_non_organiser
from syncd.sandbox.fakes.google.mails import SendUpdates, mail_attendees
from syncd.sandbox.fakes.google.series import find_event, find_slot
from syncd.sandbox.fakes.world import World

_OWN_TIMES = ("start", "end", "recurrence", "status", "sequence")
_NOT_SHARED = {*PRIVATE, *STAMPS, "creator", "organizer"}


@dataclass(frozen=True, kw_only=True)
class Writer:
    """The one door by which events change."""

    world: World
    calendars: Calendars
    meet_outcome: MeetOutcome

    def insert(self, calendar: Calendar, event: Event, *, send: SendUpdates) -> Event:
        """Store a new event and invite its attendees. Raises GoogleError (409)."""
        event = as_seen(event, calendar)
        if event["id"] in calendar.events or collides(self.calendars, event):
            raise duplicate()
        return self._organise(calendar, event, None, send=send)

    def change(self, calendar: Calendar, event: Event, new: Event, *, send: SendUpdates) -> Event:
        """Store `new` in place of `event`, in the copy or for all. Raises GoogleError (403, 410)."""
        new = as_seen(new, calendar)
        if new["status"] == "cancelled" and event["status"] != "cancelled":
            return self.delete(calendar, event, send=send)
        if event["organizer"].get("self"):
            return self._organise(calendar, new, event, send=send)
        return self._attend(calendar, new, event, send=send)

    def delete(self, calendar: Calendar, event: Event, *, send: SendUpdates) -> Event:
        """Cancel the event, or take away one attendee's copy. Raises GoogleError (410)."""
        if event["status"] == "cancelled":
            raise deleted()
        gone = {**event, "status": "cancelled"}
        if event["organizer"].get("self"):
            return self._organise(calendar, gone, event, send=send)
        self._respond(calendar, event, "declined")
        return self.calendars.put(calendar, gone)

    def finish_meets(self, calendar: Calendar) -> None:
        """Let every Meet that was asked for be there or have failed, as it is by the next look."""
        if self.meet_outcome == "pending":
            return
        while calendar.pending:
            event = calendar.find(calendar.pending.pop(0))
            if event is not None and is_pending(event):
                self._organise(calendar, self._decided(event), event, send="none")

    def _decided(self, event: Event) -> Event:
        is_made = self.meet_outcome == "success"
        return finished(event, self.world.random) if is_made else failed(event)

    def _organise(
        self, calendar: Calendar, new: Event, old: Event | None, *, send: SendUpdates
    ) -> Event:
        changed = changed_keys(old or {}, new)
        stored = self.calendars.put(calendar, new, touch=changed != {"reminders"})
        if is_pending(stored):
            calendar.pending.append(stored["id"])
        shared = shared_changes(old or {}, new)
        if shared:
            spread(self.calendars, stored, old)
            others = shared != {"attendees"}
            mail_attendees(self.world, stored, old, send=send, updated=others)
        if old is not None and "recurrence" in old:
            self._follow(calendar, stored, old, changed)
        return stored

    def _follow(self, calendar: Calendar, master: Event, old: Event, changed: set[str]) -> None:
        """Bring the stored instances of a series in step with its master."""
        for instance in calendar.exceptions_of(master["id"]):
            if instance["status"] == "cancelled":
                continue
            if master["status"] == "cancelled":
                self._cancel_quietly(instance["id"])
            elif not _has_slot(master, instance["id"]):
                self._put_and_spread(calendar, {**instance, "status": "cancelled"}, instance)
            else:
                self._inherit(calendar, instance, master, old, keys=changed)

    def _cancel_quietly(self, instance_id: str) -> None:
        """Cancel an instance with its series, in every copy; lists tell of the series only."""
        for calendar in self.calendars.all():
            instance = calendar.find(instance_id)
            if instance is not None:
                self.calendars.put(calendar, {**instance, "status": "cancelled"}, listed=False)

    def _inherit(
        self, calendar: Calendar, instance: Event, master: Event, old: Event, *, keys: set[str]
    ) -> None:
        """Hand changed fields down to an instance that had not its own value for them."""
        handed = {
            key: master.get(key)
            for key in sorted(keys - {*_OWN_TIMES, *STAMPS})
            if instance.get(key) == old.get(key)
        }
        if handed:
            new = {key: value for key, value in {**instance, **handed}.items() if value is not None}
            self._put_and_spread(calendar, new, instance)

    def _put_and_spread(self, calendar: Calendar, new: Event, old: Event) -> None:
        stored = self.calendars.put(calendar, new)
        spread(self.calendars, stored, old)

    def _attend(self, calendar: Calendar, new: Event, old: Event, *, send: SendUpdates) -> Event:
        """Take an attendee's write: own fields, own answer, and more if guests may modify."""
        shared = shared_changes(old, new)
        answer = _own_answer(new, calendar.id)
        if "attendees" in shared and _others(old, calendar.id) == _others(new, calendar.id):
            shared.discard("attendees")
            self._respond(calendar, old, answer)
        if shared:
            self._modify_as_guest(old, new, shared, send=send)
        current = calendar.find(old["id"]) or old
        own = {key: new[key] for key in PRIVATE if key in new}
        kept = {key: value for key, value in current.items() if key not in PRIVATE}
        kept.pop("extendedProperties", None)
        copy = {**kept, **own, **_properties(new, current)}
        return self.calendars.put(calendar, as_seen(copy, calendar))

    def _respond(self, calendar: Calendar, event: Event, answer: str) -> None:
        def answered(theirs: Event) -> Event:
            attendees = [
                {**one, "responseStatus": answer} if one["email"] == calendar.id else one
                for one in theirs.get("attendees", ())
            ]
            return {**theirs, "attendees": attendees}

        self._at_organiser(event, answered, send="none")

    def _modify_as_guest(
        self, old: Event, new: Event, keys: set[str], *, send: SendUpdates
    ) -> None:
        if not old.get("guestsCanModify"):
            raise forbidden_for_non_organiser()

        def modified(theirs: Event) -> Event:
            kept = {key: value for key, value in theirs.items() if key not in keys}
            return {**kept, **{key: new[key] for key in sorted(keys) if key in new}}

        self._at_organiser(old, modified, send=send)

    def _at_organiser(
        self, event: Event, change: Callable[[Event], Event], *, send: SendUpdates
    ) -> None:
        home = self.calendars.get(event["organizer"]["email"])
        theirs = find_event(home, event["id"]) if home else None
        if home is None or theirs is None or theirs["status"] == "cancelled":
            return
        self._organise(home, as_seen(change(theirs), home), theirs, send=send)


def changed_keys(old: Event, new: Event) -> set[str]:
    """Give the fields that differ."""
    return {key for key in {*old, *new} if old.get(key) != new.get(key)}


def shared_changes(old: Event, new: Event) -> set[str]:
    """Give the fields that differ and that all copies have in common."""
    before, after = (one.get("extendedProperties", {}).get("shared") for one in (old, new))
    properties = {"extendedProperties"} if before == after else set()
    return changed_keys(old, new) - _NOT_SHARED - properties


def _has_slot(master: Event, instance_id: str) -> bool:
    return "recurrence" in master and find_slot(master, instance_id) is not None


def _own_answer(event: Event, email: str) -> str:
    answers = [one["responseStatus"] for one in event.get("attendees", ()) if one["email"] == email]
    return answers[0] if answers else "declined"


def _others(event: Event, email: str) -> list[Event]:
    return [one for one in event.get("attendees", ()) if one["email"] != email]


def _properties(new: Event, current: Event) -> Event:
    """Give the copy's extended properties: shared as they are now, private as written."""
    both = {
        "shared": current.get("extendedProperties", {}).get("shared", {}),
        "private": new.get("extendedProperties", {}).get("private", {}),
    }
    filled = {key: value for key, value in both.items() if value}
    return {"extendedProperties": filled} if filled else {}
