"""One life of one replica: it can be killed and frozen, and its clock can be wrong."""

from __future__ import annotations

import asyncio
import random
from contextvars import Context, ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any

START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


class Killed(BaseException):
    """The process is dead: whatever its code would still do is not done."""


class Process:
    """What its tasks share: whether they live, and whether they may go on."""

    def __init__(self, name: str, loop: asyncio.AbstractEventLoop, jump: float = 0.0) -> None:
        self.name = name
        self.is_dead = False
        self.jump = jump
        """How far its wall clock is off, in seconds."""
        self.ended = asyncio.Event()
        self.jumped = asyncio.Event()
        self.frozen_until = 0.0
        self.set_at = float("-inf")
        """When its clock was set last, in the loop's seconds."""
        self._loop = loop
        self._tasks: set[asyncio.Task[Any]] = set()

    def adopt(self, task: asyncio.Task[Any]) -> None:
        """Take a task that runs in this process."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def set_clock(self, jump: float) -> None:
        """Have its wall clock be off by so many seconds."""
        if jump != self.jump:
            self.jump, self.set_at = jump, self._loop.time()
            self.jumped.set()

    def kill(self) -> None:
        """End it at once: no task of it has any effect from now on."""
        if self.is_dead:
            return
        self.is_dead = True
        self.ended.set()
        self._loop.call_soon(self._reap, context=Context())

    def _reap(self) -> None:
        # In the order of their making, which a set does not keep.
        for task in sorted(self._tasks, key=_number):
            task.cancel()

    def freeze(self, seconds: float) -> None:
        """Stop it for so long, as a paused machine is."""
        self.frozen_until = max(self.frozen_until, self._loop.time() + seconds)

    async def goes_on(self) -> None:
        """Return when the process may take its next step; Killed when it takes none any more.

        A deadline that passes while it stands still is learned of when it goes on.
        """
        cancelled: asyncio.CancelledError | None = None
        while not self.is_dead and (left := self.frozen_until - self._loop.time()) > 0:
            try:
                await asyncio.sleep(left)
            except asyncio.CancelledError as error:
                if self.is_dead:
                    raise
                cancelled = error
        if self.is_dead:
            raise Killed
        if cancelled is not None:
            raise cancelled


CURRENT: ContextVar[Process | None] = ContextVar("process", default=None)


class _Task(asyncio.Task[Any]):
    """A task that knows how many were made before it."""

    number = 0


def _number(task: asyncio.Task[Any]) -> int:
    return task.number if isinstance(task, _Task) else 0


class Tasks:
    """Makes the tasks of one loop, each in the process whose code asked for it."""

    def __init__(self) -> None:
        self._made = 0

    def __call__(
        self,
        loop: asyncio.AbstractEventLoop,
        coro: Any,
        *,
        context: Context | None = None,
        **more: Any,
    ) -> asyncio.Task[Any]:
        """Be the loop's task factory."""
        task = _Task(coro, loop=loop, context=context, **more)
        self._made += 1
        task.number = self._made
        process = CURRENT.get() if context is None else context.get(CURRENT)
        if process is not None:
            process.adopt(task)
        return task


class VirtualClock:
    """The clock of one process: the loop's time, off by the process's jump; all else is seeded."""

    def __init__(self, process: Process, loop: asyncio.AbstractEventLoop, chance: random.Random):
        self._process = process
        self._loop = loop
        self._chance = chance

    def now(self) -> datetime:
        return START + timedelta(seconds=self._loop.time() + self._process.jump)

    def monotonic(self) -> float:
        return 1000.0 + self._loop.time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self._process.goes_on()

    def random(self) -> float:
        return self._chance.random()

    def new_id(self) -> str:
        return f"{self._chance.getrandbits(128):032x}"

    def secret(self) -> str:
        return f"{self._chance.getrandbits(172):043x}"
