"""Of all that happened in a run that fails, keep what it takes to fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from tests.simulation.run import Script, play

T = TypeVar("T")

_MOST_RUNS = 120


def shrunk(script: Script) -> Script:
    """Give a script with fewer faults and fewer acts that breaks a rule all the same."""
    tries = _Tries(script)
    struck = play(script).strikes
    listed = replace(script, strikes=struck)
    if not tries.fails(listed):
        return listed
    faults = tries.fewest(struck, lambda some: replace(listed, strikes=tuple(some)))
    fewer = replace(listed, strikes=tuple(faults))
    acts = tries.fewest(script.acts, lambda some: replace(fewer, acts=tuple(some)))
    return replace(fewer, acts=tuple(acts))


class _Tries:
    def __init__(self, script: Script) -> None:
        self._script = script
        self._left = _MOST_RUNS

    def fails(self, script: Script) -> bool:
        """Tell whether a script breaks a rule; of tries there are only so many."""
        if self._left <= 0:
            return False
        self._left -= 1
        return bool(play(script).violations)

    def fewest(self, items: Sequence[T], build: Callable[[Sequence[T]], Script]) -> Sequence[T]:
        """Leave out ever smaller parts, as long as the rest still fails."""
        size = len(items)
        while size >= 1:
            at = 0
            while at < len(items):
                rest = [*items[:at], *items[at + size :]]
                if self.fails(build(rest)):
                    items = rest
                else:
                    at += size
            size //= 2
        return items
