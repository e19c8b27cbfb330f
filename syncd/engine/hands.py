"""How many calendars are worked on at once, so that those that hang do not use up all hands (L6)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any

from syncd.core.ids import Provider
from syncd.ports.rows import CalendarRow, Queue

# Far above what is at work at once. Each provider has hands of its own: both seldom hang together.
_AT_ONCE = 64
# What failed last time may hang again.
_FAILING_AT_ONCE = 16

_HANDS = {
    Queue(provider, failing): most
    for failing, most in ((False, _AT_ONCE), (True, _FAILING_AT_ONCE))
    for provider in (Provider.GOOGLE, Provider.MICROSOFT)
}


class Hands:
    """The hands for each queue of due calendars."""

    def __init__(self) -> None:
        self._busy: Counter[Queue] = Counter()

    def free(self) -> Mapping[Queue, int]:
        """Tell which queues have free hands and how many; those that failed come last."""
        return {q: most - self._busy[q] for q, most in _HANDS.items() if most > self._busy[q]}

    def take(self, row: CalendarRow, work: asyncio.Task[Any]) -> None:
        """Have a hand of the calendar's queue be busy until the work ends."""
        queue = Queue(row.key.provider, row.failures > 0)
        self._busy[queue] += 1
        work.add_done_callback(lambda _: self._busy.subtract([queue]))
