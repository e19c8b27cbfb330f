"""A clock that moves only when it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle

START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


class FakeClock:
    """Time moves by `advance` and by every `sleep`, which returns at once.

    `slept` remembers every wait, in seconds; random numbers go round; ids count up from 1.
    """

    def __init__(self, now: datetime = START, *, randoms: Sequence[float] = (0.5,)) -> None:
        self._now = now
        self._monotonic = 1000.0
        self._randoms = cycle(randoms)
        self._ids = 0
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)
        await asyncio.sleep(0)

    def random(self) -> float:
        return next(self._randoms)

    def new_id(self) -> str:
        self._ids += 1
        return f"{self._ids:032x}"

    def secret(self) -> str:
        self._ids += 1
        return f"{self._ids:043d}"

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Set the wall clock alone, as an operator does; the monotonic one never jumps."""
        self._now += timedelta(seconds=seconds)
