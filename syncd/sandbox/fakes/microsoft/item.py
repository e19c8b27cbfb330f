"""One stored version of one event in one mailbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from syncd.sandbox.fakes.microsoft import ids
from syncd.sandbox.fakes.microsoft.recurrence import Recurrence

Kind = Literal["singleInstance", "seriesMaster", "occurrence", "exception"]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Item:
    """One version of an event; a write makes another one and never changes this.

    `fields` hold Graph's own names and shapes; those of an exception only what differs from its
    master. `start`, `end` and `original_start` are instants in UTC.
    """

    key: str
    calendar: str
    uid: str
    organizer: Mapping[str, str]
    """The emailAddress of who organises the meeting."""
    is_organizer: bool
    start: datetime
    end: datetime
    start_zone: str
    end_zone: str
    fields: Mapping[str, Any]
    recurrence: Recurrence | None = None
    master: str | None = None
    """The key of the series, of occurrences and exceptions."""
    original_start: datetime | None = None
    altered: bool = False
    """True for an occurrence that was changed on its own."""
    dropped: frozenset[datetime] = frozenset()
    """The original starts of the deleted occurrences of a series."""
    properties: Mapping[str, str] = field(default_factory=dict)
    transaction: str | None = None
    client: str = ""
    created: datetime = _EPOCH
    modified: datetime = _EPOCH
    version: int = 0
    """The number of the write in this mailbox that made this version."""
    deleted: bool = False

    @property
    def kind(self) -> Kind:
        """Give the type as Graph names it."""
        if self.recurrence is not None:
            return "seriesMaster"
        if self.master is None:
            return "singleInstance"
        return "exception" if self.altered else "occurrence"

    @property
    def length(self) -> timedelta:
        """Give how long the event lasts."""
        return self.end - self.start

    @property
    def all_day(self) -> bool:
        """Tell whether the event lasts whole days."""
        return bool(self.fields.get("isAllDay"))

    @property
    def change_key(self) -> str:
        """Give the change key; an unaltered occurrence has that of its master."""
        stored = self.master if self.master and not self.altered else self.key
        return ids.change_key(stored, self.version)

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Tell whether the event touches the window; one without length counts by its start."""
        return self.start < end and (self.end > start or self.start >= start)


def occurrence_key(master: str, original_start: datetime) -> str:
    """Give the key of one occurrence; it stays when the occurrence becomes an exception."""
    return f"{master}.{original_start.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def split_key(key: str) -> tuple[str, datetime] | None:
    """Read the key of an occurrence as master and original start; None for other keys."""
    master, dot, stamp = key.partition(".")
    if not dot:
        return None
    try:
        return master, datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
