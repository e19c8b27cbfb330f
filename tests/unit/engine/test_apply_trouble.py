"""What gets in the way of an approved plan: faults, other processes, people, and death.

Shows K4 and K28 of `config/promises.md`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from syncd.ports.errors import Permanent, Transient
from syncd.services.apply.carry import apply_plan
from syncd.services.status import status
from tests.fakes.guillotine import Killed
from tests.fakes.stage import ANA, BO
from tests.unit.engine.apply_play import kinds, one, planned, served, unread
from tests.unit.engine.trial import Trial


@pytest.fixture
async def trial() -> AsyncIterator[Trial]:
    """Give an engine that leaves alone what was marked before, and has not read anything yet."""
    made = await unread()
    yield made
    made.close()


async def test_a_change_between_meeting_and_link_is_told_and_left_to_the_daemon(trial):
    trial.witness.asks = lambda event: event.location == "zoom"
    event = trial.calendars.add(ANA, location="zoom")
    plan = await planned(trial)
    trial.calendars.change_meanwhile(event.ref, location="", title="No more")

    done = one(await apply_plan(trial.deps, plan))

    assert (done.result, kinds(done)) == ("failed", ["create_meeting"])
    await trial.work_for(300, step=10)
    assert trial.meetings.alive == {}
    assert trial.witness.violations == []


async def test_a_passing_fault_is_tried_again(trial):
    trial.calendars.add(ANA, location="zoom")
    plan = await planned(trial)
    trial.calendars.fail_next("write", Transient("503", code="http_503"), times=2)
    done = one(await apply_plan(trial.deps, plan))
    assert (done.result, kinds(done)) == ("done", ["create_meeting", "write_link"])


async def test_a_lost_answer_makes_no_second_meeting(trial):
    event = trial.calendars.add(ANA, location="zoom")
    plan = await planned(trial)
    trial.meetings.fail_next("lost_answer")
    done = one(await apply_plan(trial.deps, plan))
    assert done.result == "done", done
    assert "create_meeting" in done.reason, "it was found, not seen to be made"
    assert len(trial.of_event(event)) == 1


async def test_a_lasting_fault_is_told_with_its_remedy(trial):
    event = trial.calendars.add(ANA, location="zoom")
    other = trial.calendars.add(ANA, location="zoom")
    plan = await planned(trial)
    trial.meetings.fail_next("refused")
    failed, done = (await apply_plan(trial.deps, plan)).events
    assert (failed.event, failed.result, failed.made) == (event.ref.event_id, "failed", ())
    assert "Validation Failed" in failed.reason
    assert (done.event, done.result) == (other.ref.event_id, "done")


async def test_an_event_that_cannot_be_read_is_told(trial):
    trial.calendars.add(ANA, location="zoom")
    plan = await planned(trial)
    trial.calendars.fail_next("get", Permanent("Broken.", code="unreadable"))
    assert one(await apply_plan(trial.deps, plan)).reason == "Broken."


async def test_it_waits_for_a_calendar_that_is_being_worked_on(trial):
    trial.calendars.add(ANA, location="zoom")
    plan = await planned(trial)
    now = trial.clock.now()
    await trial.store.run(
        lambda tx: tx.calendars.take(ANA, "daemon", now=now, until=now + timedelta(seconds=15))
    )
    assert one(await apply_plan(trial.deps, plan)).result == "done"
    assert trial.clock.now() >= now + timedelta(seconds=15)


async def test_a_calendar_that_is_never_free_is_told(trial):
    trial.calendars.add(ANA, location="zoom")
    plan = await planned(trial)
    now = trial.clock.now()
    until = now + timedelta(hours=1)
    await trial.store.run(lambda tx: tx.calendars.configure([ANA, BO], now=now))
    await trial.store.run(lambda tx: tx.calendars.take(ANA, "daemon", now=now, until=until))
    done = one(await apply_plan(trial.deps, plan))
    assert (done.result, done.made) == ("failed", ())
    assert "worked on all the time" in done.reason


async def test_a_lease_that_is_broken_meanwhile_is_taken_anew(trial):
    event = trial.calendars.add(ANA, location="zoom")
    plan = await planned(trial)
    create = trial.meetings.create

    async def restarted(*words: Any, **names: Any) -> Any:
        made = await create(*words, **names)
        await trial.store.run(lambda tx: tx.calendars.break_leases())
        return made

    trial.meetings.create = restarted
    done = one(await apply_plan(trial.deps, plan))
    assert done.result == "done"
    assert len(trial.of_event(event)) == 1
    assert trial.now(event).mark is not None


async def test_what_is_left_behind_by_a_death_is_finished_by_the_daemon(trial):
    event = trial.calendars.add(ANA, location="zoom")
    await served(trial)
    plan = await planned(trial)
    create = trial.meetings.create

    async def killed(*words: Any, **names: Any) -> Any:
        await create(*words, **names)
        raise Killed

    trial.meetings.create = killed
    with pytest.raises(Killed):
        await apply_plan(trial.deps, plan)
    trial.meetings.create = create
    assert (await status(trial.deps)).waiting == (), "nobody leaves it alone any more"
    await trial.work_for(600, step=10)
    assert len(trial.of_event(event)) == 1
    binding = await trial.binding(event)
    assert binding is not None
    assert binding.state == "linked"
