"""A commit that fails, or a death, right after something was learned: what was learned still counts.

Shows K9, K17, I5 and I8 of `config/promises.md`.
"""

from __future__ import annotations

import pytest

from syncd.core.event import Event
from syncd.ports.errors import Transient
from syncd.ports.store import StoreError
from tests.fakes.guillotine import failing
from tests.fakes.stage import ANA
from tests.unit.engine.trial import Trial


@pytest.fixture
async def trial():
    made = Trial(ANA)
    await made.empty()
    yield made
    made.close()


def _is_linked(trial: Trial, event: Event) -> bool:
    (meeting,) = trial.meetings.alive.values()
    return trial.now(event).location == meeting.join_url


async def _unmarked(trial: Trial) -> Event:
    """Give a linked event that was unmarked, and found so by a first look."""
    trial.witness.asks = lambda seen: "Zoom" in seen.categories
    event = trial.calendars.add(ANA, categories=("Zoom",))
    await trial.work()
    trial.calendars.edit(event.ref, categories=())
    await trial.work(seconds=60)
    return event


async def test_a_mark_that_comes_back_while_the_removal_is_cut_short_counts_as_new(trial):
    number, was_killed = 0, True
    while was_killed:
        await trial.empty()
        event = await _unmarked(trial)
        trial.blade.revive()
        trial.blade.fall(number, "after")
        was_killed = not await trial.attempt(31)
        trial.calendars.edit(event.ref, categories=("Zoom",))
        await trial.rise()
        trial.clock.advance(60)
        assert await trial.settle()
        assert _is_linked(trial, event)
        assert trial.witness.violations == []
        number += 1
    assert number >= 20


async def test_a_look_whose_commit_failed_is_not_followed_by_an_older_one(trial):
    number, has_failed = 0, True
    while has_failed:
        await trial.empty()
        event = trial.calendars.add(ANA, location="zoom")
        trial.calendars.fail_next("get", Transient("Google is down.", code="unavailable"))
        await trial.work()
        trial.clock.advance(5)
        trial.calendars.edit(event.ref, location="")
        trial.blade.revive()
        trial.blade.plan(number, failing(StoreError("the disk is full")))
        await trial.work(seconds=60)
        has_failed = not trial.blade.planned
        trial.calendars.show_former(event.ref)
        await trial.work(seconds=16)
        assert await trial.settle()
        assert not trial.meetings.calls["create"]
        assert trial.witness.violations == []
        number += 1
    assert number >= 6


async def test_a_refusal_whose_commit_failed_is_not_waited_out(trial):
    trial.calendars.add(ANA, location="zoom")
    trial.meetings.fail_next("refused")
    await trial.work()
    after = trial.blade.effects.index("zoom create") + 1
    await trial.empty()
    event = trial.calendars.add(ANA, location="zoom")
    trial.meetings.fail_next("refused")
    trial.blade.revive()
    trial.blade.plan(after, failing(StoreError("the disk is full")))
    await trial.work()
    assert not trial.blade.planned
    assert not trial.deps.unanswered
    assert await trial.settle()
    assert len(trial.of_event(event)) == 1
    assert trial.witness.violations == []
