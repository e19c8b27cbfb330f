"""A mailbox: calendars, items with their last but one version, and the numbered writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from syncd.sandbox.fakes.microsoft import ids
from syncd.sandbox.fakes.microsoft.item import Item
from syncd.sandbox.fakes.world import Person


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """One calendar of a mailbox."""

    key: str
    name: str
    is_default: bool

    @property
    def id(self) -> str:
        """Give the id in Graph's form."""
        return ids.calendar_id(self.key)


@dataclass(frozen=True, kw_only=True)
class Departure:
    """The move of an item out of a calendar, which delta of that calendar reports as removal."""

    version: int
    calendar: str
    key: str


class Mailbox:
    """All calendars and items of one person; the one place where versions are given out."""

    def __init__(self, person: Person, random: Random) -> None:
        self.person = person
        self._random = random
        self.calendars = {
            calendar.key: calendar
            for calendar in (
                Calendar(key=self.new_key(), name="Calendar", is_default=True),
                Calendar(key=self.new_key(), name="Team", is_default=False),
            )
        }
        self.items: dict[str, Item] = {}
        self.departures: list[Departure] = []
        self.version = 0
        self._previous: dict[str, Item] = {}

    def reset(self) -> None:
        """Empty the mailbox; calendars stay with their ids, and versions go on counting."""
        self.items.clear()
        self.departures.clear()
        self._previous.clear()

    @property
    def default(self) -> Calendar:
        """Give the calendar where new events go."""
        return next(calendar for calendar in self.calendars.values() if calendar.is_default)

    def new_key(self) -> str:
        """Give a key that no other item of the sandbox has."""
        return f"{self._random.getrandbits(80):020x}"

    def put(self, item: Item, now: datetime) -> Item:
        """Store a version of an item; its change key is new and `modified` is later than before."""
        before = self.items.get(item.key)
        self.version += 1
        modified = now if before is None else max(now, before.modified + timedelta(microseconds=1))
        created = now if before is None else before.created
        stored = replace(item, version=self.version, modified=modified, created=created)
        self.items[item.key] = stored
        if before is not None:
            self._previous[item.key] = before
        return stored

    def move(self, item: Item, calendar: Calendar, now: datetime) -> Item:
        """Put an item, and the exceptions of a series with it, into another calendar."""
        moved = self.put(replace(item, calendar=calendar.key), now)
        self.departures.append(
            Departure(version=self.version, calendar=item.calendar, key=item.key)
        )
        for other in list(self.items.values()):
            if other.master == item.key:
                self.put(replace(other, calendar=calendar.key), now)
        return moved

    def shelf(self, *, stale: bool) -> Mapping[str, Item]:
        """Give the items by key; a stale reader gets each as it was before its last change."""
        return {**self.items, **self._previous} if stale else self.items

    def copy_of(self, uid: str) -> Item | None:
        """Find the attendee's copy of a meeting, deleted or not; never a part of a series."""
        for item in reversed(list(self.items.values())):
            if item.uid == uid and not item.is_organizer and item.master is None:
                return item
        return None
