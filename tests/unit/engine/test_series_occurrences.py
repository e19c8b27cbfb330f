"""Occurrences that were changed by themselves show the link of their series, or none.

Shows K26 of `config/promises.md`.
"""

from dataclasses import replace

import pytest

from syncd.core import linkblock
from syncd.core.binding import BindingState
from syncd.core.event import Body
from syncd.services.preview import preview
from tests.fakes.stage import ANA, Stage, another
from tests.unit.engine.series_play import (
    BOTH,
    HOUR,
    WEEK,
    bare,
    linked_series,
    moved,
    only_url,
)


@BOTH
@pytest.mark.parametrize("keeps_mark", [True, False])
async def test_a_moved_or_renamed_occurrence_needs_nothing(stage, calendar, keeps_mark):
    series = await linked_series(stage, calendar)
    mark = series.mark if keeps_mark else None
    one = moved(stage, series, mark=mark)
    other = moved(stage, series, weeks=2, title="Retro", mark=mark)
    assert not (await preview(stage.deps)).actions
    await stage.work_for(300, step=60)
    assert (stage.now(one), stage.now(other)) == (one, other)
    assert len(stage.calendars.writes) == 1
    assert stage.meetings.calls == {"create": 1}
    bound = await stage.binding(one)
    assert bound is not None
    assert (bound.state, bound.meeting_id) == (BindingState.SHARING, None)
    assert bound.join_url == only_url(stage)


@BOTH
async def test_at_rest_an_occurrence_costs_nothing(stage, calendar):
    series = await linked_series(stage, calendar)
    moved(stage, series)
    await stage.work_for(120, step=60)
    stage.calendars.calls.clear()
    stage.meetings.calls.clear()
    await stage.work_for(600, step=60)
    assert {call[0] for call in stage.calendars.calls} == {"changes"}
    assert not stage.meetings.calls


@BOTH
async def test_an_occurrence_changed_before_the_link_was_written_gets_the_same_link(
    stage, calendar
):
    series = stage.calendars.add_series(calendar, text="Agenda")
    one = moved(stage, series, body=Body("Other agenda", series.body.format))
    await stage.work()
    assert not stage.calendars.writes
    stage.calendars.edit(series.ref, categories=("Zoom",))
    await stage.work_for(300, step=60)
    now = stage.now(one)
    assert now.location == only_url(stage) == stage.now(series).location
    assert linkblock.strip(now.body).text == "Other agenda"
    assert sorted(ref.event_id for ref, _ in stage.calendars.writes) == sorted(
        [series.ref.event_id, one.ref.event_id]
    )
    assert stage.meetings.calls["create"] == 1


@BOTH
async def test_copied_flags_make_no_second_meeting_whoever_is_looked_at_first(stage, calendar):
    series = stage.calendars.add_series(calendar, text="#zoom please", start=None)
    moved(stage, series, weeks=1)
    moved(stage, series, weeks=2)
    # Those that start first come first: here an occurrence before its series.
    at = stage.clock.now() + HOUR
    early = stage.calendars.change_one(series.ref, series.start, start=at, end=at + HOUR)
    await stage.work_for(300, step=60)
    assert stage.meetings.calls["create"] == 1
    assert len(stage.calendars.writes) == 4
    assert stage.now(early).location == only_url(stage)


@BOTH
async def test_a_link_taken_out_of_one_occurrence_stays_out_of_it_only(stage, calendar):
    series = await linked_series(stage, calendar)
    one, other = moved(stage, series), moved(stage, series, weeks=2)
    await stage.work(seconds=60)
    stage.calendars.edit(one.ref, **bare(one))
    await stage.work_for(300, step=60)
    assert stage.now(one).location == ""
    assert stage.now(other).location == only_url(stage)
    bound = await stage.binding(one)
    assert bound is not None
    assert bound.state is BindingState.DECLINED
    assert len(stage.calendars.writes) == 1


@pytest.mark.parametrize("calendar", [ANA])
async def test_an_occurrence_made_without_the_link_is_left_alone(stage, calendar):
    series = await linked_series(stage, calendar)
    one = moved(stage, series, **bare(series))
    await stage.work_for(300, step=60)
    assert stage.now(one) == one
    assert len(stage.calendars.writes) == 1


@BOTH
async def test_flagged_anew_it_gets_the_link_of_its_series_back(stage, calendar):
    series = await linked_series(stage, calendar)
    one = moved(stage, series)
    await stage.work(seconds=60)
    stage.calendars.edit(one.ref, **bare(one))
    await stage.work_for(120, step=60)
    stage.calendars.edit(one.ref, location="zoom")
    await stage.work_for(120, step=60)
    assert stage.now(one).location == only_url(stage)
    assert len(stage.calendars.writes) == 2
    assert stage.meetings.calls["create"] == 1


@BOTH
async def test_nozoom_in_one_occurrence_takes_the_link_out_of_it_and_back_again(stage, calendar):
    series = await linked_series(stage, calendar)
    one = moved(stage, series, title="Lunch #nozoom")
    await stage.work(seconds=60)
    assert stage.now(one).location, "not before the hold-off is over"
    await stage.work_for(120, step=20)
    now = stage.now(one)
    assert (now.location, now.body.text) == ("", "Agenda")
    assert stage.now(series).location == only_url(stage)
    assert len(stage.calendars.writes) == 2
    stage.calendars.edit(one.ref, title="Lunch")
    await stage.work_for(300, step=60)
    assert stage.now(one).location == only_url(stage)
    assert len(stage.calendars.writes) == 3


@BOTH
async def test_an_occurrence_flagged_alone_gets_a_meeting_of_its_own(stage, calendar):
    series = stage.calendars.add_series(calendar, text="Agenda")
    one = moved(stage, series, location="zoom")
    await stage.work_for(180, step=60)
    (meeting,) = stage.meetings.alive.values()
    assert meeting.start == one.start
    assert stage.now(one).location == meeting.join_url
    assert stage.now(series) == series
    assert len(stage.calendars.writes) == 1
    stage.calendars.edit(one.ref, **bare(one))
    await stage.work_for(180, step=20)
    assert not stage.meetings.alive


@BOTH
async def test_an_occurrence_with_a_meeting_of_its_own_keeps_it_when_the_series_gets_one(
    stage, calendar
):
    series = stage.calendars.add_series(calendar)
    one = moved(stage, series, location="zoom")
    await stage.work(seconds=60)
    own = only_url(stage)
    stage.calendars.edit(series.ref, categories=("Zoom",))
    await stage.work_for(300, step=60)
    assert stage.now(one).location == own
    assert stage.now(series).location not in ("", own)
    assert len(stage.calendars.writes) == 2


@BOTH
async def test_a_meeting_made_anew_gives_its_link_to_every_occurrence_that_showed_the_old(
    stage, calendar
):
    series = await linked_series(stage, calendar)
    one, freed = moved(stage, series), moved(stage, series, weeks=2)
    await stage.work(seconds=60)
    stage.calendars.edit(freed.ref, **bare(freed))
    await stage.work(seconds=60)
    (old,) = stage.meetings.alive.values()
    stage.meetings.delete_by_person(old.id)
    stage.calendars.edit(series.ref, title="Dinner")
    await stage.work_for(600, step=20)
    new = only_url(stage)
    assert stage.now(series).location == stage.now(one).location == new != old.join_url
    assert old.join_url not in stage.now(one).body.text
    assert stage.now(freed).location == ""
    assert len(stage.calendars.writes) == 3


@BOTH
async def test_a_new_passcode_comes_into_every_occurrence(stage, calendar):
    series = await linked_series(stage, calendar)
    one = moved(stage, series)
    await stage.work(seconds=60)
    (meeting,) = stage.meetings.alive.values()
    stage.meetings.edit_by_person(
        replace(meeting, passcode="new", join_url=meeting.join_url.replace("pwd=p", "pwd=new"))
    )
    stage.calendars.edit(series.ref, title="Dinner")
    await stage.work_for(300, step=20)
    assert stage.now(series).location == stage.now(one).location == only_url(stage)
    assert "pwd=new" in stage.now(one).location
    assert len(stage.calendars.writes) == 3


@BOTH
async def test_an_occurrence_of_a_split_series_gets_the_link_of_the_new_one(stage, calendar):
    series = await linked_series(stage, calendar)
    old = only_url(stage)
    new = stage.calendars.split(series.ref, series.start + 3 * WEEK)
    one = moved(stage, new)
    await stage.work_for(300, step=60)
    assert len(stage.meetings.alive) == 2
    assert stage.now(one).location == stage.now(new).location != old
    assert old not in stage.now(one).body.text
    assert stage.now(series).location == old
    assert stage.meetings.calls["create"] == 2
    assert len(stage.calendars.writes) == 3


@BOTH
async def test_losing_the_database_makes_no_second_meeting_for_a_series_or_its_occurrences(
    stage, calendar
):
    series = await linked_series(stage, calendar)
    one = moved(stage, series)
    alone = stage.calendars.add_series(calendar)
    own = moved(stage, alone, location="zoom")
    await stage.work(seconds=60)
    writes = len(stage.calendars.writes)
    fresh = Stage()
    fresh.calendars, fresh.meetings, fresh.clock = stage.calendars, stage.meetings, stage.clock
    fresh.deps = replace(another(stage.deps, "test:1"), store=fresh.store)
    await fresh.prepare()
    await fresh.work_for(300, step=60)
    assert len(stage.meetings.alive) == 2
    assert stage.meetings.calls["create"] == 2
    assert len(stage.calendars.writes) == writes
    shared, bound = await fresh.binding(one), await fresh.binding(series)
    alone_bound = await fresh.binding(own)
    assert shared is not None
    assert bound is not None
    assert alone_bound is not None
    assert (shared.state, shared.join_url) == (BindingState.SHARING, bound.join_url)
    assert alone_bound.meeting_id not in (None, bound.meeting_id)
    fresh.close()


@BOTH
async def test_a_passcode_found_changed_at_an_occurrence_comes_into_the_series_too(stage, calendar):
    series = await linked_series(stage, calendar)
    (meeting,) = stage.meetings.alive.values()
    url = meeting.join_url.replace("pwd=p", "pwd=new")
    stage.meetings.edit_by_person(replace(meeting, passcode="new", join_url=url))
    one = moved(stage, series, mark=None, **bare(series))
    await stage.work_for(300, step=20)
    assert stage.now(series).location == stage.now(one).location == url
    assert len(stage.calendars.writes) == 3
