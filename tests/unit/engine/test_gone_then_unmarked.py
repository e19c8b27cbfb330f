"""A meeting that is gone, another begun in vain in its place, and then nobody wants one any more.

Shows I3 and L1 of `config/promises.md`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from syncd.core.binding import BindingState
from syncd.core.event import Event
from tests.fakes.stage import ANA
from tests.unit.engine.scenarios import add, shows
from tests.unit.engine.trial import Trial

_LAST = 24
"""Effects, from the last look before the link goes."""


@pytest.fixture
def trial() -> Iterator[Trial]:
    made = Trial(ANA)
    yield made
    made.close()


async def begun_in_vain(trial: Trial) -> Event:
    """Give an event that shows the link of a meeting a person deleted; the next was never made."""
    await trial.empty()
    trial.witness.asks = lambda event: bool(event.categories)
    start = trial.clock.now() + timedelta(days=10)
    event = add(trial, ANA, categories=("Zoom",), start=start)
    await trial.work()
    trial.clock.advance(60)
    (gone,) = trial.meetings.alive
    trial.meetings.delete_by_person(gone)
    trial.calendars.edit(event.ref, title="Moved")
    await trial.work()
    trial.blade.fall("zoom create", "before")
    assert not await trial.attempt(60)
    await trial.rise()
    bound = await trial.binding(event)
    assert bound is not None
    assert (bound.state, bound.meeting_id) == (BindingState.CREATING, None)
    assert shows(trial.now(event))
    return event


async def ends_without_link(trial: Trial, event: Event) -> None:
    assert await trial.settle()
    assert not shows(trial.now(event))
    assert trial.meetings.alive == {}
    bound = await trial.binding(event)
    assert bound is not None, "the create may yet surface"
    assert (bound.state, bound.meeting_id) == (BindingState.DECLINED, None)
    assert trial.witness.violations == []
    assert await trial.writes_while_at_rest() == []


async def test_the_dead_link_is_taken_out_and_none_comes(trial):
    event = await begun_in_vain(trial)
    trial.calendars.edit(event.ref, categories=())

    await ends_without_link(trial, event)


async def test_it_is_taken_out_whenever_the_process_dies_at_it(trial):
    event = await begun_in_vain(trial)
    trial.calendars.edit(event.ref, categories=())
    before = len(trial.blade.effects)
    await trial.settle()
    effects = len(trial.blade.effects) - before
    assert effects > _LAST

    # What comes before only waits for the create. A death after an effect is one before the next.
    for number in range(effects - _LAST, effects):
        event = await begun_in_vain(trial)
        trial.calendars.edit(event.ref, categories=())
        trial.blade.fall(len(trial.blade.effects) + number, "before")
        assert not await trial.settle()
        await trial.rise()
        await ends_without_link(trial, event)


async def test_marked_again_before_it_is_out_it_gets_a_new_one(trial):
    event = await begun_in_vain(trial)
    trial.calendars.edit(event.ref, categories=())
    trial.blade.fall("calendar write", "before")
    assert not await trial.settle()
    await trial.rise()
    trial.calendars.edit(event.ref, categories=("Zoom",))

    assert await trial.settle()
    (meeting,) = trial.meetings.alive.values()
    assert meeting.join_url in trial.now(event).body.text
    assert trial.witness.violations == []
    assert await trial.writes_while_at_rest() == []
