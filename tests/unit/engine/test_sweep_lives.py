"""Random lives: people act at Zoom and in the calendar while the process dies and sweeps."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from syncd.core.event import Event
from syncd.core.policy import LinkPolicy
from syncd.engine.sweep import Sweep
from tests.fakes.guillotine import Killed
from tests.fakes.stage import AT_ONCE
from tests.unit.engine.sweeping import far, swept
from tests.unit.engine.trial import Trial


@pytest.mark.parametrize("seed", range(15))
async def test_whatever_people_and_deaths_do_the_event_ends_with_a_living_link(seed):
    chance = random.Random(seed)
    trial = Trial(link=LinkPolicy() if seed % 2 else AT_ONCE)
    await trial.empty()
    event = await far(trial)
    sweep = Sweep(trial.deps)
    for number in range(15):
        if seed % 3:
            trial.blade.fall(chance.randrange(40), chance.choice(("before", "after")))
        _act(trial, chance, event, number)
        try:
            if chance.random() < 0.5:
                await swept(trial, sweep)
            survived = await trial.attempt(chance.choice((1, 6, 31, 60)))
        except Killed:
            survived = False
        if not survived:
            await trial.rise()
            sweep = Sweep(trial.deps)
    trial.blade.revive()
    # What a killed process left to the next sweep.
    await swept(trial)
    assert await trial.settle()
    bound = await trial.binding(event)
    assert bound is not None
    assert bound.meeting_id in trial.meetings.alive
    meeting = trial.meetings.alive[bound.meeting_id]
    now = trial.now(event)
    assert (now.location, meeting.topic) == (meeting.join_url, now.title)
    assert trial.witness.violations == []
    assert await trial.writes_while_at_rest() == []
    trial.close()


def _act(trial: Trial, chance: random.Random, event: Event, number: int) -> None:
    """Let somebody do something to the event or its meetings."""
    alive, location = sorted(trial.meetings.alive), trial.now(event).location
    # Whoever misses a meeting brings back the one that the event shows.
    deleted = [m for m in trial.meetings.deleted if f"/{m}?" in location]
    match chance.randrange(4):
        case 0:
            trial.calendars.edit(event.ref, title=f"Lunch {number}")
        case 1 if alive:
            trial.meetings.delete_by_person(chance.choice(alive))
        case 2 if alive:
            meeting = trial.meetings.alive[chance.choice(alive)]
            url = f"{meeting.join_url.partition('?')[0]}?pwd=n{number}"
            trial.meetings.edit_by_person(replace(meeting, join_url=url))
        case 3 if deleted:
            trial.meetings.recover_by_person(chance.choice(deleted))
        case _:
            pass
