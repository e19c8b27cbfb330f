"""The wall clock is set ahead or back: nothing is done too early, and nothing stalls.

Shows I5, I8 and L1 of `config/promises.md`.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from syncd.core.event import Event
from syncd.engine.daemon import Engine
from syncd.engine.hands import Hands
from syncd.engine.schedule import Timers
from syncd.engine.upkeep import Upkeep
from syncd.engine.worker import claim
from syncd.ports.errors import LeaseLost
from tests.fakes.guillotine import prepared
from tests.fakes.stage import ANA, Stage
from tests.unit.engine.trial import Trial

BACK = -2 * 3600.0
AHEAD = 3 * 86_400.0
YEAR = 365.25 * 86_400.0


@pytest.fixture
async def stage():
    made = Stage()
    await made.prepare()
    yield made
    made.close()


async def linked_by_category(trial: Trial) -> Event:
    event = trial.calendars.add(ANA, categories=("Zoom",))
    await trial.work()
    return event


async def jump(stage: Stage, engine: Engine, seconds: float) -> None:
    """Set the wall clock, which the engine sees as soon as it dispatches."""
    stage.clock.jump(seconds)
    await engine._notice_clock()


async def far_linked(stage: Stage) -> Event:
    event = stage.calendars.add(
        ANA, categories=("Zoom",), start=stage.clock.now() + timedelta(days=60)
    )
    await stage.work(seconds=60)
    assert "/j/" in stage.now(event).location
    return event


async def test_set_ahead_no_hold_off_is_shorter(stage):
    engine, event = Engine(stage.deps), await far_linked(stage)
    stage.calendars.edit(event.ref, categories=())
    await stage.work(seconds=60)
    await jump(stage, engine, AHEAD)
    await stage.work()
    await stage.work(seconds=28)
    assert "/j/" in stage.now(event).location
    assert stage.meetings.alive
    await stage.work_for(10, step=5)
    assert "/j/" not in stage.now(event).location
    assert not stage.meetings.alive


async def test_set_ahead_the_next_process_waits_by_its_own_clock(stage):
    event = await far_linked(stage)
    stage.calendars.edit(event.ref, categories=())
    await stage.work(seconds=60)
    stage.clock.jump(AHEAD)
    stage.deps.held.clear()
    await stage.work()
    await stage.work(seconds=28)
    assert "/j/" in stage.now(event).location
    await stage.work_for(10, step=5)
    assert "/j/" not in stage.now(event).location
    assert not stage.meetings.alive


async def test_set_ahead_an_event_that_is_gone_loses_its_meeting_after_one_more_wait(stage):
    event = await far_linked(stage)
    stage.calendars.delete(event.ref)
    await stage.work(seconds=60)
    stage.clock.jump(AHEAD)
    stage.deps.held.clear()
    await stage.work()
    assert stage.meetings.alive
    await stage.work(seconds=28)
    assert stage.meetings.alive
    stage.deps.held.clear()
    await stage.work_for(70, step=5)
    assert not stage.meetings.alive


async def test_set_ahead_no_replaced_meeting_goes_earlier(stage):
    engine, event = Engine(stage.deps), await far_linked(stage)
    (old,) = stage.meetings.alive
    stage.calendars.edit(event.ref, title="Lunch #zoom:new")
    await stage.work(seconds=60)
    await jump(stage, engine, AHEAD)
    await stage.work()
    assert old in stage.meetings.alive
    await stage.work_for(40, step=10)
    assert old not in stage.meetings.alive
    assert len(stage.meetings.alive) == 1


@pytest.mark.parametrize("seconds", [BACK, AHEAD])
async def test_the_wait_for_a_lost_create_is_the_same(stage, seconds):
    engine = Engine(stage.deps)
    event = stage.calendars.add(ANA, location="zoom", start=stage.clock.now() + timedelta(days=60))
    stage.meetings.fail_next("late")
    await stage.work()
    await jump(stage, engine, seconds)
    await stage.work_for(60, step=10)
    assert stage.meetings.calls["create"] == 1
    await stage.work_for(60, step=10)
    assert stage.meetings.calls["create"] == 2
    assert "/j/" in stage.now(event).location


async def test_set_back_a_removal_is_not_put_off_for_hours(stage):
    engine, event = Engine(stage.deps), await far_linked(stage)
    stage.calendars.edit(event.ref, categories=())
    await stage.work(seconds=60)
    await jump(stage, engine, BACK)
    await stage.work()
    assert stage.meetings.alive
    await stage.work_for(70, step=5)
    assert "/j/" not in stage.now(event).location
    assert not stage.meetings.alive


async def test_set_back_a_replaced_meeting_goes_after_its_wait_and_not_hours_later(stage):
    engine, event = Engine(stage.deps), await far_linked(stage)
    (old,) = stage.meetings.alive
    stage.calendars.edit(event.ref, title="Lunch #zoom:new")
    await stage.work(seconds=60)
    assert len(stage.meetings.alive) == 2
    await jump(stage, engine, BACK)
    stage.deps.held.clear()
    await stage.work()
    await stage.work(seconds=28)
    assert old in stage.meetings.alive
    await stage.work_for(10, step=5)
    assert old not in stage.meetings.alive
    assert len(stage.meetings.alive) == 1


async def test_set_back_in_the_midst_of_a_removal_it_is_finished_later(caplog):
    number, has_jumped = 0, True
    while has_jumped:
        trial = Trial(ANA)
        await trial.empty()
        event = await linked_by_category(trial)
        trial.calendars.edit(event.ref, categories=())
        await trial.work(seconds=60)
        trial.blade.revive()
        trial.blade.plan(number, prepared(partial(trial.clock.jump, BACK)))
        await trial.work(seconds=31)
        has_jumped = not trial.blade.planned
        await Engine(trial.deps).prepare()
        assert await trial.settle()
        assert "set aside" not in caplog.text
        assert not trial.meetings.alive
        assert "/j/" not in trial.now(event).location
        trial.close()
        number += 1
    assert number >= 20


async def test_set_back_what_is_marked_gets_its_link_at_the_next_poll(stage):
    engine, _ = Engine(stage.deps), await far_linked(stage)
    await jump(stage, engine, BACK)
    event = stage.calendars.add(ANA, location="zoom", start=stage.clock.now() + timedelta(days=1))
    await stage.work_for(70, step=10)
    assert "/j/" in stage.now(event).location


@pytest.mark.parametrize("years", [-56, 12], ids=["1970", "2038"])
async def test_once_a_clock_that_was_wrong_by_years_is_right_again_all_is_as_before(stage, years):
    engine, event = Engine(stage.deps), await far_linked(stage)
    upkeep = Upkeep(stage.deps)
    bound, meetings = await stage.binding(event), dict(stage.meetings.alive)
    await jump(stage, engine, years * YEAR)
    await stage.work_for(120, step=20)
    await upkeep.forget_finished()
    await jump(stage, engine, -years * YEAR)
    await stage.work_for(120, step=20)
    assert stage.meetings.alive == meetings
    after = await stage.binding(event)
    assert after is not None
    assert bound is not None
    assert (after.id, after.meeting_id) == (bound.id, bound.meeting_id)
    stage.calendars.edit(event.ref, title="Renamed")
    await stage.work_for(80, step=20)
    (meeting,) = stage.meetings.alive.values()
    assert meeting.topic == "Renamed"


async def test_set_ahead_a_lease_is_taken_over_and_its_holder_commits_nothing(stage):
    ((_, lease),) = [pair for pair in await claim(stage.deps, Hands().free()) if pair[0].key == ANA]
    stage.clock.jump(AHEAD)
    claimed = await claim(stage.deps, Hands().free())
    assert {row.key: mine.epoch for row, mine in claimed}[ANA] == lease.epoch + 1
    now = stage.clock.now()
    with pytest.raises(LeaseLost):
        await stage.store.run(lambda tx: tx.calendars.hold(lease, now=now, until=now))


async def test_timers_tick_at_once_when_the_clock_was_set_back():
    timers = Timers()

    async def tick() -> None:
        return None

    timers.every(timedelta(hours=1), tick, name="slow")
    timers.start()
    try:
        (job,) = timers._scheduler.get_jobs()
        planned = job.next_run_time
        timers.hurry()
        assert job.next_run_time == planned
        # By a clock that was set back by two hours it is planned for so much later.
        job.modify(next_run_time=planned + timedelta(hours=2))
        timers.hurry()
        assert job.next_run_time < planned
    finally:
        timers.stop()
