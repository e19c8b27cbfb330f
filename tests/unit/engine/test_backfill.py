"""With `backfill: false`, what was marked before syncd came is left alone until somebody asks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from syncd.core.conference import ConferenceKind
from syncd.core.event import Event
from syncd.core.marks import mark_of
from syncd.core.policy import LinkPolicy
from syncd.engine.daemon import Engine
from syncd.ports.rows import ChoiceRow
from syncd.services.status import status
from tests.fakes.stage import ANA, AT_ONCE, BO
from tests.unit.engine.trial import _EMPTY, Trial

LEFT_ALONE = replace(AT_ONCE, backfill=False)


@pytest.fixture
async def trial() -> AsyncIterator[Trial]:
    made = Trial(link=LEFT_ALONE)
    await made.empty()
    yield made
    made.close()


async def later(trial: Trial, seconds: float = 60) -> None:
    await trial.work(seconds=seconds)
    await trial.work()


def marked_before(trial: Trial, **fields: Any) -> Event:
    event = trial.calendars.add(ANA, location="zoom", **fields)
    trial.clock.advance(1)
    return event


async def test_an_event_marked_before_is_told_and_not_touched(trial):
    event = marked_before(trial)
    await later(trial)
    await later(trial, 3600)
    assert trial.calendars.writes == []
    assert trial.meetings.alive == {}
    (line,) = (await status(trial.deps)).waiting
    assert (line.event, line.code, line.next_try) == (event.ref.event_id, "marked_before", None)
    assert "syncd plan --backfill" in line.remedy
    assert trial.witness.violations == []


@pytest.mark.parametrize("fields", [{"title": "Lunch, later"}, {"categories": ("Green",)}])
async def test_an_event_that_changes_afterwards_acts_as_usual(trial, fields):
    event = marked_before(trial)
    await later(trial)
    trial.calendars.edit(event.ref, **fields)
    await later(trial)
    assert len(trial.meetings.alive) == 1
    assert (await status(trial.deps)).waiting == ()


async def test_an_event_made_afterwards_gets_its_link(trial):
    await later(trial)
    trial.calendars.add(BO, location="zoom")
    await later(trial)
    assert len(trial.meetings.alive) == 1


async def test_a_series_marked_before_is_left_alone_with_its_occurrences(trial):
    series = trial.calendars.add_series(ANA, title="Weekly #zoom")
    trial.calendars.change_one(series.ref, series.start + timedelta(days=7), title="Other #zoom")
    trial.clock.advance(1)
    await later(trial)
    assert trial.calendars.writes == []
    trial.calendars.edit(series.ref, title="Weekly, new #zoom")
    await later(trial)
    assert len(trial.meetings.alive) == 1
    assert len(trial.calendars.writes) == 2, "its occurrence goes with it, whenever it was changed"


async def test_an_event_with_a_reason_to_tell_is_not_written_for_it():
    trial = Trial(link=replace(LEFT_ALONE, reason_in_event=True))
    await trial.empty()
    marked_before(trial)
    await later(trial)
    await later(trial, 7200)
    assert trial.calendars.writes == []
    trial.close()


async def test_what_is_over_is_not_told(trial):
    marked_before(trial, start=trial.clock.now() - timedelta(hours=5))
    await later(trial)
    assert (await status(trial.deps)).waiting == ()


async def test_what_was_chosen_gets_its_link(trial):
    event = marked_before(trial)
    now = trial.clock.now()
    row = ChoiceRow(key=event.key, ref=event.ref, kind=ConferenceKind.ZOOM, chosen_at=now)
    await trial.store.run(lambda tx: tx.choices.set(row))
    await later(trial)
    assert len(trial.meetings.alive) == 1


async def test_what_is_linked_is_found_again_without_the_database(trial):
    await later(trial)
    event = trial.calendars.add(ANA, location="zoom")
    await later(trial)
    (meeting_id,) = trial.meetings.alive
    assert trial.now(event).mark == mark_of(trial.deps.keys, event.key, meeting_id)
    trial._sqlite().executescript(_EMPTY)
    await trial.restart()
    await later(trial)
    binding = await trial.binding(event)
    assert binding is not None
    assert binding.meeting_id == meeting_id
    assert list(trial.meetings.alive) == [meeting_id]


async def test_a_configuration_that_takes_them_in_makes_them_due(trial):
    marked_before(trial)
    await later(trial)
    policy = LinkPolicy(backfill=True)
    people = {email: replace(p, link=policy) for email, p in trial.deps.people.items()}
    trial.deps = replace(trial.deps, people=people)
    await Engine(trial.deps).prepare()
    await trial.work()
    assert len(trial.meetings.alive) == 1
    assert (await status(trial.deps)).waiting == ()


async def test_a_change_made_while_the_calendar_is_first_read_counts(trial):
    event = marked_before(trial)
    original = trial.calendars.changes

    async def slow(calendar, cursor):
        async for page in original(calendar, cursor):
            yield page
        if calendar == ANA and cursor is None:
            trial.clock.advance(1)
            trial.calendars.edit(event.ref, title="Changed")
            trial.clock.advance(1)

    trial.calendars.changes = slow
    await later(trial)
    assert len(trial.meetings.alive) == 1
