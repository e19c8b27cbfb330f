"""A series that changes its conference, with occurrences that show the link."""

from __future__ import annotations

import pytest

from syncd.core.binding import BindingState
from syncd.core.event import Body, NativeKind
from syncd.services.choose import choose
from tests.fakes.stage import ANA, BO
from tests.unit.engine.kinds_play import native_kind, shows_zoom
from tests.unit.engine.series_play import linked_series, moved, only_url


@pytest.mark.parametrize(
    ("calendar", "choice", "kind"),
    [(ANA, "google_meet", NativeKind.GOOGLE_MEET), (BO, "teams", NativeKind.TEAMS)],
)
async def test_a_series_is_switched_and_its_occurrences_lose_the_link_before_the_meeting_goes(
    stage, calendar, choice, kind
):
    series = await linked_series(stage, calendar)
    one = moved(stage, series)
    await stage.work()
    await choose(stage.deps, str(series.ref), choice)
    for _ in range(30):
        await stage.work(seconds=10)
        if shows_zoom(stage, one):
            assert stage.meetings.alive
    assert native_kind(stage, series) is kind
    assert not shows_zoom(stage, series)
    assert not shows_zoom(stage, one)
    assert not stage.meetings.alive
    bound = await stage.binding(series)
    assert (bound.state, bound.retired) == (BindingState.LINKED, None)
    assert len(stage.calendars.writes) == 3
    stage.calendars.calls.clear()
    await stage.work_for(600, step=60)
    assert {call[0] for call in stage.calendars.calls} == {"changes"}


async def test_a_series_switched_back_gives_its_occurrences_the_new_link(stage):
    series = await linked_series(stage, ANA)
    one = moved(stage, series)
    await stage.work()
    await choose(stage.deps, str(series.ref), "google_meet")
    await stage.work_for(300, step=10)
    await choose(stage.deps, str(series.ref), "zoom")
    await stage.work_for(300, step=10)
    assert stage.now(series).location == only_url(stage)
    assert stage.now(one).location == only_url(stage)
    assert len(stage.calendars.writes) == 5


async def test_a_fresh_meeting_of_a_series_reaches_its_occurrences_before_the_old_one_goes(stage):
    series = await linked_series(stage, ANA)
    one = moved(stage, series)
    await stage.work()
    now = stage.now(series)
    stage.calendars.edit(series.ref, body=Body(f"#zoom:new {now.body.text}", now.body.format))
    for _ in range(30):
        await stage.work(seconds=10)
        shown = stage.now(one).location
        assert shown in {meeting.join_url for meeting in stage.meetings.alive.values()}
    assert stage.now(series).location == stage.now(one).location == only_url(stage)
    assert len(stage.calendars.writes) == 3


async def test_a_series_with_a_meet_and_a_changed_occurrence_rests(stage):
    series = stage.calendars.add_series(ANA, text="#meet Agenda")
    await stage.work_for(60, step=20)
    one = moved(stage, stage.now(series))
    before = stage.now(one)
    await stage.work_for(300, step=60)
    assert stage.now(one) == before
    assert len(stage.calendars.writes) == 1
    stage.calendars.calls.clear()
    await stage.work_for(600, step=60)
    assert {call[0] for call in stage.calendars.calls} == {"changes"}
