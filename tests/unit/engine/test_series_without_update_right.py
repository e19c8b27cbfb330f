"""A series with its times at Zoom, where meetings may not be changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from syncd.core.policy import SeriesStyle
from syncd.engine.sweep import Sweep
from tests.fakes.stage import Stage
from tests.unit.engine.fixed_play import at_zoom, in_calendar, linked, set_style
from tests.unit.engine.kinds_play import code_of
from tests.unit.engine.series_play import BOTH, HOUR, WEEK

TOLD = pytest.mark.parametrize("tells", [True, False], ids=["known before", "found by trying"])


@pytest.fixture
def fixed(tells: bool) -> Iterator[Stage]:
    stage = Stage()
    set_style(stage, SeriesStyle.FIXED_TIME)
    stage.meetings.may_change = False
    stage.meetings.tells_rights = tells
    yield stage
    stage.close()


@BOTH
@TOLD
async def test_another_hour_gives_it_a_new_meeting_with_all_its_times(fixed, calendar):
    series = await linked(fixed, calendar)
    (old,) = fixed.meetings.alive
    fixed.calendars.edit(series.ref, start=series.start + HOUR, end=series.end + HOUR)
    await fixed.work_for(600, step=61)
    (new,) = fixed.meetings.alive.values()
    assert new.id != old
    assert fixed.now(series).location == new.join_url
    assert at_zoom(fixed) == await in_calendar(fixed, series)
    assert len(fixed.calendars.writes) == 2


@BOTH
@TOLD
async def test_a_time_moved_by_itself_stays_at_zoom_and_costs_no_new_link(fixed, calendar):
    series = await linked(fixed, calendar)
    (old,) = fixed.meetings.alive
    at = series.start + WEEK
    length = series.end - series.start
    fixed.calendars.change_one(series.ref, at, start=at + HOUR, end=at + HOUR + length)
    await fixed.work_for(1200, step=61)
    assert list(fixed.meetings.alive) == [old]
    assert len(fixed.calendars.writes) == 1
    assert await code_of(fixed, series) == "meeting_not_changed"
    assert fixed.meetings.calls["update_occurrence"] <= 3


@BOTH
@TOLD
async def test_a_time_that_is_cancelled_goes_at_zoom_all_the_same(fixed, calendar):
    series = await linked(fixed, calendar)
    fixed.calendars.cancel_one(series.ref, series.start + WEEK)
    await fixed.work_for(600, step=61)
    assert at_zoom(fixed) == await in_calendar(fixed, series)
    assert len(fixed.calendars.writes) == 1
    assert await fixed.row(series) is None


@TOLD
@BOTH
async def test_moved_once_and_then_moved_as_a_whole_it_comes_to_rest(fixed, calendar):
    series = await linked(fixed, calendar)
    at = series.start + WEEK
    length = series.end - series.start
    fixed.calendars.change_one(series.ref, at, start=at + HOUR, end=at + HOUR + length)
    await fixed.work(seconds=61)
    fixed.calendars.edit(series.ref, end=series.end + HOUR)
    await fixed.work_for(1200, step=61)
    writes = len(fixed.calendars.writes)
    (new,) = fixed.meetings.alive.values()
    assert new.duration_minutes == 90
    await fixed.work_for(3600, step=61)
    assert list(fixed.meetings.alive) == [new.id]
    assert len(fixed.calendars.writes) == writes


@TOLD
@BOTH
async def test_after_a_doubt_of_the_sweep_nothing_is_replaced(fixed, calendar):
    await linked(fixed, calendar)
    (meeting,) = fixed.meetings.alive.values()
    odd = replace(meeting, duration_minutes=7, join_url=meeting.join_url + "2")
    fixed.meetings.edit_by_person(odd)
    sweep = Sweep(fixed.deps)
    fixed.clock.advance(fixed.deps.timing.sweep.total_seconds())
    for _ in range(2):
        await sweep.tick()
    await fixed.work_for(600, step=61)
    assert list(fixed.meetings.alive) == [meeting.id]
