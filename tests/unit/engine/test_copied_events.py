"""Events that show a link which was made for another event, or that leads nowhere any more."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from syncd.core import linkblock
from syncd.core.binding import BindingState
from syncd.core.event import Event
from syncd.services.preview import preview
from tests.fakes.meetings import Method
from tests.fakes.stage import ANA, BO, Stage


async def _linked(stage: Stage, calendar: Any = ANA, **fields: Any) -> Event:
    event = stage.calendars.add(calendar, **({"location": "zoom"} | fields))
    await stage.work()
    return stage.now(event)


def _copied(stage: Stage, original: Event, **fields: Any) -> Event:
    copy = stage.calendars.add(
        original.ref.calendar, location=original.location, mark=original.mark
    )
    return stage.calendars.edit(copy.ref, **({"body": original.body} | fields))


@pytest.mark.parametrize("calendar", [ANA, BO])
@pytest.mark.parametrize("with_mark", [True, False])
async def test_a_copy_gets_a_meeting_of_its_own(stage, calendar, with_mark):
    original = await _linked(stage, calendar, text="Agenda")
    copy = _copied(stage, original, **({} if with_mark else {"mark": None}))
    planned = (await preview(stage.deps)).actions
    await stage.work(seconds=60)
    now = stage.now(copy)
    assert [(a.kind, a.event) for a in planned] == [
        ("create_meeting", copy.ref.event_id),
        ("write_link", copy.ref.event_id),
    ]
    assert len(stage.meetings.alive) == 2
    assert now.location != original.location
    assert now.location in {meeting.join_url for meeting in stage.meetings.alive.values()}
    assert linkblock.strip(now.body).text == "Agenda"
    assert original.location not in now.body.text
    assert stage.now(original) == original


async def test_a_copy_is_at_rest_once_linked_and_stays_linked_when_the_original_goes(stage):
    original = await _linked(stage)
    copy = _copied(stage, original)
    await stage.work(seconds=60)
    stage.calendars.delete(original.ref)
    await stage.work_for(300, step=20)
    (meeting,) = stage.meetings.alive.values()
    assert stage.now(copy).location == meeting.join_url
    assert len(stage.calendars.writes) == 2


async def test_a_copied_link_can_be_taken_out_as_any_other(stage):
    copy = _copied(stage, await _linked(stage))
    await stage.work(seconds=60)
    stage.calendars.edit(copy.ref, title="Lunch #nozoom")
    await stage.work_for(120, step=20)
    assert stage.now(copy).location == ""
    assert not linkblock.present(stage.now(copy).body)
    assert len(stage.meetings.alive) == 1


async def test_a_copy_whose_tag_is_taken_out_loses_its_link(stage):
    original = await _linked(stage, location="", text="please #zoom")
    copy = _copied(stage, original)
    await stage.work(seconds=60)
    body = stage.now(copy).body
    stage.calendars.edit(copy.ref, body=replace(body, text=body.text.replace("#zoom", "")))
    await stage.work_for(120, step=20)
    assert stage.now(copy).location == ""


@pytest.mark.parametrize("fault", ["not_sent", "lost_answer", "server_error"])
async def test_a_copy_is_not_forgotten_when_its_meeting_is_not_made_at_once(stage, fault):
    copy = _copied(stage, await _linked(stage))
    stage.meetings.fail_next(fault)
    await stage.work_for(600, step=20)
    assert len(stage.meetings.alive) == 2
    assert stage.now(copy).location in {m.join_url for m in stage.meetings.alive.values()}


async def test_a_copy_that_says_no_keeps_what_was_copied(stage):
    copy = _copied(stage, await _linked(stage), title="Lunch #nozoom")
    await stage.work(seconds=60)
    assert stage.now(copy) == copy
    assert len(stage.meetings.alive) == 1


async def test_an_event_that_lost_its_mark_and_its_row_takes_its_own_meeting_back(stage):
    event = await _linked(stage)
    stage.calendars.edit(event.ref, mark=None)
    bound = await stage.binding(event)
    await stage.store.run(lambda tx: tx.bindings.delete(bound.id))
    stage.calendars.edit(event.ref, title="Dinner")
    await stage.work(seconds=60)
    again = await stage.binding(event)
    assert again is not None
    assert (again.state, again.meeting_id) == (BindingState.LINKED, bound.meeting_id)
    assert len(stage.meetings.alive) == 1


async def test_an_event_brought_back_after_its_meeting_went_gets_a_new_one(stage):
    event = await _linked(stage, text="Kept")
    stage.calendars.delete(event.ref)
    await stage.work_for(120, step=20)
    assert not stage.meetings.alive
    stage.calendars._put(event)
    await stage.work(seconds=60)
    (meeting,) = stage.meetings.alive.values()
    now = stage.now(event)
    assert now.location == meeting.join_url
    assert linkblock.strip(now.body).text == "Kept"


async def test_a_copy_of_a_meeting_made_here_that_is_gone_gets_its_own(stage):
    original = await _linked(stage)
    (meeting,) = stage.meetings.alive.values()
    copy = _copied(stage, original, mark=None)
    stage.meetings.delete_by_person(meeting.id)
    await stage.work_for(300, step=20)
    now = stage.now(copy)
    assert now.location in {one.join_url for one in stage.meetings.alive.values()}
    assert meeting.join_url not in now.body.text


@pytest.mark.parametrize("answer", ["not ours", "gone", "refused"])
async def test_a_block_of_another_installation_is_left_alone(stage, answer):
    original = await _linked(stage)
    (meeting,) = stage.meetings.alive.values()
    if answer == "not ours":
        stage.meetings.edit_by_person(replace(meeting, agenda="syncd:another:" + "a" * 26))
    fields: dict[str, Any] = {"mark": None}
    if answer == "gone":
        theirs = original.body.text.replace(str(meeting.id), "85551112222")
        fields["body"] = replace(original.body, text=theirs)
        fields["location"] = original.location.replace(str(meeting.id), "85551112222")
    copy = _copied(stage, original, **fields)
    method: Method = "get"
    if answer == "refused":
        stage.meetings.fail_next("refused", method)
    await stage.work(seconds=60)
    assert stage.now(copy) == copy
    assert stage.meetings.calls["create"] == 1
    assert await stage.row(copy) is None


async def test_what_could_have_no_link_costs_no_look_at_zoom(stage):
    original = await _linked(stage)
    stage.meetings.calls.clear()
    over = stage.clock.now() - timedelta(hours=2)
    _copied(stage, original, start=over, end=over + timedelta(minutes=30))
    _copied(stage, original, is_organiser=False, organiser="eve@elsewhere.example")
    await stage.work(seconds=60)
    assert not stage.meetings.calls
