"""What may never happen, whatever else does.

Shows K18, K19, K23, I1, I5, I6, I8, I10 and L1 to L3 of `config/promises.md`.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.binding import Binding, BindingState
from syncd.core.drift import MAY_SURFACE
from syncd.core.event import Event
from syncd.core.policy import LinkPolicy
from syncd.ports.calendar import Changed
from tests.fakes.guillotine import frozen
from tests.fakes.meetings import Kind, Method
from tests.fakes.stage import ANA, AT_ONCE, BO
from tests.unit.engine.scenario_ends import check
from tests.unit.engine.scenarios import SCENARIOS, add, begin, linked, spec
from tests.unit.engine.trial import Trial

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}


@pytest.fixture
async def trial():
    made = Trial(ANA)
    await made.empty()
    yield made
    made.close()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", ["link", "move", "unflag", "delete"])
async def test_a_holder_frozen_past_its_lease_commits_nothing(name, when):
    scenario, trial = BY_NAME[name], Trial(BO)
    event = await begin(trial, scenario, BO)
    for seconds in scenario.looks:
        await trial.work(seconds=seconds)
    for number in range(len(trial.blade.effects)):
        event = await begin(trial, scenario, BO)
        began, until = asyncio.Event(), asyncio.Event()
        trial.blade.plan(number, frozen(until, began, when))
        holder = asyncio.create_task(_looks(trial, scenario.looks))
        await began.wait()
        with trial.as_another():
            trial.clock.advance(16)
            assert await trial.settle()
        rows = trial.rows()
        until.set()
        await holder
        assert trial.rows() == rows
        await check(trial, scenario, event)
    trial.close()


async def test_a_holder_frozen_before_it_deletes_spares_a_meeting_that_is_wanted_again(trial):
    scenario = BY_NAME["unflag"]
    await begin(trial, scenario, ANA)
    await _looks(trial, scenario.looks)
    last_commit = trial.blade.effects.index("zoom delete") - 1
    event = await begin(trial, scenario, ANA)
    began, until = asyncio.Event(), asyncio.Event()
    trial.blade.plan(last_commit, frozen(until, began, "after"))
    holder = asyncio.create_task(_looks(trial, scenario.looks))
    await began.wait()
    trial.calendars.edit(event.ref, categories=("Zoom",))
    with trial.as_another():
        trial.clock.advance(16)
        assert await trial.settle()
    until.set()
    await holder
    (meeting,) = trial.meetings.alive.values()
    assert trial.now(event).location == meeting.join_url
    assert trial.witness.violations == []


async def _looks(trial: Trial, looks: tuple[float, ...]) -> None:
    deps = trial.deps
    for seconds in looks:
        trial.clock.advance(seconds)
        await trial.work_as(deps)


async def test_a_list_that_was_begun_too_early_proves_nothing(trial):
    event = add(trial, ANA, location="zoom")
    trial.meetings.fail_next("late")
    await trial.work()

    async def slow(effect):
        listed = await effect()
        trial.clock.advance(80)
        trial.meetings.arrive()
        return listed

    trial.blade.revive()
    trial.blade.plan("zoom listing", slow)
    await trial.work(seconds=1)
    assert not trial.blade.planned
    assert await trial.settle()
    assert trial.witness.violations == []
    assert len(trial.of_event(event)) == 1


async def test_two_looks_count_from_when_they_were_begun(trial):
    event = await linked(trial, location="", categories=("Zoom",))
    trial.witness.asks = lambda seen: bool(seen.categories)
    trial.calendars.edit(event.ref, categories=())
    await trial.work(seconds=60)
    trial.calendars.edit(event.ref, title="Dinner")
    await trial.deps.store.run(lambda tx: tx.calendars.hurry(ANA, due_at=trial.clock.now()))

    async def slow(effect):
        seen = await effect()
        trial.clock.advance(5)
        return seen

    trial.blade.revive()
    trial.blade.plan("calendar get", slow)
    await trial.work(seconds=28)
    assert not trial.blade.planned
    assert await trial.settle()
    assert trial.witness.violations == []
    assert not trial.meetings.alive


async def test_an_event_with_the_identity_of_another_leaves_its_intents_alone(trial):
    second = replace(ANA, calendar_id="second")
    trial.deps = replace(trial.deps, watched=frozenset({ANA, second}))
    await trial.prepare()
    event = add(trial, ANA, location="zoom")
    trial.meetings.fail_next("late")
    await trial.work()
    twin = add(trial, second, location="zoom")
    trial.calendars.edit(twin.ref, key=event.key)
    await trial.deps.store.run(lambda tx: tx.calendars.hurry(second, due_at=trial.clock.now()))
    trial.meetings.calls.clear()
    await trial.work()
    assert not trial.meetings.calls
    row = await trial.row(twin)
    assert row is not None
    assert row.code == "same_event_elsewhere"
    trial.meetings.arrive()
    await trial.settle()
    assert len(trial.of_event(event)) == 1


async def test_a_replayed_listing_changes_nothing(trial):
    event = await linked(trial)
    trial.calendars.edit(event.ref, title="Dinner")
    await trial.work(seconds=60)
    trial.calendars.slip_in(ANA, Changed(event))
    await trial.work(seconds=60)
    (meeting,) = trial.meetings.alive.values()
    assert meeting.topic == "Dinner"
    assert trial.witness.violations == []
    assert await trial.writes_while_at_rest() == []


async def test_meetings_of_people_are_never_touched(trial):
    theirs = trial.meetings.add_by_person("ana@example.com", replace(spec(trial), agenda="Mine."))
    event = await linked(trial)
    trial.calendars.delete(event.ref)
    await trial.settle()
    assert trial.meetings.alive == {theirs.id: theirs}


@pytest.mark.parametrize("seed", range(20))
async def test_after_random_deaths_and_faults_every_event_ends_as_it_should(seed):
    chance = random.Random(seed)
    trial = Trial(link=LinkPolicy() if seed % 2 else AT_ONCE)
    kills = seed % 3 > 0
    events = [
        add(trial, calendar, categories=("Zoom",), title=f"Talk {n}")
        for n, calendar in enumerate((ANA, BO, ANA, BO))
    ]
    await trial.prepare()
    trial.witness.asks = lambda seen: "Zoom" in seen.categories
    for _ in range(12):
        if kills:
            trial.blade.fall(chance.randrange(60), chance.choice(("before", "after")))
        _act(trial, chance, chance.choice(events), kills=kills)
        if not await trial.attempt(chance.choice((1, 15, 31, 60))):
            await trial.rise()
    trial.blade.revive()
    trial.meetings.arrive()
    await trial.rise()
    trial.clock.advance(60)
    assert await trial.settle()
    assert trial.witness.violations == []
    for event in events:
        await _check_any(trial, event)
    assert await trial.writes_while_at_rest() == []
    trial.close()


# A late update could undo a newer one: nothing at Zoom prevents that.
_FAULTS: list[tuple[Kind, Method]] = [
    *(("lost_answer", method) for method in ("create", "update", "delete", "get")),
    *(("lost_request", method) for method in ("create", "update", "delete", "get")),
    ("late", "create"),
    ("late", "delete"),
]


def _act(trial: Trial, chance: random.Random, event: Event, *, kills: bool) -> None:
    now = trial.at(event)
    trial.clock.advance(1)
    match chance.randrange(8):
        case 0 | 1 if now is not None:
            trial.calendars.edit(event.ref, categories=() if now.categories else ("Zoom",))
        case 2 if now is not None:
            start = now.start + timedelta(hours=1)
            trial.calendars.edit(event.ref, start=start, end=start + timedelta(minutes=30))
        case 3 if now is not None and chance.random() < 0.3:
            trial.calendars.delete(event.ref)
        case 4:
            trial.meetings.fail_next(*chance.choice(_FAULTS))
        case 5 if now is not None:
            trial.calendars.lose_next_answer()
        case 6 if now is not None and not kills:
            trial.calendars.show_former(event.ref)
        case _:
            trial.meetings.arrive()


async def _check_forgotten(trial: Trial, bound: Binding | None) -> None:
    """Nothing is kept, but where a meeting may yet surface whose create was given up."""
    if bound is not None:
        since = trial.clock.now() - MAY_SURFACE
        assert bound.id in await trial.store.run(lambda tx: tx.journal.given_up(since=since))
        assert (bound.state, bound.meeting_id) == (BindingState.DECLINED, None)


async def _check_any(trial: Trial, event: Event) -> None:
    now, meetings, bound = trial.at(event), trial.of_event(event), await trial.binding(event)
    if now is None or not now.categories:
        assert meetings == []
        await _check_forgotten(trial, bound)
        return
    assert bound is not None
    assert meetings == [bound.meeting_id]
    meeting = trial.meetings.alive[meetings[0]]
    assert now.location == meeting.join_url
    assert meeting.start == now.start
