"""What a tag asks for beside its conference: a fresh meeting once, or a stricter one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.binding import BindingState
from syncd.core.event import Body
from syncd.engine.apply.meeting import CREATES_PER_DAY
from syncd.ports.errors import Forbidden
from tests.fakes.stage import ANA, BO, Stage
from tests.unit.engine.kinds_play import linked, retag, shows_zoom

BOTH = pytest.mark.parametrize("calendar", [ANA, BO])


def only(stage: Stage) -> int:
    (meeting_id,) = stage.meetings.alive
    return meeting_id


def add_to_text(stage: Stage, event, words: str) -> None:
    body = stage.now(event).body
    stage.calendars.edit(event.ref, body=Body(f"{words} {body.text}", body.format))


async def tag_with_new(stage: Stage, event, where: str) -> None:
    if where == "title":
        stage.calendars.edit(event.ref, title=stage.now(event).title + " #zoom:new")
    else:
        add_to_text(stage, event, "#zoom:new")


@BOTH
@pytest.mark.parametrize("where", ["title", "text"])
async def test_a_fresh_meeting_comes_once_in_one_write_and_the_old_one_goes(stage, calendar, where):
    event = await linked(stage, calendar, text="#zoom Agenda")
    old = only(stage)
    await tag_with_new(stage, event, where)
    await stage.work()
    assert len(stage.meetings.alive) == 2
    (new,) = stage.meetings.alive.keys() - {old}
    now = stage.now(event)
    assert now.location == stage.meetings.alive[new].join_url
    assert f"/j/{old}" not in now.body.text
    assert now.title == "Lunch"
    await stage.work(seconds=31)
    assert only(stage) == new
    stage.calendars.edit(event.ref, categories=("Zoom",))
    await stage.work_for(300, step=60)
    assert only(stage) == new
    assert len(stage.calendars.writes) == 2


@pytest.mark.parametrize("where", ["title", "text"])
async def test_a_fresh_meeting_comes_again_when_it_is_asked_for_again(stage, where):
    event = await linked(stage, ANA, text="#zoom Agenda")
    seen = {only(stage)}
    for _ in range(2):
        await tag_with_new(stage, event, where)
        await stage.work_for(120, step=20)
        assert only(stage) not in seen
        seen.add(only(stage))
        if where == "text":
            retag(stage, event, "#zoom:new ", "")
            await stage.work_for(60, step=20)
    assert len(stage.calendars.writes) == 3


async def test_a_fresh_meeting_asked_for_while_the_last_one_goes_comes_after_it(stage):
    event = await linked(stage, ANA, text="#zoom Agenda")
    await tag_with_new(stage, event, "title")
    await stage.work()
    first = set(stage.meetings.alive)
    await tag_with_new(stage, event, "title")
    await stage.work_for(180, step=10)
    assert only(stage) not in first
    assert stage.now(event).title == "Lunch"
    assert stage.now(event).location == stage.meetings.alive[only(stage)].join_url


async def test_a_tag_that_was_served_is_not_served_again_beside_other_wishes(stage):
    event = await linked(stage, ANA, text="#zoom:new Agenda")
    first = only(stage)
    retag(stage, event, "#zoom:new", "#zoom:new #zoom:wait")
    await stage.work_for(120, step=20)
    assert only(stage) == first
    assert stage.meetings.alive[first].waiting_room


async def test_without_budget_the_old_meeting_stays_and_the_new_one_comes_tomorrow(stage):
    event = await linked(stage, ANA, text="#zoom Agenda", start=stage.clock.now() + timedelta(3))
    old, today = only(stage), stage.clock.now().date()

    def spend(tx) -> None:
        for _ in range(CREATES_PER_DAY):
            tx.hosts.spend(ANA.owner, today)

    await stage.store.run(spend)
    await tag_with_new(stage, event, "text")
    await stage.work_for(120, step=20)
    assert only(stage) == old
    assert stage.now(event).location == stage.meetings.alive[old].join_url
    row, bound = await stage.row(event), await stage.binding(event)
    assert row.code == "zoom_daily_budget"
    assert (bound.state, bound.meeting_id) == (BindingState.LINKED, old)
    await stage.work_for(25 * 3600, step=600)
    assert only(stage) != old
    assert len(stage.calendars.writes) == 2


async def test_a_fresh_meeting_that_zoom_refuses_leaves_the_old_one_in_force(stage):
    event = await linked(stage, ANA, text="#zoom Agenda")
    old = only(stage)
    stage.meetings.fail_next("refused")
    await tag_with_new(stage, event, "text")
    await stage.work()
    assert only(stage) == old
    retag(stage, event, "#zoom:new ", "")
    await stage.work_for(120, step=20)
    bound = await stage.binding(event)
    assert (bound.state, bound.meeting_id, bound.retired) == (BindingState.LINKED, old, None)
    assert len(stage.calendars.writes) == 1


@pytest.mark.parametrize("how", ["unflag", "delete", "meet"])
async def test_a_fresh_meeting_that_was_never_shown_goes_with_the_old_one(stage, how):
    event = await linked(stage, ANA, text="#zoom Agenda")
    stage.calendars.fail_next("write", Forbidden("No.", code="forbidden"))
    await tag_with_new(stage, event, "text")
    await stage.work()
    assert len(stage.meetings.alive) == 2
    if how == "delete":
        stage.calendars.delete(event.ref)
    else:
        retag(stage, event, "#zoom:new #zoom", "" if how == "unflag" else "#meet")
    await stage.work(seconds=1)
    assert len(stage.meetings.alive) == 2
    await stage.work_for(300, step=10)
    assert not stage.meetings.alive
    if how != "delete":
        assert not shows_zoom(stage, event)
    if how != "meet":
        assert await stage.binding(event) is None


@pytest.mark.parametrize(
    ("wish", "room", "sign_in"), [(":wait", True, False), (":auth", False, True)]
)
async def test_a_wish_added_later_makes_the_meeting_stricter_and_its_going_does_not_loosen_it(
    stage, wish, room, sign_in
):
    event = await linked(stage, ANA, text="#zoom Agenda")
    retag(stage, event, "#zoom", f"#zoom{wish}")
    await stage.work_for(60, step=20)
    meeting = stage.meetings.alive[only(stage)]
    assert (meeting.waiting_room, meeting.sign_in_only) == (room, sign_in)
    assert meeting.join_before_host is not room
    retag(stage, event, f"#zoom{wish}", "#zoom")
    await stage.work_for(60, step=20)
    assert stage.meetings.alive[only(stage)] == meeting
    assert stage.meetings.calls["update"] == 1
    assert len(stage.calendars.writes) == 1
    stage.meetings.calls.clear()
    await stage.work_for(300, step=60)
    assert not stage.meetings.calls


async def test_without_a_wish_settings_changed_at_zoom_are_left_to_the_people(stage):
    event = await linked(stage, ANA, text="#zoom Agenda")
    meeting = stage.meetings.alive[only(stage)]
    stage.meetings.edit_by_person(replace(meeting, waiting_room=True, sign_in_only=True))
    stage.calendars.edit(event.ref, title="Dinner")
    await stage.work_for(60, step=20)
    after = stage.meetings.alive[only(stage)]
    assert (after.topic, after.waiting_room, after.sign_in_only) == ("Dinner", True, True)
