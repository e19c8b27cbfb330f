"""The system clock: the only reader of time, ids and randomness."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
import uuid
from datetime import UTC, datetime, timedelta

# Unlike CLOCK_MONOTONIC it goes on while the machine is suspended; only Linux has it.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)

_A_MOMENT = timedelta(milliseconds=500)


class SystemClock:
    """Implements `syncd.ports.clock.Clock` on this machine."""

    def __init__(self) -> None:
        self._behind = timedelta(0)

    def now(self) -> datetime:
        """Give the wall clock, aware, in UTC; as it was set by, where it was."""
        return datetime.now(UTC) + self._behind

    def set_by(self, shown: datetime, *, before: datetime) -> timedelta:
        """Go by another clock, which showed this at some time since ours showed `before`.

        Machines that share a database agree on the time in this way. What may as well be the way
        there and back changes nothing. Gives by how much the clock was set.
        """
        half = (self.now() - before) / 2
        apart = shown - before - half
        if abs(apart) <= half + _A_MOMENT:
            return timedelta(0)
        self._behind += apart
        return apart

    def monotonic(self) -> float:
        """Give seconds since the machine started, suspended time included where that is known."""
        return time.clock_gettime(_STEADY)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)

    def random(self) -> float:
        """Give a number in [0, 1), for jitter; never for secrets."""
        return random.random()  # noqa: S311 - spreads retries, protects nothing

    def new_id(self) -> str:
        """Give 32 random hexadecimal digits (UUID version 4)."""
        return uuid.uuid4().hex

    def secret(self) -> str:
        """Give 256 bits of the system's own randomness."""
        return secrets.token_urlsafe(32)
