"""Which timer ticks when. Timers only tick: the work belongs to the engine's own tasks.

The scheduler goes by the wall clock. When that is set back by an hour, all would wait for an hour; so
a watch that goes by the steady clock has those tick that wait longer than their period (L1).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from syncd.ports.store import StoreError

log = logging.getLogger(__name__)

Tick = Callable[[], Awaitable[None]]

_WATCH_EVERY = 1.0


class Ticking(Protocol):
    """What gives regular ticks."""

    def every(self, period: timedelta, tick: Tick, *, name: str) -> None:
        """Call `tick` every so often, the first time one period from now."""
        ...

    def soon(self, name: str) -> None:
        """Have this one tick now, and then every period again; not while it is running."""
        ...

    def start(self) -> None:
        """Begin to tick, on the running loop."""
        ...

    def stop(self) -> None:
        """Tick no more."""
        ...


class Timers:
    """Regular ticks; a tick that is still running is not started again."""

    def __init__(self) -> None:
        # A late tick runs once, however many were missed, and never not at all.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._running: set[str] = set()
        self._is_stopping = False
        self._watch: asyncio.TimerHandle | None = None

    def every(self, period: timedelta, tick: Tick, *, name: str) -> None:
        """Call `tick` every so often, the first time one period from now."""

        async def run() -> None:
            self._running.add(name)
            try:
                await self._run(tick, name)
            finally:
                self._running.discard(name)

        self._scheduler.add_job(run, "interval", seconds=period.total_seconds(), id=name, name=name)

    def soon(self, name: str) -> None:
        """Have this one tick now, and then every period again; not while it is running."""
        if not self._is_stopping and name not in self._running:
            now = datetime.now(UTC)  # noqa: TID251 - the scheduler goes by nothing else
            self._scheduler.modify_job(name, next_run_time=now)

    def start(self) -> None:
        """Begin to tick, on the running loop."""
        self._scheduler.start()
        self._watch_again()

    def stop(self) -> None:
        """Tick no more. A tick that is running is cancelled, so ticks hold nothing but hints."""
        self._is_stopping = True
        if self._watch is not None:
            self._watch.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def hurry(self) -> None:
        """Have those tick now that wait longer than their period, since the clock was set back."""
        now = datetime.now(UTC)  # noqa: TID251 - the scheduler goes by nothing else
        for job in self._scheduler.get_jobs():
            if job.next_run_time > now + job.trigger.interval:
                job.modify(next_run_time=now)

    def _watch_again(self) -> None:
        self.hurry()
        self._watch = asyncio.get_running_loop().call_later(_WATCH_EVERY, self._watch_again)

    async def _run(self, tick: Tick, name: str) -> None:
        """Tick once; the scheduler would tell a tick cut short by `stop` as an error of its own."""
        try:
            await tick()
        except asyncio.CancelledError:
            if not self._is_stopping:
                raise
        except StoreError as error:
            log.warning("chore put off", extra={"chore": name, "problem": str(error)})
