"""Two daemons on one database: a chore is done by one of them, and by the other when it is gone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.engine.deps import Deps
from syncd.engine.far import Far
from syncd.engine.sweep import Sweep
from syncd.engine.turns import Turns
from syncd.ports.replicas import Turn
from tests.fakes.guillotine import frozen
from tests.unit.engine.sweeping import far
from tests.unit.engine.trial import Trial

ROUND = timedelta(hours=6)


@pytest.fixture
async def trial() -> AsyncIterator[Trial]:
    made = Trial()
    await made.empty()
    yield made
    made.close()


def other(trial: Trial) -> Deps:
    return replace(trial.deps, holder="test:2")


def listings(trial: Trial) -> int:
    return trial.meetings.calls["listing"]


async def ticked(*sweeps: Sweep) -> None:
    for _ in range(3):
        for sweep in sweeps:
            await sweep.tick()


async def test_a_host_is_swept_by_one_of_two_daemons_in_each_round(trial: Trial):
    await far(trial)
    sweeps = Sweep(trial.deps), Sweep(other(trial))
    for rounds in (1, 2, 3):
        trial.clock.advance(ROUND.total_seconds())
        await ticked(*sweeps)
        assert listings(trial) == rounds


async def test_no_host_is_swept_twice_at_once(trial: Trial):
    await far(trial)
    first, second = Sweep(trial.deps), Sweep(other(trial))
    trial.clock.advance(ROUND.total_seconds())
    thawed, began = asyncio.Event(), asyncio.Event()
    trial.blade.revive()
    trial.blade.plan("zoom listing", frozen(thawed, began, "before"))
    slow = asyncio.create_task(first.tick())
    await began.wait()
    await ticked(second)
    assert listings(trial) == 0
    thawed.set()
    await slow
    await ticked(second)
    assert listings(trial) == 1


async def test_a_host_is_swept_by_the_other_when_one_died_at_it(trial: Trial):
    binding = await trial.binding(await far(trial))
    assert binding is not None
    sweep = Sweep(other(trial))
    trial.clock.advance(ROUND.total_seconds())
    await Turns(trial.deps).take(f"sweep {binding.host}", within=ROUND)
    await ticked(sweep)
    assert listings(trial) == 0
    trial.clock.advance(301)
    await ticked(sweep)
    assert listings(trial) == 1


async def test_a_calendar_is_looked_far_ahead_in_by_one_of_two_daemons(trial: Trial):
    await trial.work()
    both = Far(trial.deps), Far(other(trial))
    for _ in range(2):
        trial.clock.advance(timedelta(days=1).total_seconds())
        for one in both:
            await one.tick()
    looks = [what for name, what in trial.calendars.calls if name == "beyond"]
    assert len(looks) == 2 * len(trial.deps.watched)


async def test_what_was_done_before_a_daemon_started_it_does_again(trial: Trial):
    former = Turns(trial.deps)
    async with former.taken("chore", within=ROUND) as is_ours:
        assert is_ours
    trial.clock.advance(1)
    assert await Turns(other(trial)).take("chore", within=ROUND) is Turn.OURS


async def test_a_chore_that_fails_is_not_noted_as_done(trial: Trial):
    turns, others = Turns(trial.deps), Turns(other(trial))
    trial.clock.advance(1)
    with pytest.raises(LookupError):
        async with turns.taken("chore", within=ROUND):
            raise LookupError
    trial.clock.advance(301)
    assert await others.take("chore", within=ROUND) is Turn.OURS
