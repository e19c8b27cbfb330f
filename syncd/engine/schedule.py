"""Which timer ticks when. Timers only tick: the work belongs to the engine's own tasks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

Tick = Callable[[], Awaitable[None]]


class Timers:
    """Regular ticks; a tick that is still running is not started again."""

    def __init__(self) -> None:
        # A late tick runs once, however many were missed, and never not at all.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def every(self, period: timedelta, tick: Tick, *, name: str) -> None:
        """Call `tick` every so often, the first time one period from now."""
        self._scheduler.add_job(
            tick, "interval", seconds=period.total_seconds(), id=name, name=name
        )

    def start(self) -> None:
        """Begin to tick, on the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Tick no more. A tick that is running is cancelled, so ticks hold nothing but hints."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
