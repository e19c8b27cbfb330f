"""Token buckets, so that nobody asks for more than the pages can bear."""

from __future__ import annotations

import math
from collections import OrderedDict

from syncd.ports.clock import Clock
from syncd.web.settings import Rate

_MOST = 10_000
"""How many buckets are remembered; whoever was not seen for longest starts afresh."""


class Buckets:
    """One bucket per key, all with the same rate; the memory they take is bounded."""

    def __init__(self, rate: Rate, clock: Clock) -> None:
        self._rate = rate
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, key: str) -> int:
        """Take one token; gives 0, or the whole seconds until there is one again."""
        now = self._clock.monotonic()
        left, seen = self._left.pop(key, (float(self._rate.burst), now))
        left = min(float(self._rate.burst), left + (now - seen) * self._rate.per_second)
        seconds = 0 if left >= 1 else math.ceil((1 - left) / self._rate.per_second)
        self._left[key] = (left - 1 if seconds == 0 else left, now)
        if len(self._left) > _MOST:
            self._left.popitem(last=False)
        return seconds
