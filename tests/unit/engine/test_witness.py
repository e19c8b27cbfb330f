"""The witness of the trials has teeth: each rule broken once, and an engine with a rule taken out.

Shows I1 and I3 to I5 of `config/promises.md`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.actions import DeleteMeeting
from syncd.core.binding import Outcome
from syncd.core.event import Body, EventChange
from syncd.core.meeting import MeetingChange
from syncd.core.policy import LinkPolicy
from syncd.ports.errors import OutcomeUnknown
from tests.fakes.stage import ANA
from tests.unit.engine.scenarios import add, linked, spec
from tests.unit.engine.trial import Trial


@pytest.fixture
async def trial():
    made = Trial(ANA)
    await made.empty()
    yield made
    made.close()


async def test_a_create_without_its_intent_is_noticed(trial):
    await trial.deps.meetings.create("ana@example.com", spec(trial), send_by=float("inf"))
    assert trial.witness.violations == ["created without a committed intent"]


async def test_a_second_meeting_is_noticed(trial):
    for _ in range(2):
        await trial.deps.meetings.create("ana@example.com", spec(trial), send_by=float("inf"))
    assert "created a second meeting" in trial.witness.violations


async def test_a_blind_repetition_is_noticed(trial):
    trial.meetings.fail_next("lost_request")
    with pytest.raises(OutcomeUnknown):
        await trial.deps.meetings.create("ana@example.com", spec(trial), send_by=float("inf"))
    trial.clock.advance(120)
    await trial.deps.meetings.create("ana@example.com", spec(trial), send_by=float("inf"))
    assert "repeated a create blindly" in trial.witness.violations


async def test_touching_a_meeting_of_a_person_is_noticed(trial):
    meeting = trial.meetings.add_by_person("ana@example.com", replace(spec(trial), agenda="Mine."))
    await trial.deps.meetings.update(meeting.id, MeetingChange(topic="Ours"))
    await trial.deps.meetings.delete(meeting.id)
    assert trial.witness.violations == ["touched a meeting of somebody else"] * 2


async def test_deleting_a_meeting_that_is_shown_is_noticed(trial):
    await linked(trial)
    (meeting_id,) = trial.meetings.alive
    await trial.deps.meetings.delete(meeting_id)
    assert "deleted a meeting that an event shows" in trial.witness.violations
    assert "removed without two looks that agree, a hold-off apart" in trial.witness.violations


async def test_writing_over_a_person_is_noticed(trial):
    event = trial.now(await linked(trial))
    change = EventChange(body=Body("Nothing.", event.body.format))
    await trial.deps.calendar(ANA).write(event, change)
    assert trial.witness.violations == ["changed what a person wrote"]


async def test_an_engine_that_does_not_hold_off_is_noticed():
    trial = Trial(ANA, link=LinkPolicy(hold_off=timedelta(0)))
    trial.witness.hold_off = timedelta(seconds=30)
    await trial.empty()
    trial.witness.hold_off = timedelta(seconds=30)
    event = await linked(trial)
    trial.calendars.delete(event.ref)
    await trial.settle()
    assert trial.witness.violations
    trial.close()


async def test_an_engine_that_deletes_before_it_unlinks_is_noticed(trial, monkeypatch):
    monkeypatch.setattr("syncd.engine.invariants.require", _no_last_look)
    monkeypatch.setattr("syncd.core.removal.take_out", _delete_at_once)
    event = await linked(trial, location="", categories=("Zoom",))
    trial.calendars.edit(event.ref, categories=())
    trial.witness.asks = lambda seen: bool(seen.categories)
    await trial.settle()
    assert trial.witness.violations == ["deleted a meeting that an event shows"]


def _no_last_look(*_):
    """Let the engine make every effect it planned."""


def _delete_at_once(event, binding, why):
    return (DeleteMeeting(binding.meeting_id, why.reason, why.afterwards),)


async def test_an_engine_that_forgets_its_intents_is_noticed(trial, monkeypatch):
    monkeypatch.setattr("syncd.engine.invariants.require", _no_last_look)

    async def forget(step, binding, intent, *_, **__):
        await step.close(intent, Outcome.NOT_DONE)

    monkeypatch.setattr("syncd.engine.recover._find_meeting", forget)
    add(trial, ANA, location="zoom")
    trial.meetings.fail_next("lost_answer")
    await trial.work()
    await trial.settle()
    assert trial.witness.violations == ["repeated a create blindly"]
