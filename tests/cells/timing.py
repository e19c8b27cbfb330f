"""Time that leaps: a loop whose clock goes on at once to whatever is waited for, and that clock."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar, TypeVarTuple

from tests.fakes.clock import START

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class LeapLoop(asyncio.SelectorEventLoop):
    """Never waits. Work for threads is done in place, so that a run is the same every time."""

    def __init__(self) -> None:
        self.passed = 0.0
        super().__init__(_Leaping(self.leap))

    def time(self) -> float:
        return 1000.0 + self.passed

    def leap(self, seconds: float) -> None:
        self.passed += seconds

    def run_in_executor(
        self, executor: Any, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - handed on as a thread hands it on
            done.set_exception(error)
        return done


class _Leaping(selectors.SelectSelector):
    def __init__(self, leap: Callable[[float], None]) -> None:
        super().__init__()
        self._leap = leap

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if not found and timeout is None:
            raise RuntimeError("everybody waits, and nothing will ever come")
        if not found and timeout:
            self._leap(timeout)
        return found


class LoopClock:
    """Implements `syncd.ports.clock.Clock` by the time of a loop; random numbers are all one half."""

    def __init__(self, loop: LeapLoop) -> None:
        self._loop = loop
        self._ids = 0

    def now(self) -> datetime:
        return START + timedelta(seconds=self._loop.passed)

    def monotonic(self) -> float:
        return self._loop.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(max(seconds, 0))

    def random(self) -> float:
        return 0.5

    def new_id(self) -> str:
        self._ids += 1
        return f"{self._ids:032x}"

    def secret(self) -> str:
        self._ids += 1
        return f"{self._ids:043d}"


def run(work: Callable[[LeapLoop], Coroutine[Any, Any, T]]) -> T:
    """Run to the end in a loop of its own."""
    loop = LeapLoop()
    try:
        return loop.run_until_complete(work(loop))
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(_settled())
        loop.close()


async def _settled() -> None:
    """Let what is being closed be closed."""
    await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}))
