"""Zoom without the right to list meetings: an interrupted create waits for a person, and is never repeated."""

from __future__ import annotations

import pytest

from syncd.core.conference import ConferenceKind
from syncd.core.event import Event
from syncd.core.ids import CalendarKey
from syncd.services.choose import choose
from tests.fakes.meetings import Kind
from tests.fakes.stage import ANA, BO, Stage
from tests.unit.engine.kinds_play import code_of

BOTH = pytest.mark.parametrize("calendar", [ANA, BO])
DAY = 86_400


async def interrupted(stage: Stage, calendar: CalendarKey, kind: Kind) -> Event:
    stage.meetings.may_list = False
    stage.meetings.fail_next(kind)
    event = stage.calendars.add(calendar, location="zoom")
    await stage.work()
    return event


@BOTH
@pytest.mark.parametrize("kind", ["lost_answer", "lost_request"])
async def test_it_waits_and_says_what_a_person_can_do(stage, calendar, kind):
    event = await interrupted(stage, calendar, kind)
    await stage.work_for(2 * DAY, step=1800)
    assert stage.meetings.calls["create"] == 1
    assert stage.now(event).location == "zoom"
    row = await stage.row(event)
    assert row.code == "create_unknown"
    assert "scope" in row.reason
    assert "connect Zoom again" in row.remedy
    assert "syncd choose" in row.remedy


@pytest.mark.parametrize("kind", ["lost_answer", "lost_request"])
async def test_neither_an_edit_nor_another_process_makes_it_again(stage, kind):
    event = await interrupted(stage, ANA, kind)
    stage.calendars.edit(event.ref, title="Dinner #zoom:new")
    await stage.work_for(600, step=60)
    await stage.restart()
    await stage.work_for(2 * 3600, step=600)
    assert stage.meetings.calls["create"] == 1


async def test_with_the_right_the_meeting_is_found_and_linked(stage):
    event = await interrupted(stage, ANA, "lost_answer")
    await stage.work_for(600, step=60)
    stage.meetings.may_list = True
    await stage.work_for(2 * 3600, step=600)
    (made,) = stage.meetings.alive.values()
    assert stage.now(event).location == made.join_url
    assert stage.meetings.calls["create"] == 1


async def test_a_choice_made_afterwards_is_the_word_of_a_person(stage):
    event = await interrupted(stage, ANA, "lost_request")
    await stage.work_for(600, step=60)
    await choose(stage.deps, event.ref.event_id, ConferenceKind.ZOOM)
    await stage.work_for(300, step=30)
    (made,) = stage.meetings.alive.values()
    assert stage.now(event).location == made.join_url
    assert stage.meetings.calls["create"] == 2
    assert await stage.row(event) is None


async def test_a_choice_made_before_decides_nothing(stage):
    stage.meetings.may_list = False
    event = stage.calendars.add(ANA)
    await stage.work()
    stage.meetings.fail_next("lost_answer")
    await choose(stage.deps, event.ref.event_id, ConferenceKind.ZOOM)
    await stage.work_for(2 * 3600, step=300)
    assert stage.meetings.calls["create"] == 1
    assert await code_of(stage, event) == "create_unknown"


async def test_a_choice_made_too_early_waits_until_nothing_can_be_under_way(stage):
    event = await interrupted(stage, ANA, "late")
    await stage.work(seconds=5)
    await choose(stage.deps, event.ref.event_id, ConferenceKind.ZOOM)
    await stage.work()
    assert stage.meetings.calls["create"] == 1
    stage.meetings.arrive()
    stage.meetings.may_list = True
    await stage.work_for(2 * 3600, step=600)
    assert len(stage.meetings.alive) == 1
