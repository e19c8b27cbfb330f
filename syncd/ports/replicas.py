"""The daemons that share a database, and the work that one of them does for all.

Where they run on several machines, the times kept here are the database's own: of the times given
the spans between them count.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Protocol

ALIVE = timedelta(seconds=15)
"""Whoever was not seen for so long is taken for dead."""


@dataclass(frozen=True, slots=True)
class Roll:
    """Who works on a database: how many daemons, the asking one included, and what time it is there."""

    alive: int
    time: datetime


class Replicas(Protocol):
    """Which daemons are alive."""

    def beat(self, holder: str, *, now: datetime) -> Roll:
        """Say that this daemon is there, and call the roll."""
        ...

    def leave(self, holder: str) -> None:
        """Say that it is no longer there."""
        ...

    def count(self, *, now: datetime) -> int:
        """Tell how many are there."""
        ...


class Turn(Enum):
    """Whether a chore is the asking daemon's to do."""

    OURS = "ours"
    BUSY = "busy"
    """Another is at it; it may die."""
    DONE = "done"
    """It was done lately enough."""


class Chores(Protocol):
    """Work of which nothing is to be done twice, by name."""

    def begin(
        self, name: str, holder: str, *, now: datetime, until: datetime, since: datetime
    ) -> Turn:
        """Take the turn until `until`, unless another has it, or the chore was done after `since`."""
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
