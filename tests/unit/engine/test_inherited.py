"""What a dead process left behind is not settled by one look, which may be an older one.

Shows I8, K28 and L1 of `config/promises.md`.
"""

from __future__ import annotations

import pytest

from syncd.ports.errors import Transient
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
