"""Series and their occurrences: what is known of one when the other is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from syncd.core.binding import Binding
from syncd.core.event import Event
from syncd.core.ids import EventKey, EventRef


@dataclass(frozen=True, slots=True)
class NextTime:
    """When a series takes place next: `start` in UTC, None once it is over.

    `unreadable` says, for a person, why that cannot be told.
    """

    start: datetime | None
    unreadable: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The series of an occurrence, as it was seen beside it."""

    ref: EventRef
    key: EventKey | None
    """None when the series itself is gone."""
    binding: Binding | None
    flags: tuple[str, ...] = ()
    """The flags that stand in the series, or stood there when a person freed it of its link."""
    speaks: bool = True
    """The series has a flag, or a link of ours stands in it."""
    had_link: bool = True
    """Our mark already stood in the occurrence when it was first seen: it was made with the link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """An occurrence that was changed by itself, as it is remembered beside its series."""

    ref: EventRef
    ends_at: datetime
    """When it ended as it was last listed, in UTC."""
    binding: Binding | None


@dataclass(frozen=True, slots=True)
class Instance:
    """One time of a series as its calendar has it, moved ones where they are now; all in UTC.

    `original_start` is where the rule puts it, which never changes.
    """

    original_start: datetime
    start: datetime
    end: datetime


def times_of(event: Event, next_time: NextTime | None) -> tuple[datetime, datetime] | None:
    """Give start and end (UTC) of an event, for a series of its next occurrence; None without one."""
    if next_time is None:
        return event.start, event.end
    if next_time.start is None:
        return None
    return next_time.start, next_time.start + (event.end - event.start)
