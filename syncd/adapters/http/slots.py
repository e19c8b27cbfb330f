"""So many at once, where the number may change at any time; the rest wait in a line."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class Slots:
    """Lets through as many at once as `most` says at that moment, in the order they came."""

    def __init__(self, most: Callable[[], int]) -> None:
        self._most = most
        self._taken = 0
        self._line: deque[asyncio.Future[None]] = deque()

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for a slot, and have it to the end of the block."""
        if self._line or self._taken >= self._most():
            await self._wait()
        else:
            self._taken += 1
        try:
            yield
        finally:
            self._leave()

    async def _wait(self) -> None:
        """Wait in the line; whoever is let in has the slot already."""
        place = asyncio.get_running_loop().create_future()
        self._line.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._leave()
            raise

    def _leave(self) -> None:
        self._taken -= 1
        while self._line and self._taken < self._most():
            place = self._line.popleft()
            if not place.done():
                self._taken += 1
                place.set_result(None)
