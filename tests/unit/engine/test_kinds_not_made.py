"""A Meet or Teams meeting that its provider does not make, or not yet: Zoom's link is not lost."""

from __future__ import annotations

import pytest

from syncd.core.binding import BindingState
from syncd.core.event import AskMeet, Body, NativeKind
from tests.fakes.stage import ANA, BO
from tests.unit.engine.kinds_play import (
    code_of,
    linked,
    native_kind,
    retag,
    shows_zoom,
    state_of,
)

MEET = NativeKind.GOOGLE_MEET


@pytest.mark.parametrize("fields", [{"text": "#meet Agenda"}, {"title": "Lunch #meet"}])
async def test_of_a_meet_that_is_not_made_the_zoom_link_comes_back(stage, fields):
    event = await linked(stage, ANA, location="zoom", guests=())
    (meeting,) = stage.meetings.alive.values()
    stage.calendars.conferences.meet = "failed"
    text = fields.pop("text", None)
    if text:
        fields["body"] = Body(f"#meet {stage.now(event).body.text}", event.body.format)
    stage.calendars.edit(event.ref, **fields)
    await stage.work_for(60, step=20)
    assert list(stage.meetings.alive) == [meeting.id]
    assert stage.now(event).location == meeting.join_url
    assert await code_of(stage, event) == "conference_not_made"
    assert len(stage.calendars.writes) == 3
    await stage.work_for(3000, step=60)
    assert len(stage.calendars.writes) == 3

    stage.calendars.conferences.meet = "ready"
    await stage.work_for(900, step=60)
    assert native_kind(stage, event) is MEET
    assert not shows_zoom(stage, event)
    assert not stage.meetings.alive
    asked = [c.native for _, c in stage.calendars.writes if isinstance(c.native, AskMeet)]
    assert len({wish.request_id for wish in asked}) == len(asked) == 2
    assert await stage.row(event) is None


async def test_a_pending_meet_keeps_the_zoom_meeting_until_it_is_ready(stage):
    event = await linked(stage, ANA, text="#zoom Agenda")
    stage.calendars.conferences.meet = "pending"
    retag(stage, event, "#zoom", "#meet")
    await stage.work_for(120, step=5)
    assert len(stage.meetings.alive) == 1
    assert await state_of(stage, event) is BindingState.CREATING
    reads = len([call for call in stage.calendars.calls if call[0] == "get"])
    await stage.work_for(600, step=5)
    assert len([call for call in stage.calendars.calls if call[0] == "get"]) < reads + 20
    stage.calendars.conferences.meet = "ready"
    stage.calendars.finish_conference(event.ref)
    await stage.work(seconds=60)
    assert await state_of(stage, event) is BindingState.LINKED
    assert len(stage.meetings.alive) == 1
    await stage.work(seconds=31)
    assert not stage.meetings.alive
    assert len(stage.calendars.writes) == 2


async def test_a_pending_meet_that_fails_brings_the_zoom_link_back(stage):
    event = await linked(stage, ANA, text="#zoom Agenda")
    stage.calendars.conferences.meet = "pending"
    retag(stage, event, "#zoom", "#meet")
    await stage.work()
    stage.calendars.conferences.meet = "failed"
    stage.calendars.finish_conference(event.ref)
    await stage.work_for(120, step=20)
    (meeting,) = stage.meetings.alive.values()
    assert stage.now(event).location == meeting.join_url
    assert len(stage.calendars.writes) == 3


async def test_a_meet_that_is_not_allowed_leaves_the_zoom_link_where_it_is(stage):
    event = await linked(stage, ANA, text="#zoom Agenda")
    stage.calendars.conferences.meet = "not_allowed"
    retag(stage, event, "#zoom", "#meet")
    await stage.work_for(300, step=60)
    (meeting,) = stage.meetings.alive.values()
    assert stage.now(event).location == meeting.join_url
    assert await code_of(stage, event) == "meet_not_allowed"
    retag(stage, event, "#meet", "#zoom")
    await stage.work_for(120, step=20)
    assert list(stage.meetings.alive) == [meeting.id]
    assert len(stage.calendars.writes) == 1
    assert await stage.row(event) is None


async def test_a_teams_meeting_that_exchange_does_not_make_costs_two_writes(stage):
    event = await linked(stage, BO, text="#zoom Agenda")
    stage.calendars.conferences.teams = "refused"
    retag(stage, event, "#zoom", "#teams")
    await stage.work_for(900, step=60)
    (meeting,) = stage.meetings.alive.values()
    assert stage.now(event).location == meeting.join_url
    assert await code_of(stage, event) == "conference_not_made"
    assert len(stage.calendars.writes) == 3
