"""One account's gate: so many calls at once, so many per second, and shut when told to wait."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from syncd.adapters.http.call import Limits
from syncd.adapters.http.share import Share
from syncd.adapters.http.slots import Slots
from syncd.ports.clock import Clock


class Gate:
    """Lets the calls of one account through at its pace; all times are `Clock.monotonic()`.

    Where other processes serve the account as well, at this one's share of its pace.
    """

    def __init__(self, clock: Clock, limits: Limits, share: Share | None = None) -> None:
        self._clock = clock
        self._limits = limits
        self._share = share or Share()
        self._slots = Slots(lambda: self._share.of_calls(limits.concurrency))
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
        async with self._slots.taken():
            await self._keep_pace()
            while (left := self._opens_at - self._clock.monotonic()) > 0:
                await self._clock.sleep(left)
            yield

    async def _keep_pace(self) -> None:
        now = self._clock.monotonic()
        interval = 1 / self._share.of_pace(self._limits.per_second)
        ahead = max(0.0, self._share.of_pace(self._limits.burst) - 1) * interval
        mine = max(self._next, now - ahead)
        self._next = mine + interval
        if mine > now:
            await self._clock.sleep(mine - now)
