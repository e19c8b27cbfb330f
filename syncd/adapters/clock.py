"""The system clock: the only reader of time, ids and randomness."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
import uuid
from datetime import UTC, datetime

# Unlike CLOCK_MONOTONIC it goes on while the machine is suspended; only Linux has it.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class SystemClock:
    """Implements `syncd.ports.clock.Clock` on this machine."""

    def now(self) -> datetime:
        """Give the wall clock, aware, in UTC."""
        return datetime.now(UTC)

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
