"""Four requests at once per mailbox: Outlook's concurrency limit."""

from __future__ import annotations

from collections import defaultdict, deque

from syncd.sandbox.fakes.microsoft.errors import throttled

# Two sleeps of the same length may differ by a tick of the loop's clock.
_TICK = 0.002


class Throttle:
    """Counts the requests that were open in a mailbox when another one arrived.

    The server waits out the sandbox's latency before a handler runs, and handlers run without a
    pause. So a request that runs at `t` arrived at `t - latency`, and the requests that ran since
    then were open when it arrived.
    """

    def __init__(self) -> None:
        self.limit = 4
        self.retry_after = 2
        """Seconds, as the Retry-After header of a refusal says."""
        self._ran: defaultdict[str, deque[float]] = defaultdict(deque)

    def enter(self, mailbox: str, *, at: float, latency: float) -> None:
        """Note a request that runs at `at` (seconds of any clock); raise GraphError 429."""
        ran = self._ran[mailbox]
        while ran and ran[0] <= at - latency + _TICK:
            ran.popleft()
        if len(ran) >= self.limit:
            raise throttled(self.retry_after)
        if latency > 0:
            ran.append(at)
