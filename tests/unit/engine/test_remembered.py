"""What is remembered of calendars and choices, and for how long."""

from __future__ import annotations

import pytest

from syncd.core.conference import ConferenceKind
from syncd.core.event import Event
from syncd.core.ids import EventKey
from syncd.engine.upkeep import Upkeep
from syncd.ports.errors import Transient
from syncd.ports.rows import ChoiceRow
from tests.fakes.stage import ANA, Stage


@pytest.fixture
async def stage():
    made = Stage()
    await made.prepare()
    yield made
    made.close()


async def chosen(stage: Stage, event: Event) -> EventKey:
    row = ChoiceRow(
        key=event.key, ref=event.ref, kind=ConferenceKind.NONE, chosen_at=stage.clock.now()
    )
    await stage.store.run(lambda tx: tx.choices.set(row))
    return event.key


async def remembers(stage: Stage, key: EventKey) -> bool:
    await Upkeep(stage.deps).forget_finished()
    return await stage.store.run(lambda tx: tx.choices.get(key)) is not None


async def test_the_first_reading_of_a_calendar_is_kept(stage):
    before = await stage.store.run(lambda tx: tx.calendars.get(ANA))
    await stage.work()
    first = stage.clock.now()
    await stage.work(seconds=600)
    row = await stage.store.run(lambda tx: tx.calendars.get(ANA))

    assert before.first_read is None
    assert row.first_read == first
    assert row.last_success > first


async def test_a_reading_that_fails_is_not_the_first(stage):
    stage.calendars.fail_next("changes", Transient("503", code="http_503"))
    await stage.work()

    row = await stage.store.run(lambda tx: tx.calendars.get(ANA))
    assert row.first_read is None


async def test_a_choice_is_forgotten_with_its_binding(stage):
    event = stage.calendars.add(ANA, location="zoom")
    await stage.work()
    assert await stage.binding(event) is not None
    key = await chosen(stage, event)
    keep = stage.deps.people[ANA.owner].link.keep

    stage.clock.advance((event.end + keep - stage.clock.now()).total_seconds())
    assert await remembers(stage, key)
    stage.clock.advance(1)
    assert not await remembers(stage, key)


async def test_a_choice_without_a_binding_outlasts_every_event_it_can_be_for(stage):
    key = await chosen(stage, stage.calendars.add(ANA))
    link = stage.deps.people[ANA.owner].link

    stage.clock.advance((2 * link.horizon + link.keep).total_seconds())
    assert await remembers(stage, key)
    stage.clock.advance(1)
    assert not await remembers(stage, key)
