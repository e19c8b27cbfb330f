"""What may be an older look is not the last word: on what a dead process left behind, on what is gone.

Shows I8, K28 and L1 of `config/promises.md`.
"""

from __future__ import annotations

import pytest

from syncd.engine.lease import break_all
from syncd.ports.errors import NotFound, Transient
from tests.fakes.guillotine import prepared
from tests.fakes.stage import ANA
from tests.unit.engine.scenarios import linked
from tests.unit.engine.trial import Trial


@pytest.fixture
async def trial():
    made = Trial(ANA)
    await made.empty()
    yield made
    made.close()


async def test_a_stale_look_of_the_next_process_does_not_bring_a_deleted_event_back(trial):
    event = await linked(trial)
    trial.witness.asks = lambda seen: bool(seen.location)
    trial.calendars.delete(event.ref)
    await trial.work(seconds=60)
    assert trial.meetings.alive
    with trial.as_another():
        trial.calendars.show_former(event.ref)
        await trial.work(seconds=60)
        assert await trial.settle()
    assert not trial.meetings.alive


async def test_a_stale_look_of_the_next_process_loses_no_new_event(trial):
    event = trial.calendars.add(ANA)
    await trial.work()
    trial.calendars.edit(event.ref, location="zoom")
    trial.calendars.fail_next("get", Transient("Google is down.", code="unavailable"))
    await trial.work(seconds=60)
    assert "/j/" not in trial.now(event).location
    with trial.as_another():
        trial.calendars.show_former(event.ref)
        await trial.work(seconds=16)
        assert await trial.settle()
    assert "/j/" in trial.now(event).location


async def test_a_new_event_that_two_looks_in_a_row_do_not_find_gets_its_link(trial):
    event = trial.calendars.add(ANA, location="zoom")
    trial.calendars.fail_next("get", NotFound("Gone.", code="not_found"), times=2)
    await trial.work()
    await trial.work(seconds=6)
    await trial.work(seconds=6)
    assert not trial.meetings.alive
    await trial.work(seconds=6)
    assert "/j/" in trial.now(event).location


async def test_two_looks_are_not_enough_however_far_apart(trial):
    event = trial.calendars.add(ANA, location="zoom")
    trial.calendars.fail_next("get", NotFound("Gone.", code="not_found"), times=2)
    await trial.work()
    await trial.work(seconds=12)
    await trial.work(seconds=6)
    await trial.work(seconds=6)
    assert "/j/" in trial.now(event).location


async def test_an_event_that_is_deleted_before_its_first_look_is_forgotten_soon(trial):
    event = trial.calendars.add(ANA, location="zoom")
    trial.blade.plan("calendar get", prepared(lambda: trial.calendars.delete(event.ref)))
    await trial.work()
    assert await trial.row(event) is not None
    await trial.work(seconds=6)
    assert await trial.row(event) is None
    assert not trial.meetings.calls["create"]


async def test_a_linked_event_that_two_looks_in_a_row_do_not_find_is_followed_all_the_same(trial):
    event = await linked(trial)
    trial.calendars.edit(event.ref, title="Renamed")
    trial.calendars.fail_next("get", NotFound("Gone.", code="not_found"), times=2)
    await trial.work(seconds=60)
    await trial.work(seconds=6)
    await trial.work(seconds=6)
    await trial.work(seconds=6)
    (meeting,) = trial.meetings.alive.values()
    assert meeting.topic == "Renamed"


async def test_a_stale_look_amid_others_does_not_keep_an_event_that_is_gone(trial):
    """Whoever listed the deletion has died; the next had seen the event, and sees it once more."""
    event = await linked(trial)
    trial.witness.asks = lambda seen: bool(seen.location)
    trial.deps.shown[event.ref] = trial.now(event).changed_at
    mine = trial.deps
    with trial.as_another():
        trial.calendars.delete(event.ref)
        trial.blade.fall("calendar get", "after")
        assert not await trial.attempt(60)
    trial.blade.revive()
    await trial.store.run(break_all)
    trial.deps = mine
    await trial.work(seconds=16)
    trial.calendars.show_former(event.ref)
    await trial.work(seconds=6)
    assert trial.meetings.alive

    assert await trial.settle()

    assert not trial.meetings.alive


async def test_a_stale_look_does_not_end_the_hold_off_of_an_event_that_is_gone(trial):
    event = await linked(trial)
    trial.witness.asks = lambda seen: bool(seen.location)
    trial.calendars.delete(event.ref)
    await trial.work(seconds=60)
    bound = await trial.binding(event)
    assert bound is not None
    assert bound.removal_since is not None
    trial.calendars.expire_cursors(ANA)
    trial.calendars.show_former(event.ref)
    await trial.work(seconds=31)
    assert trial.meetings.alive

    assert await trial.settle()

    assert not trial.meetings.alive


async def test_an_event_that_one_look_does_not_find_is_followed_when_two_agree(trial):
    event = await linked(trial)
    trial.calendars.edit(event.ref, title="Renamed")
    trial.calendars.fail_next("get", NotFound("Gone.", code="not_found"))
    await trial.work(seconds=60)
    await trial.work(seconds=6)
    (meeting,) = trial.meetings.alive.values()
    assert meeting.topic == event.title
    await trial.work(seconds=6)
    (meeting,) = trial.meetings.alive.values()
    assert meeting.topic == "Renamed"


@pytest.mark.parametrize("in_vain", [False, True], ids=["at once", "after a look in vain"])
async def test_a_stale_look_loses_no_change_that_another_listed_since_we_looked_last(
    trial, in_vain
):
    event = await linked(trial)
    mine = trial.deps
    with trial.as_another():
        trial.calendars.edit(event.ref, title="Renamed")
        down = Transient("Google is down.", code="unavailable")
        trial.calendars.fail_next("get", down, times=1 + in_vain)
        await trial.work(seconds=60)
    trial.deps = mine
    if in_vain:
        await trial.work(seconds=16)
    trial.calendars.show_former(event.ref)
    await trial.work(seconds=60)
    assert await trial.settle()
    (meeting,) = trial.meetings.alive.values()
    assert meeting.topic == "Renamed"


async def test_one_process_alone_looks_once_at_what_it_has_met_whoever_makes_it_due(trial):
    event = await linked(trial)
    await trial.work(seconds=60)
    before, now = looks(trial), trial.clock.now()
    await trial.store.run(
        lambda tx: tx.events.mark_due(event.ref, due_at=now, starts_at=event.start)
    )
    for _ in range(3):
        await trial.work(seconds=60)
    assert looks(trial) == before + 1


def looks(trial: Trial) -> int:
    return sum(operation == "get" for operation, _ in trial.calendars.calls)
