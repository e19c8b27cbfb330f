"""When a series takes place: its rules are followed by a library, in the event's own zone."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from syncd.core.event import Event


class Recurrences(Protocol):
    """Follows the recurrence of a series; pure, and never longer than a moment."""

    def next_start(self, series: Event, *, after: datetime) -> datetime | None:
        """Give the start (UTC) of the first occurrence that ends after `after`; None without one.

        ValueError when the rule cannot be followed; its message says why, for a person.
        """
        ...
