"""Zoom denies a meeting once: an event that shows it and of which nothing is known is not given another.

Shows I8 and L4 of `config/promises.md`.
"""

from __future__ import annotations

import pytest

from syncd.ports.errors import NotFound
from tests.fakes.guillotine import failing
from tests.fakes.stage import ANA
from tests.unit.engine.scenarios import linked
from tests.unit.engine.trial import Trial


@pytest.fixture
async def trial():
    made = Trial(ANA)
    await made.empty()
    yield made
    made.close()


async def forgotten(trial: Trial):
    """Give a linked event after the loss of the database, beside the world as it was."""
    event = await linked(trial)
    calendars, meetings, deps = trial.calendars, trial.meetings, trial.deps
    now = trial.now(event)
    await trial.empty()
    trial.calendars._put(now)
    trial.meetings.alive.update(meetings.alive)
    assert calendars is not trial.calendars
    assert deps is not trial.deps
    trial.blade.revive()
    return event


async def test_one_denial_is_not_believed(trial):
    event = await forgotten(trial)
    trial.blade.plan("zoom get", failing(NotFound("No.", code="zoom_meeting_gone")))
    await trial.work()
    assert not trial.blade.planned
    assert await trial.binding(event) is None
    assert trial.meetings.calls["create"] == 0
    assert await trial.settle()
    assert trial.meetings.calls["create"] == 0
    bound = await trial.binding(event)
    assert bound is not None
    assert bound.meeting_id in trial.meetings.alive


async def test_two_denials_a_hold_off_apart_are(trial):
    event = await forgotten(trial)
    trial.meetings.alive.clear()
    await trial.work()
    assert trial.meetings.calls["create"] == 0
    await trial.work(seconds=trial.witness.hold_off.total_seconds())
    assert trial.meetings.calls["create"] == 1
    (meeting,) = trial.meetings.alive.values()
    assert trial.now(event).location == meeting.join_url
