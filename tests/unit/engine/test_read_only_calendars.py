"""Calendars that may only be read: nothing is made or tried there, and all follows with the right."""

from __future__ import annotations

import pytest

from syncd.core import linkblock
from syncd.core.writeback import shows_link
from syncd.ports.errors import Forbidden
from tests.fakes.stage import ANA, BO, Stage
from tests.unit.engine.series_play import linked_series, moved, only_url, unflag


async def code(stage: Stage, event) -> str | None:
    row = await stage.row(event)
    return None if row is None else row.code


@pytest.mark.parametrize("calendar", [ANA, BO])
async def test_nothing_is_made_for_an_event_that_cannot_be_written(stage: Stage, calendar):
    event = stage.calendars.add(calendar, location="zoom")
    stage.calendars.share(calendar, can_write=False)
    await stage.work_for(3600, step=60)
    assert not stage.meetings.alive
    assert await code(stage, event) == "read_only"
    looks = [name for name, _ in stage.calendars.calls]
    assert (looks.count("get"), looks.count("write")) == (1, 0)
    stage.calendars.share(calendar, can_write=True)
    await stage.work(seconds=60)
    assert stage.now(event).location.startswith("https://")
    assert await stage.row(event) is None


async def test_a_refused_write_is_tried_no_more_until_the_right_is_back(stage: Stage):
    event = stage.calendars.add(ANA, location="zoom")
    error = Forbidden("No.", code="read_only", remedy="Ask its owner.")
    stage.calendars.fail_next("write", error)
    await stage.work()
    assert await code(stage, event) == "read_only"
    stage.calendars.share(ANA, can_write=False)
    await stage.work_for(4 * 3600, step=60)
    assert [name for name, _ in stage.calendars.calls].count("write") == 1
    [meeting] = stage.meetings.alive
    stage.calendars.share(ANA, can_write=True)
    await stage.work(seconds=60)
    bound = await stage.binding(event)
    assert bound is not None
    assert (bound.meeting_id, set(stage.meetings.alive)) == (meeting, {meeting})
    assert stage.now(event).location == bound.join_url


async def test_while_the_listing_knows_nothing_of_it_a_write_is_tried_once_an_hour(stage: Stage):
    stage.calendars.add(ANA, location="zoom")
    error = Forbidden("No.", code="read_only", remedy="Ask its owner.")
    stage.calendars.fail_next("write", error, times=10)
    await stage.work_for(3 * 3600 + 300, step=60)
    assert [name for name, _ in stage.calendars.calls].count("write") == 4
    assert len(stage.meetings.alive) == 1


async def test_what_has_a_meeting_tries_first(stage: Stage):
    stage.calendars.add(ANA, location="zoom")
    error = Forbidden("No.", code="read_only", remedy="Ask its owner.")
    stage.calendars.fail_next("write", error)
    await stage.work()
    stage.calendars.share(ANA, can_write=False)
    for _ in range(5):
        stage.calendars.add(ANA, location="zoom")
    await stage.work_for(300, step=60)
    assert len(stage.meetings.alive) == 1
    stage.calendars.share(ANA, can_write=True)
    stage.calendars.fail_next("write", error)
    await stage.work(seconds=60)
    assert len(stage.meetings.alive) == 1, "the first try was refused, and cost no other meeting"
    await stage.work_for(3700, step=60)
    assert len(stage.meetings.alive) == 6
    assert not await stage.store.run(lambda tx: tx.events.waiting())


async def test_an_occurrence_waits_for_the_right_too(stage: Stage):
    series = await linked_series(stage, ANA)
    stage.calendars.share(ANA, can_write=False)
    bare = stage.now(series)
    new = moved(stage, series, mark=None, location="", body=linkblock.strip(bare.body))
    freed = moved(stage, series, weeks=2, title="Lunch #nozoom")
    await stage.work_for(300, step=20)
    assert (await code(stage, new), await code(stage, freed)) == ("read_only", "read_only")
    assert len(stage.calendars.writes) == 1
    stage.calendars.share(ANA, can_write=True)
    await stage.work_for(300, step=20)
    assert shows_link(stage.now(new), only_url(stage))
    assert not shows_link(stage.now(freed), only_url(stage))
    assert not await stage.store.run(lambda tx: tx.events.waiting())


async def test_a_series_keeps_its_meeting_while_an_occurrence_cannot_be_freed(stage: Stage):
    series = await linked_series(stage, ANA)
    one = moved(stage, series)
    await stage.work_for(120, step=20)
    unflag(stage, series)
    stage.calendars.share(ANA, can_write=False)
    await stage.work_for(600, step=20)
    assert await code(stage, series) == "read_only"
    assert len(stage.meetings.alive) == 1
    stage.calendars.share(ANA, can_write=True)
    await stage.work_for(600, step=20)
    assert not stage.meetings.alive
    assert "/j/" not in stage.now(one).body.text + stage.now(series).body.text
