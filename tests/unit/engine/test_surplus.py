"""A create that took effect when everybody had given it up: its meeting goes with the next sweep.

Shows K19 and L3 of `config/promises.md`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.event import Event
from syncd.core.guard import is_too_much_surplus
from syncd.core.marks import marker_of
from syncd.engine.lease import take
from tests.fakes.stage import ANA
from tests.unit.engine.scenarios import add, spec
from tests.unit.engine.sweeping import swept, warnings
from tests.unit.engine.trial import Trial


@pytest.fixture
async def trial():
    made = Trial(ANA)
    await made.empty()
    yield made
    made.close()


async def surfaced(trial: Trial) -> tuple[Event, int]:
    """Give a linked event, and the meeting of an earlier create that surfaced after its grace."""
    start = trial.clock.now() + timedelta(days=10)
    event = add(trial, ANA, location="zoom", start=start)
    trial.meetings.fail_next("late")
    await trial.work()
    assert await trial.settle()
    (bound,) = trial.of_event(event)
    trial.meetings.arrive()
    (late,) = set(trial.of_event(event)) - {bound}
    return event, late


async def test_a_create_that_surfaces_late_is_swept(trial):
    event, late = await surfaced(trial)
    await swept(trial)
    (left,) = trial.of_event(event)
    assert left != late
    assert f"/j/{left}" in trial.now(event).location
    assert await warnings(trial) == []
    assert trial.witness.violations == []
    rows = await trial.store.run(lambda tx: tx.audit.newest(limit=1))
    assert [(row.entry.what, row.entry.old) for row in rows] == [("meeting.deleted", str(late))]
    assert await trial.settle()
    assert await trial.writes_while_at_rest() == []


async def test_one_that_surfaces_when_nobody_wants_its_event_any_more_is_swept_too(trial):
    event = add(trial, ANA, location="zoom", start=trial.clock.now() + timedelta(days=10))
    trial.meetings.fail_next("late")
    await trial.work()
    trial.calendars.edit(event.ref, location="")
    assert await trial.settle()
    trial.meetings.arrive()
    assert len(trial.of_event(event)) == 1
    await swept(trial)
    assert trial.of_event(event) == []
    assert await warnings(trial) == []
    assert trial.witness.violations == []


async def test_killed_at_any_effect_of_its_removal_it_goes_in_the_end(trial):
    number, was_killed = 0, True
    while was_killed:
        await trial.empty()
        event, _ = await surfaced(trial)
        trial.blade.revive()
        trial.blade.fall(number, "after")
        was_killed = not await _swept(trial)
        if was_killed:
            await trial.rise()
            assert await trial.settle()
        trial.blade.revive()
        await swept(trial)
        assert len(trial.of_event(event)) == 1
        assert trial.witness.violations == []
        number += 1
    assert number >= 8


async def _swept(trial: Trial) -> bool:
    try:
        await swept(trial)
    except BaseException as error:
        if type(error).__name__ != "Killed":
            raise
        return False
    return True


async def test_one_that_stands_in_the_event_is_left(trial):
    event, late = await surfaced(trial)
    url = trial.meetings.alive[late].join_url
    trial.calendars.edit(event.ref, location=f"{trial.now(event).location} {url}")
    await swept(trial)
    assert late in trial.of_event(event)
    assert trial.witness.violations == []


async def test_one_that_was_known_here_before_is_a_persons_now(trial):
    event, late = await surfaced(trial)
    await swept(trial)
    trial.meetings.recover_by_person(late)
    await swept(trial)
    assert late in trial.of_event(event)
    assert await warnings(trial) == [("orphan_meeting", "")]


async def test_while_its_calendar_is_worked_on_it_is_left_to_the_next_sweep(trial):
    event, _ = await surfaced(trial)
    trial.clock.advance(trial.deps.timing.sweep.total_seconds())
    long = replace(trial.deps, timing=replace(trial.deps.timing, lease=timedelta(days=1)))
    assert await take(long, ANA) is not None
    await swept(trial)
    assert len(trial.of_event(event)) == 2
    trial.clock.advance(86_400)
    await swept(trial)
    assert len(trial.of_event(event)) == 1


async def test_so_many_cannot_be_surplus_and_are_told_alone(trial):
    event, _ = await surfaced(trial)
    agenda = marker_of(trial.deps.keys, event.key)
    for _ in range(5):
        trial.meetings.add_by_person("ana@example.com", replace(spec(trial), agenda=agenda))
    trial.clock.advance(3600)
    await swept(trial)
    assert len(trial.of_event(event)) == 7
    assert len(await warnings(trial)) == 6


@pytest.mark.parametrize(
    ("surplus", "meetings", "is_too_much"),
    [(5, 6, False), (6, 6, True), (6, 300, False), (7, 300, True), (0, 0, False)],
)
def test_more_than_five_and_two_of_a_hundred_are_too_many(surplus, meetings, is_too_much):
    assert is_too_much_surplus(surplus=surplus, meetings=meetings) is is_too_much
