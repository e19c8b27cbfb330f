"""The daemons that share a database, and the work that one of them does for all.

Where they run on several machines, the times kept here are the database's own: of the times given
the spans between them count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

ALIVE = timedelta(seconds=15)
"""Whoever was not seen for so long is taken for dead."""


@dataclass(frozen=True, slots=True)
class Roll:
    """Who works on a database, the asking daemon included, and what time it is there."""

    seen: Mapping[str, datetime]
    """When each that is alive last said so, by its holder."""
    time: datetime

    @property
    def alive(self) -> int:
        """How many there are."""
        return len(self.seen)


class Replicas(Protocol):
    """Which daemons are alive."""

    def beat(self, holder: str, *, now: datetime) -> Roll:
        """Say that this daemon is there, and call the roll."""
        ...

    def leave(self, holder: str) -> None:
        """Say that it is no longer there."""
        ...

    def alive(self, *, now: datetime) -> Mapping[str, datetime]:
        """Tell when each that is alive last said so."""
        ...


class Turn(Enum):
    """Whether a chore is the asking daemon's to do."""

    OURS = "ours"
    BUSY = "busy"
    """Another is at it; it may die."""
    DONE = "done"
    """Another did it lately enough."""


class Chores(Protocol):
    """Work of which nothing is to be done twice, by name."""

    def begin(
        self, name: str, holder: str, *, now: datetime, until: datetime, since: datetime
    ) -> Turn:
        """Take the turn until `until`, unless another has it, or did the chore after `since`."""
        ...

    def done(self, name: str, holder: str, *, now: datetime) -> None:
        """Note that it was done; nothing happens when the turn is no longer ours."""
        ...

    def give_up(self, name: str, holder: str) -> None:
        """Let another try; nothing happens when the turn is no longer ours."""
        ...

    def break_turns(self) -> None:
        """End all turns; only for a process that knows it is alone on this database."""
        ...
