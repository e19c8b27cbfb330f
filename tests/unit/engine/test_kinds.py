"""Meet and Teams in place of Zoom, and back: one write, and nothing is lost on the way.

Shows L1 of `config/promises.md`.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.core.binding import BindingState
from syncd.core.conference import ConferenceKind
from syncd.core.event import Body, NativeKind
from syncd.ports.rows import ChoiceRow
from syncd.services.choose import choose
from tests.fakes.stage import ANA, BO
from tests.unit.engine.kinds_play import (
    bare,
    code_of,
    linked,
    native_kind,
    retag,
    shows_zoom,
    state_of,
)

MEET, TEAMS = NativeKind.GOOGLE_MEET, NativeKind.TEAMS
OWN = pytest.mark.parametrize(
    ("calendar", "tag", "kind"), [(ANA, "#meet", MEET), (BO, "#teams", TEAMS)]
)


@OWN
async def test_a_flagged_event_gets_its_providers_conference_in_one_write(
    stage, calendar, tag, kind
):
    event = await linked(stage, calendar, text=f"{tag} Agenda")
    assert native_kind(stage, event) is kind
    assert len(stage.calendars.writes) == 1
    assert not stage.meetings.calls
    bound = await stage.binding(event)
    assert (bound.state, bound.meeting_id) == (BindingState.LINKED, None)
    assert bound.join_url == stage.now(event).native.url
    await stage.work_for(600, step=60)
    assert len(stage.calendars.writes) == 1


@OWN
async def test_zoom_is_replaced_in_one_write_and_its_meeting_goes_after_the_hold_off(
    stage, calendar, tag, kind
):
    event = await linked(stage, calendar, text="#zoom Agenda")
    retag(stage, event, "#zoom", tag)
    await stage.work()
    assert native_kind(stage, event) is kind
    assert not shows_zoom(stage, event)
    assert len(stage.calendars.writes) == 2
    assert len(stage.meetings.alive) == 1
    await stage.work(seconds=31)
    assert not stage.meetings.alive
    assert native_kind(stage, event) is kind
    await stage.work_for(600, step=60)
    assert len(stage.calendars.writes) == 2
    assert await stage.row(event) is None


async def test_meet_is_replaced_by_zoom_in_one_write(stage):
    event = await linked(stage, ANA, text="#meet Agenda")
    retag(stage, event, "#meet", "#zoom")
    await stage.work_for(180, step=20)
    (meeting,) = stage.meetings.alive.values()
    assert stage.now(event).location == meeting.join_url
    assert native_kind(stage, event) is None
    assert bare(stage, event) == "#zoom Agenda"
    assert len(stage.calendars.writes) == 2


async def test_teams_is_never_replaced(stage):
    event = await linked(stage, BO, text="#teams Agenda")
    before = stage.now(event)
    retag(stage, event, "#teams", "#zoom")
    await stage.work_for(180, step=20)
    assert native_kind(stage, event) is TEAMS
    assert not stage.meetings.calls
    assert await code_of(stage, event) == "teams_untouchable"
    assert len(stage.calendars.writes) == 1
    assert stage.now(event).native == before.native


@pytest.mark.parametrize("meet", ["ready", "pending"])
async def test_a_meet_goes_where_zoom_was_wanted_in_its_place_and_then_nothing(stage, meet):
    stage.calendars.conferences.meet = meet
    event = await linked(stage, ANA, text="#meet Agenda")
    retag(stage, event, "#meet", "#zoom")
    stage.meetings.fail_next("lost_request")
    await stage.work()
    assert await state_of(stage, event) is BindingState.CREATING
    retag(stage, event, "#zoom", "")
    await stage.work_for(300, step=10)
    assert native_kind(stage, event) is None
    assert not stage.meetings.alive
    assert await state_of(stage, event) is not BindingState.CREATING
    assert stage.now(event).mark is None


async def test_an_unflagged_meet_goes_after_the_hold_off_in_one_write(stage):
    event = await linked(stage, ANA, text="#meet Agenda")
    retag(stage, event, "#meet", "")
    await stage.work()
    assert native_kind(stage, event) is MEET
    await stage.work(seconds=31)
    assert native_kind(stage, event) is None
    assert await stage.binding(event) is None
    assert stage.now(event).mark is None
    await stage.work_for(300, step=60)
    assert len(stage.calendars.writes) == 2


async def test_an_unflagged_teams_meeting_stays_and_that_is_told(stage):
    event = await linked(stage, BO, text="#teams Agenda")
    retag(stage, event, "#teams", "")
    await stage.work_for(180, step=20)
    assert native_kind(stage, event) is TEAMS
    assert await code_of(stage, event) == "teams_stays"
    assert len(stage.calendars.writes) == 1


@pytest.mark.parametrize("teams", ["ready", "pending"])
async def test_a_teams_meeting_unflagged_before_it_was_seen_replaces_the_meeting_all_the_same(
    stage, teams
):
    event = await linked(stage, BO, text="#zoom Agenda")
    stage.calendars.conferences.teams = teams
    stage.calendars.lose_next_answer()
    retag(stage, event, "#zoom", "#teams")
    await stage.work()
    assert native_kind(stage, event) is TEAMS
    assert await state_of(stage, event) is BindingState.CREATING
    retag(stage, event, "#teams", "")
    await stage.work_for(60, step=20)
    if teams == "pending":
        assert len(stage.meetings.alive) == 1, "what takes its place is not there yet"
        stage.calendars.conferences.teams = "ready"
        stage.calendars.finish_conference(event.ref)
    await stage.work_for(600, step=20)
    assert not stage.meetings.alive
    assert await state_of(stage, event) is BindingState.LINKED
    assert await code_of(stage, event) == "teams_stays"


async def test_a_meet_that_a_person_takes_out_stays_out_until_flagged_anew(stage):
    event = await linked(stage, ANA, text="#meet Agenda")
    stage.calendars.edit(event.ref, native=None)
    await stage.work_for(180, step=20)
    assert await state_of(stage, event) is BindingState.DECLINED
    assert native_kind(stage, event) is None
    stage.calendars.edit(event.ref, title="Lunch again")
    await stage.work_for(120, step=20)
    assert len(stage.calendars.writes) == 1
    stage.calendars.edit(event.ref, location="meet")
    await stage.work_for(120, step=20)
    assert native_kind(stage, event) is MEET
    assert stage.now(event).location == ""
    assert len(stage.calendars.writes) == 2


async def test_a_meet_flagged_again_while_it_goes_comes_back(stage):
    event = await linked(stage, ANA, text="#meet Agenda")
    retag(stage, event, "#meet", "")
    await stage.work()
    stage.calendars.lose_next_answer()
    await stage.work(seconds=31)
    assert native_kind(stage, event) is None
    retag(stage, event, "Agenda", "#meet Agenda")
    await stage.work_for(120, step=20)
    assert native_kind(stage, event) is MEET
    assert await state_of(stage, event) is BindingState.LINKED


async def test_a_meet_whose_flag_was_taken_is_found_by_its_mark(stage):
    event = await linked(stage, ANA, title="Lunch #meet")
    assert stage.now(event).title == "Lunch"
    bound = await stage.binding(event)
    await stage.store.run(lambda tx: tx.bindings.delete(bound.id))
    stage.calendars.edit(event.ref, title="Dinner")
    await stage.work_for(180, step=20)
    assert await state_of(stage, event) is BindingState.LINKED
    assert native_kind(stage, event) is MEET
    stage.calendars.edit(event.ref, title="Dinner #nolink")
    await stage.work_for(180, step=20)
    assert native_kind(stage, event) is None
    assert len(stage.calendars.writes) == 2


async def test_choices_switch_and_none_takes_out_and_auto_goes_back(stage):
    event = await linked(stage, ANA, text="#zoom Agenda")
    await choose(stage.deps, str(event.ref), "google_meet")
    await stage.work_for(120, step=20)
    assert native_kind(stage, event) is MEET
    assert not stage.meetings.alive
    await choose(stage.deps, str(event.ref), "none")
    await stage.work_for(120, step=20)
    assert native_kind(stage, event) is None
    assert await stage.binding(event) is None
    await choose(stage.deps, str(event.ref), "auto")
    await stage.work_for(120, step=20)
    (meeting,) = stage.meetings.alive.values()
    assert stage.now(event).location == meeting.join_url
    assert len(stage.calendars.writes) == 4


async def test_a_choice_of_zoom_needs_no_flag_and_none_takes_it_back(stage):
    event = await linked(stage, BO)
    assert not stage.meetings.alive
    await choose(stage.deps, str(event.ref), "zoom")
    await stage.work_for(120, step=20)
    assert len(stage.meetings.alive) == 1
    await choose(stage.deps, str(event.ref), "none")
    await stage.work_for(120, step=20)
    assert not stage.meetings.alive
    assert not shows_zoom(stage, event)
    row = await stage.store.run(lambda tx: tx.choices.get(event.key))
    assert isinstance(row, ChoiceRow)
    assert row.kind is ConferenceKind.NONE


async def test_a_switch_flag_that_goes_takes_the_conference_along(stage):
    event = await linked(stage, ANA, location="zoom")
    stage.calendars.edit(event.ref, title="Lunch", body=Body("#meet", event.body.format))
    await stage.work_for(120, step=20)
    assert native_kind(stage, event) is MEET
    retag(stage, event, "#meet", "")
    await stage.work_for(120, step=20)
    assert native_kind(stage, event) is None
    assert await stage.binding(event) is None


async def test_beside_a_conference_taken_by_hand_the_zoom_link_goes_from_a_teams_meeting_never(
    stage,
):
    event = await linked(stage, BO, text="#zoom Agenda")
    stage.calendars.conferences.teams = "ready"
    now = stage.now(event)
    teams = stage.calendars.conferences._made_teams(now)
    stage.calendars.edit(event.ref, native=teams.native, body=teams.body)
    retag(stage, event, "#zoom", "#teams")
    await stage.work_for(180, step=20)
    assert len(stage.calendars.writes) == 1
    assert len(stage.meetings.alive) == 1
    assert await code_of(stage, event) == "teams_untouchable"


async def test_a_far_move_of_an_event_with_a_meet_is_nobodys_trouble(stage):
    event = await linked(stage, ANA, text="#meet Agenda")
    start = event.start + timedelta(days=300)
    stage.calendars.edit(event.ref, start=start, end=start + timedelta(hours=1))
    await stage.work_for(120, step=20)
    assert await stage.row(event) is None
    assert len(stage.calendars.writes) == 1
