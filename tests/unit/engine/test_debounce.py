"""Edits within a few seconds become one change at Zoom; no one who edits for ever prevents it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from syncd.core.ids import CalendarKey
from syncd.core.policy import LinkPolicy
from syncd.ports.store import Tx
from syncd.services.explain import explain
from syncd.services.preview import preview
from syncd.services.status import status
from tests.fakes.stage import ANA, BO
from tests.unit.engine.scenarios import add, linked
from tests.unit.engine.trial import Trial


@pytest.fixture
async def trial() -> AsyncIterator[Trial]:
    made = Trial(link=LinkPolicy())
    await made.empty()
    yield made
    made.close()


async def hinted(trial: Trial) -> None:
    """Make all calendars due, as a push from the provider does."""
    now = trial.clock.now()
    for key in (ANA, BO):
        await trial.store.run(partial(_hurry, key=key, now=now))


def _hurry(tx: Tx, *, key: CalendarKey, now: datetime) -> None:
    tx.calendars.hurry(key, due_at=now)


async def test_five_edits_in_three_seconds_are_one_patch_with_the_last_state(trial):
    event = await linked(trial)
    trial.calendars.writes.clear()
    for number in range(5):
        trial.clock.advance(0.6)
        trial.calendars.edit(event.ref, title=f"Lunch {number}")
        await hinted(trial)
        await trial.work()
    assert trial.meetings.calls["update"] == 0
    await trial.work_for(4, step=1)
    assert trial.meetings.calls["update"] == 0
    await trial.work_for(10, step=1)
    (meeting,) = trial.meetings.alive.values()
    assert meeting.topic == "Lunch 4"
    assert trial.meetings.calls["update"] == 1
    assert trial.calendars.writes == []
    assert await trial.row(event) is None
    assert trial.witness.violations == []
    assert await trial.writes_while_at_rest() == []


async def test_who_edits_for_ever_is_followed_every_half_minute(trial):
    event = await linked(trial)
    updates = []
    for number in range(40):
        trial.clock.advance(2)
        trial.calendars.edit(event.ref, title=f"Lunch {number}")
        await hinted(trial)
        await trial.work()
        updates.append(trial.meetings.calls["update"])
    assert updates[13] == 0
    assert updates[15] == 1
    assert updates[-1] == 2


async def test_a_resting_event_is_not_shown_as_waiting_and_its_change_is_planned(trial):
    event = await linked(trial)
    trial.clock.advance(60)
    trial.calendars.edit(event.ref, title="Dinner")
    await trial.work()
    row = await trial.row(event)
    assert row is not None
    assert (row.code, row.due_at) == (None, trial.clock.now() + timedelta(seconds=5))
    assert row.unsettled_since == trial.clock.now()
    assert (await status(trial.deps)).waiting == ()
    assert [action.kind for action in (await preview(trial.deps)).actions] == ["update_meeting"]
    told = await explain(trial.deps, event.ref.event_id)
    assert [step.kind for step in told.plan] == ["rest", "update_meeting"]


async def test_edits_and_a_new_passcode_are_one_patch_and_one_write(trial):
    event = await linked(trial)
    (meeting,) = trial.meetings.alive.values()
    trial.calendars.writes.clear()
    trial.clock.advance(60)
    for title in ("Dinner", "Supper"):
        trial.calendars.edit(event.ref, title=title)
    url = f"{meeting.join_url}2"
    trial.meetings.edit_by_person(replace(meeting, join_url=url))
    await trial.work()
    assert trial.calendars.writes == []
    await trial.work_for(10, step=1)
    assert len(trial.calendars.writes) == 1
    assert trial.meetings.calls["update"] == 1
    assert trial.now(event).location == url
    assert trial.meetings.alive[meeting.id].topic == "Supper"


async def test_the_first_link_is_never_put_off(trial):
    event = add(trial, ANA, location="zoom")
    await trial.work()
    assert len(trial.of_event(event)) == 1
    assert len(trial.calendars.writes) == 1


async def test_an_event_that_starts_soon_is_followed_at_once(trial):
    event = await linked(trial)
    trial.clock.advance(60)
    start = trial.clock.now() + timedelta(minutes=10)
    trial.calendars.edit(event.ref, start=start, end=start + timedelta(minutes=30))
    await trial.work()
    assert trial.meetings.calls["update"] == 1


async def test_a_second_thought_during_the_rest_costs_nothing(trial):
    event = await linked(trial)
    trial.clock.advance(60)
    trial.calendars.edit(event.ref, title="Dinner")
    await trial.work()
    trial.clock.advance(2)
    trial.calendars.edit(event.ref, title="Lunch")
    await trial.settle()
    assert trial.meetings.calls["update"] == 0
    assert await trial.row(event) is None


@pytest.mark.parametrize("calendar", [ANA, BO], ids=["google", "outlook"])
async def test_killed_at_any_effect_of_a_rest_it_still_follows(trial, calendar):
    number, was_killed = 0, True
    while was_killed:
        await trial.empty()
        event = add(trial, calendar, location="zoom")
        await trial.work()
        trial.clock.advance(60)
        trial.calendars.edit(event.ref, title="Dinner")
        trial.blade.revive()
        trial.blade.fall(number, "after")
        was_killed = not (await trial.attempt() and await trial.attempt(6))
        trial.blade.revive()
        if was_killed:
            await trial.rise()
        assert await trial.settle()
        (meeting,) = trial.meetings.alive.values()
        assert meeting.topic == "Dinner"
        assert len(trial.calendars.writes) == 1
        assert trial.witness.violations == []
        number += 1
    assert number > 8


async def test_a_link_that_another_program_reverts_is_not_fought_over(trial):
    event = await linked(trial, title="Talk")
    for _ in range(8):
        trial.clock.advance(60)
        trial.calendars.edit(event.ref, location="zoom", body=event.body)
        await trial.work()
    assert len(trial.calendars.writes) == 4
    assert len(trial.of_event(event)) == 1
    (line,) = (await status(trial.deps)).waiting
    assert (line.code, line.event) == ("link_fought_over", event.ref.event_id)
    await trial.work_for(3700, step=300)
    (meeting,) = trial.meetings.alive.values()
    assert trial.now(event).location == meeting.join_url
    assert len(trial.calendars.writes) == 5
    assert await trial.row(event) is None
