"""What happens to an event in the middle of a switch to another conference."""

from __future__ import annotations

import pytest

from syncd.core.binding import BindingState
from tests.fakes.stage import ANA
from tests.unit.engine.kinds_play import (
    linked,
    native_kind,
    retag,
    shows_zoom,
    state_of,
)


@pytest.mark.parametrize("meet", ["ready", "pending", "failed"])
async def test_an_event_deleted_while_it_is_switched_loses_its_meeting(stage, meet):
    event = await linked(stage, ANA, text="#zoom Agenda")
    stage.calendars.conferences.meet = meet
    retag(stage, event, "#zoom", "#meet")
    await stage.work()
    stage.calendars.delete(event.ref)
    await stage.work(seconds=60)
    assert len(stage.meetings.alive) == 1
    await stage.work_for(120, step=20)
    assert not stage.meetings.alive
    assert await stage.binding(event) is None


@pytest.mark.parametrize("meet", ["ready", "pending", "failed"])
@pytest.mark.parametrize("how", ["cancelled", "unflagged"])
async def test_an_event_given_up_while_it_is_switched_loses_its_meeting(stage, meet, how):
    event = await linked(stage, ANA, text="#zoom Agenda")
    stage.calendars.conferences.meet = meet
    retag(stage, event, "#zoom", "#meet")
    await stage.work()
    if how == "cancelled":
        stage.calendars.edit(event.ref, cancelled=True)
    else:
        retag(stage, event, "#meet", "")
    await stage.work_for(240, step=20)
    assert not stage.meetings.alive
    assert not shows_zoom(stage, event)
    assert await stage.binding(event) is None


@pytest.mark.parametrize("meet", ["ready", "pending"])
async def test_zoom_asked_for_again_at_once_gets_the_same_meeting(stage, meet):
    event = await linked(stage, ANA, text="#zoom Agenda")
    (meeting,) = stage.meetings.alive.values()
    stage.calendars.conferences.meet = meet
    retag(stage, event, "#zoom", "#meet")
    await stage.work(seconds=1)
    retag(stage, event, "#meet", "#zoom")
    await stage.work_for(180, step=20)
    assert list(stage.meetings.alive) == [meeting.id]
    assert stage.now(event).location == meeting.join_url
    assert native_kind(stage, event) is None
    assert len(stage.calendars.writes) == 3


@pytest.mark.parametrize("meet", ["ready", "pending"])
async def test_losing_the_database_while_switching_makes_no_second_conference(stage, meet):
    event = await linked(stage, ANA, text="#zoom Agenda")
    stage.calendars.conferences.meet = meet
    retag(stage, event, "#zoom", "#meet")
    await stage.work()
    bound = await stage.binding(event)
    await stage.store.run(lambda tx: tx.bindings.delete(bound.id))
    await stage.store.run(
        lambda tx: tx.events.mark_due(event.ref, due_at=stage.clock.now(), starts_at=None)
    )
    await stage.work_for(60, step=20)
    stage.calendars.conferences.meet = "ready"
    stage.calendars.finish_conference(event.ref)
    await stage.work_for(180, step=20)
    assert await state_of(stage, event) is BindingState.LINKED
    assert len(stage.calendars.writes) == 2
    retag(stage, event, "#meet", "")
    await stage.work_for(120, step=20)
    assert native_kind(stage, event) is None
