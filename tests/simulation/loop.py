"""A loop whose time passes only when nobody has anything left to do at this instant."""

from __future__ import annotations

import asyncio
import selectors
from typing import Any


class Stuck(RuntimeError):
    """Nothing is planned, and nothing can wake the loop: whoever waits would wait for ever."""


class _Waitless(selectors.SelectSelector):
    """A selector that lets virtual time pass where another would wait; no socket is ever ready."""

    loop: VirtualLoop

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None:
            raise Stuck
        if timeout > 0:
            self.loop.elapsed += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs as fast as the code under test does; `elapsed` are its seconds. Threads are refused."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        selector = _Waitless()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.elapsed

    def run_in_executor(self, *_: Any) -> Any:  # type: ignore[override]  # whatever it is given
        raise RuntimeError("a thread would make two runs of one seed differ")
