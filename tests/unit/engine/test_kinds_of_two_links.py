"""An event that shows two Zoom links of ours, or the former one, when another conference is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.binding import BindingState
from syncd.core.event import Event, NativeKind
from tests.fakes.stage import ANA, Stage
from tests.unit.engine.kinds_play import linked, native_kind, retag, shows_zoom, state_of

HOWS = {
    "the text of before": ("body",),
    "the location of before": ("location",),
    "all of before": ("body", "location", "mark"),
}


async def undone(stage: Stage, how: str) -> Event:
    """Give an event of which a person undoes a fresh meeting by hand and asks for a Meet."""
    event = await linked(stage, ANA, text="#zoom Agenda")
    before = stage.now(event)
    retag(stage, event, "#zoom", "#zoom:new")
    await stage.work()
    assert len(stage.meetings.alive) == 2
    now = stage.now(event)
    assert now.location != before.location
    old = {name: getattr(before, name) for name in HOWS[how]}
    body = old.pop("body", now.body)
    text = body.text.replace("#zoom:new ", "").replace("#zoom ", "")
    stage.calendars.edit(event.ref, body=replace(body, text="#meet " + text), **old)
    return event


async def asked(stage: Stage) -> None:
    """Let the next write of the event come."""
    before = len(stage.calendars.writes)
    for _ in range(20):
        if len(stage.calendars.writes) == before:
            await stage.work(seconds=5)
    assert len(stage.calendars.writes) == before + 1


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("meet", ["ready", "pending"])
async def test_both_meetings_go_one_after_the_other(stage, how, meet):
    event = await undone(stage, how)
    stage.calendars.conferences.meet = meet
    writes = len(stage.calendars.writes)
    await asked(stage)
    assert not shows_zoom(stage, event)
    assert len(stage.meetings.alive) == 2, "guests may still have either link before them"
    stage.calendars.conferences.meet = "ready"
    stage.calendars.finish_conference(event.ref)
    await stage.work_for(300, step=5)
    assert not stage.meetings.alive
    assert native_kind(stage, event) is NativeKind.GOOGLE_MEET
    assert await state_of(stage, event) is BindingState.LINKED
    assert len(stage.calendars.writes) == writes + 1
    bound = await stage.binding(event)
    assert bound is not None
    assert (bound.meeting_id, bound.retired) == (None, None)


@pytest.mark.parametrize("how", HOWS)
async def test_a_meet_that_is_not_made_leaves_one_meeting(stage, how):
    event = await undone(stage, how)
    stage.calendars.conferences.meet = "failed"
    await stage.work_for(600, step=5)
    (meeting,) = stage.meetings.alive.values()
    assert stage.now(event).location == meeting.join_url


@pytest.mark.parametrize("how", HOWS)
@pytest.mark.parametrize("end", ["deleted", "unflagged", "zoom"])
async def test_whatever_is_wanted_in_between_leaves_no_meeting_behind(stage, how, end):
    event = await undone(stage, how)
    await asked(stage)
    if end == "deleted":
        stage.calendars.delete(event.ref)
    else:
        retag(stage, event, "#meet ", "#zoom " if end == "zoom" else "")
    await stage.work_for(600, step=5)
    assert len(stage.meetings.alive) == (1 if end == "zoom" else 0)
    if end == "zoom":
        (meeting,) = stage.meetings.alive.values()
        assert stage.now(event).location == meeting.join_url
    if end != "deleted":
        assert native_kind(stage, event) is None
