"""A hint makes the engine dispatch at once; a tick that is running is not run twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from syncd.engine.daemon import Engine
from syncd.engine.schedule import Tick, Timers
from tests.fakes.stage import Stage

PATIENCE = 10.0


@pytest.fixture
async def stage():
    made = Stage()
    await made.prepare()
    yield made
    made.close()


async def test_a_timer_ticks_soon_and_then_regularly():
    timers, ticked = Timers(), asyncio.Event()

    async def tick() -> None:
        ticked.set()

    timers.every(timedelta(hours=1), tick, name="slow")
    timers.start()
    try:
        for _ in range(2):
            timers.soon("slow")
            await asyncio.wait_for(ticked.wait(), PATIENCE)
            ticked.clear()
        (job,) = timers._scheduler.get_jobs()
        assert job.trigger.interval == timedelta(hours=1)
        assert job.next_run_time is not None
    finally:
        timers.stop()


async def test_a_timer_that_is_at_work_is_left_alone(caplog):
    timers, begun, let_go = Timers(), asyncio.Event(), asyncio.Event()

    async def tick() -> None:
        begun.set()
        await let_go.wait()

    timers.every(timedelta(hours=1), tick, name="slow")
    timers.start()
    try:
        timers.soon("slow")
        await asyncio.wait_for(begun.wait(), PATIENCE)
        (job,) = timers._scheduler.get_jobs()
        planned = job.next_run_time
        timers.soon("slow")
        assert job.next_run_time == planned
    finally:
        let_go.set()
        timers.stop()
    assert caplog.records == []


async def test_after_the_end_a_hint_does_nothing():
    timers = Timers()

    async def tick() -> None:
        raise AssertionError

    timers.every(timedelta(hours=1), tick, name="slow")
    timers.start()
    timers.stop()
    timers.soon("slow")


class Hand:
    """Timers that tick when they are asked to, and not otherwise."""

    def __init__(self) -> None:
        self.ticks: dict[str, Tick] = {}
        self.asked: list[str] = []

    def every(self, period: timedelta, tick: Tick, *, name: str) -> None:
        self.ticks[name] = tick

    def soon(self, name: str) -> None:
        self.asked.append(name)

    def start(self) -> None:
        return

    def stop(self) -> None:
        return


async def test_a_hurried_engine_dispatches(stage: Stage):
    hand = Hand()
    engine = Engine(stage.deps, timers=hand)
    engine.start()
    engine.hurry()
    (name,) = hand.asked
    assert hand.ticks[name] == engine.dispatch
    await engine.stop(patience=1.0)
