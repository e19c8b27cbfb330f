"""A change at Zoom that arrives late, from a holder frozen in it, is found within a quarter of an hour.

Shows K19 and L1 of `config/promises.md`.
"""

from __future__ import annotations

import asyncio

import pytest

from syncd.engine.sweep import Sweep
from tests.fakes.guillotine import failing, frozen
from tests.fakes.stage import ANA
from tests.unit.engine.scenarios import linked
from tests.unit.engine.trial import Trial

QUARTER = 15 * 60


@pytest.fixture
async def trial():
    made = Trial(ANA)
    await made.empty()
    yield made
    made.close()


async def test_a_change_of_a_frozen_holder_is_put_right(trial):
    event = await linked(trial)
    trial.calendars.edit(event.ref, title="First")
    began, until = asyncio.Event(), asyncio.Event()
    trial.blade.revive()
    trial.blade.plan("zoom update", frozen(until, began, "before"))
    trial.clock.advance(60)
    holder = asyncio.create_task(trial.work_as(trial.deps))
    await began.wait()
    with trial.as_another():
        sweep = Sweep(trial.deps)
        trial.clock.advance(16)
        trial.calendars.edit(event.ref, title="Second")
        assert await trial.settle()
        (meeting,) = trial.meetings.alive.values()
        assert meeting.topic == "Second"
        until.set()
        await holder
        (meeting,) = trial.meetings.alive.values()
        assert meeting.topic == "First"
        for _ in range(QUARTER // 60):
            await trial.work(seconds=60)
            await sweep.tick()
        await trial.settle()
    (meeting,) = trial.meetings.alive.values()
    assert meeting.topic == "Second"
    assert trial.witness.violations == []


async def test_a_change_that_was_long_on_its_way_is_put_right(trial):
    event = await linked(trial)
    sweep = Sweep(trial.deps)
    trial.calendars.edit(event.ref, title="First")
    trial.meetings.fail_next("late", "update")
    await trial.work(seconds=60)
    trial.calendars.edit(event.ref, title="Second")
    await trial.work(seconds=60)
    (meeting,) = trial.meetings.alive.values()
    assert meeting.topic == "Second"
    trial.meetings.arrive()
    (meeting,) = trial.meetings.alive.values()
    assert meeting.topic == "First"
    for _ in range(QUARTER // 60):
        await trial.work(seconds=60)
        await sweep.tick()
    await trial.settle()
    (meeting,) = trial.meetings.alive.values()
    assert meeting.topic == "Second"


async def test_a_meeting_deleted_by_a_frozen_holder_after_it_was_wanted_again_is_made_anew(trial):
    event = await linked(trial, location="", categories=("Zoom",))
    trial.witness.asks = lambda seen: bool(seen.categories)
    trial.calendars.edit(event.ref, categories=())
    await trial.work(seconds=60)
    trial.blade.revive()
    trial.blade.plan("zoom delete", failing(ConnectionError("died"), "before"))
    await trial.work(seconds=31)
    assert not trial.blade.planned
    trial.calendars.edit(event.ref, categories=("Zoom",))
    sweep = Sweep(trial.deps)
    assert await trial.settle()
    (meeting_id,) = trial.meetings.alive
    trial.meetings.delete_by_person(meeting_id)
    for _ in range(QUARTER // 60):
        await trial.work(seconds=60)
        await sweep.tick()
    assert await trial.settle()
    (meeting,) = trial.meetings.alive.values()
    assert trial.now(event).location == meeting.join_url


async def test_what_was_answered_is_not_read_again(trial):
    event = await linked(trial)
    trial.calendars.edit(event.ref, title="Second")
    await trial.work(seconds=60)
    assert trial.deps.verify == {}
