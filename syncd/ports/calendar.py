"""Calendars: what changed, one event as it is now, one write."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from syncd.core.event import Event, EventChange
from syncd.core.ids import CalendarKey, EventRef
from syncd.core.series import Instance


@dataclass(frozen=True, slots=True)
class Changed:
    """An event as a listing shows it; it may be older than the event itself."""

    event: Event


@dataclass(frozen=True, slots=True)
class Gone:
    """An id a listing calls deleted or out of its window; only `get` makes it certain."""

    event_id: str
    series_id: str = ""
    """The series whose occurrence it was, where the listing tells."""


@dataclass(frozen=True, slots=True)
class Partial:
    """A listing item that tells too little to judge (an occurrence stub of Graph)."""

    event_id: str
    series_id: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An item that cannot be understood; it never stops the calendar."""

    event_id: str
    problem: str


Change = Changed | Gone | Partial | Unreadable


@dataclass(frozen=True, slots=True)
class ChangePage:
    """One page of changes; only the last one carries the new cursor. It may be empty."""

    items: tuple[Change, ...]
    cursor: str | None
    can_write: bool = True
    """Whether the calendar may be written, as far as it is known by now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarInfo:
    """A calendar of a person, as the provider lists it."""

    calendar_id: str
    """`primary` for the first one, else the provider's own id."""
    name: str
    can_write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event that a person makes on the page. Times are UTC; `zone` is the IANA name it is made in."""

    title: str
    start: datetime
    end: datetime
    zone: str
    attendees: tuple[str, ...]
    text: str
    """Plain; the provider gets it as it wants it."""
    location: str = ""


class CalendarProvider(Protocol):
    """One provider's calendars, for all connected people.

    All methods raise the errors of `syncd.ports.errors`; an account that fails says so by itself
    and never through another account's calls.
    """

    def changes(self, calendar: CalendarKey, cursor: str | None) -> AsyncIterator[ChangePage]:
        """Read what changed since the cursor, or everything when it is None, page by page.

        The last page, and only it, carries a cursor; a run that ends otherwise raises. Items may
        repeat; the last one counts. Raises CursorExpired when only a full read helps.
        """
        ...

    def needs_full_read(self, cursor: str) -> bool:
        """Tell whether this cursor is due to be replaced by a full read (a window moved on)."""
        ...

    def beyond(self, calendar: CalendarKey) -> AsyncIterator[Change]:
        """List what `changes` leaves out because it starts too far ahead; nothing where it lists all.

        Of series, those that began long ago may come as well: no listing tells when one takes place
        next. Some that `changes` lists may be among them. Never Gone; items may repeat.
        """
        ...

    async def get(self, ref: EventRef) -> Event:
        """Read one event as it is now. NotFound when it is gone, deleted events included."""
        ...

    async def instances(
        self, series: Event, *, begin: datetime, end: datetime
    ) -> tuple[Instance, ...]:
        """Read the times of a series that touch a span (UTC), in any order.

        Moved ones are given as they are now; cancelled ones are left out.
        """
        ...

    async def write(self, event: Event, change: EventChange) -> Event:
        """Write once, under the version of `event`, and give the event as it is afterwards.

        Stale when it was changed meanwhile. Mails go out as the provider does it. A conference
        asked for may be `pending` in the event; `ShowZoom` is an extra that fails nothing. Permanent
        `conference_elsewhere` when only another provider's calendar has that conference.
        """
        ...

    def mails(self, event: Event, *, quiet: bool = False) -> int:
        """Say how many people one `write` of this event may mail, at most; `quiet` as the change is."""
        ...

    async def calendars(self, owner: str) -> tuple[CalendarInfo, ...]:
        """List the calendars of a person, those included that may not be written."""
        ...

    async def between(
        self, calendar: CalendarKey, *, begin: datetime, end: datetime
    ) -> tuple[Event, ...]:
        """Read the events that touch a span (UTC), series as their occurrences, in order of start.

        Cancelled ones are left out; an event that cannot be understood is left out and logged.
        """
        ...

    async def create(self, calendar: CalendarKey, new: NewEvent, *, key: str) -> Event:
        """Make an event and invite its guests.

        The same `key` (64 hexadecimal digits) makes one event however often it is sent, and gives
        that one.
        """
        ...
