"""How much of an account's pace is this process's own, where several serve the same accounts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Share:
    """One part of so many; whoever counts the processes sets it, and every gate goes by it."""

    parts: int = 1

    def of_calls(self, number: int) -> int:
        """Give how many calls at once are ours; one at least, since none would be none for ever."""
        return max(1, number // self.parts)

    def of_pace(self, number: float) -> float:
        """Give how many calls per second, or in a burst, are ours."""
        return number / self.parts
