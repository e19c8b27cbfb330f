"""Time that stands still until the play moves it, for the engine, its transport and the stand-ins."""

from __future__ import annotations

import asyncio
from datetime import datetime

from syncd.sandbox.fakes.world import World
from tests.fakes.clock import FakeClock

BASE = "https://sandbox.example"


class StillClock(FakeClock):
    """Only the play moves it; who waits for a lease to be renewed waits for good."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.Event().wait()


class WireClock(FakeClock):
    """The same time for the transport, whose short waits pass at once."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        self._clock.advance(seconds)
        await asyncio.sleep(0)


class StillWorld(World):
    """The sandbox's shared ground, on the clock of the play."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(people=4)
        self._clock = clock
        self.base = BASE

    def now(self) -> datetime:
        return self._clock.now()

    def advance(self, seconds: float) -> None:
        self._clock.advance(seconds)
