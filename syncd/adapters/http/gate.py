"""One account's gate: so many calls at once, so many per second, and shut when told to wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from syncd.adapters.http.call import Limits
from syncd.ports.clock import Clock


class Gate:
    """Lets the calls of one account through at its pace; all times are `Clock.monotonic()`."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock = clock
        self._slots = asyncio.Semaphore(limits.concurrency)
        self._interval = 1 / limits.per_second
        self._ahead = (limits.burst - 1) * self._interval
        self._next = clock.monotonic()
        self._opens_at = self._next

    def close(self, seconds: float) -> None:
        """Let nothing through for so long; never opens earlier than it would have."""
        self._opens_at = max(self._opens_at, self._clock.monotonic() + seconds)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a slot, for the pace and for the gate to be open, in this order.

        The last look is at the gate: it may have been closed during the other waits.
        """
        async with self._slots:
            await self._keep_pace()
            while (left := self._opens_at - self._clock.monotonic()) > 0:
                await self._clock.sleep(left)
            yield

    async def _keep_pace(self) -> None:
        now = self._clock.monotonic()
        mine = max(self._next, now - self._ahead)
        self._next = mine + self._interval
        if mine > now:
            await self._clock.sleep(mine - now)
