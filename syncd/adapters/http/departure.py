"""The last look before a request leaves, and the knowledge that it did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from syncd.ports.clock import Clock
from syncd.ports.errors import Transient


class Departure:
    """Called by httpcore at each step of one request (its `trace` extension)."""

    def __init__(self, clock: Clock, send_by: Callable[[], float] | float | None) -> None:
        self._clock = clock
        self._send_by = send_by
        self.left = False

    def check(self) -> None:
        """Raise Transient when the time to send is over."""
        latest = self._send_by() if callable(self._send_by) else self._send_by
        if latest is not None and self._clock.monotonic() > latest:
            raise Transient("It was too late to send a request.", code="too_late")

    async def __call__(self, event: str, _info: dict[str, Any]) -> None:
        """Look at the clock right before the first byte, however long connecting took."""
        if event.endswith(".send_request_headers.started"):
            self.check()
            self.left = True
