"""Time, waiting, ids and randomness: the only way anything gets them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The source of everything that would make two runs differ."""

    def now(self) -> datetime:
        """Give the wall clock, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Give seconds that never jump, from any start; they go on while the machine sleeps."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    def random(self) -> float:
        """Give a number in [0, 1), for jitter; never for secrets."""
        ...

    def new_id(self) -> str:
        """Give an id that nobody has had: 32 hexadecimal digits."""
        ...

    def secret(self) -> str:
        """Give what nobody can guess: 256 random bits, as 43 characters of A-Z, a-z, 0-9, - and _."""
        ...
