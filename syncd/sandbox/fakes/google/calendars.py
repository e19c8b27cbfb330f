"""The calendars of the stand-in: events with their versions, and a counter of changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from syncd.sandbox.fakes.world import Person, World

Event = dict[str, Any]
"""An event as this calendar's owner sees it; replaced as a whole, never changed in place."""

TIME_ZONE = "Europe/Berlin"
_FIRST_ETAG = 3_500_000_000_000_000


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One event of one calendar: as it is, as it was before, and the change that made it so."""

    current: Event
    previous: Event | None
    change: int


@dataclass(kw_only=True)
class Calendar:
    """One calendar; `changes` counts its changes, and sync tokens name such a count."""

    id: str
    owner: Person
    primary: bool
    summary: str
    etag: str
    events: dict[str, Stored] = field(default_factory=dict)
    changes: int = 0
    pending: list[str] = field(default_factory=list)
    """Ids of events whose Meet conference is being made."""
    exceptions: dict[str, set[str]] = field(default_factory=dict)
    """Ids of the stored instances of each recurring event."""

    def find(self, event_id: str) -> Event | None:
        """Give the event as it is, deleted or not."""
        stored = self.events.get(event_id)
        return stored.current if stored else None

    def changed_since(self, change: int) -> Iterator[Event]:
        """Give the events changed after that count, oldest change first."""
        changed = [one for one in self.events.values() if one.change > change]
        for stored in sorted(changed, key=lambda one: one.change):
            yield stored.current

    def exceptions_of(self, master_id: str) -> list[Event]:
        """Give the stored instances of a recurring event, cancelled ones included."""
        ids = sorted(self.exceptions.get(master_id, ()))
        return [self.events[one].current for one in ids]


class Calendars:
    """All calendars of one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._etags = count(_FIRST_ETAG, 1)
        self._calendars: dict[str, Calendar] = {}
        for person in world.people:
            self._add(person.email, person, summary=person.email, primary=True)
            local = person.email.partition("@")[0]
            team = f"{local}-team@group.calendar.example.com"
            self._add(team, person, summary=f"Team of {person.name}", primary=False)

    def all(self) -> list[Calendar]:
        """Give every calendar."""
        return list(self._calendars.values())

    def of(self, person: Person) -> list[Calendar]:
        """Give the calendars a person has, the primary one first."""
        return [one for one in self._calendars.values() if one.owner is person]

    def get(self, calendar_id: str) -> Calendar | None:
        """Find a calendar by its id, in any case as addresses are."""
        return self._calendars.get(calendar_id.casefold())

    def put(
        self, calendar: Calendar, event: Event, *, touch: bool = True, listed: bool = True
    ) -> Event:
        """Store a version of an event under a new etag, and give it as stored.

        `updated` moves on, by a millisecond at least, unless `touch` is off. Without `listed`
        no incremental list will tell of this change.
        """
        old = calendar.events.get(event["id"])
        calendar.changes += listed
        updated = old.current["updated"] if old else ""
        if touch or not old:
            updated = _later(self._world.now(), updated)
        stored = {**event, "etag": self.new_etag(), "updated": updated}
        calendar.events[event["id"]] = Stored(
            current=stored,
            previous=old.current if old else None,
            change=old.change if old and not listed else calendar.changes,
        )
        if "recurringEventId" in event:
            calendar.exceptions.setdefault(event["recurringEventId"], set()).add(event["id"])
        return stored

    def new_etag(self) -> str:
        """Give an etag, quotes included, that no version had before."""
        return f'"{next(self._etags)}"'

    def _add(self, calendar_id: str, owner: Person, *, summary: str, primary: bool) -> None:
        self._calendars[calendar_id] = Calendar(
            id=calendar_id, owner=owner, primary=primary, summary=summary, etag=self.new_etag()
        )


def _later(now: datetime, before: str) -> str:
    text = milliseconds(now)
    if text > before:
        return text
    return milliseconds(datetime.fromisoformat(before) + timedelta(milliseconds=1))


def milliseconds(value: datetime) -> str:
    """Write an instant as Google writes `updated`: UTC, milliseconds, `Z`."""
    return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
