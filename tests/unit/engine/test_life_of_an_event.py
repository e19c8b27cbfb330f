"""The life of an event, step by step, as a person sees it.

Shows K18, K26, I11, L2, L4 and L5 of `config/promises.md`.
"""

from datetime import timedelta

import pytest

from syncd.core import linkblock
from syncd.core.binding import BindingState
from syncd.core.event import Attendee, Body
from tests.fakes.stage import ANA, BO, Stage


@pytest.mark.parametrize("calendar", [ANA, BO])
async def test_a_flagged_event_gets_one_meeting_and_its_link_in_one_write(stage, calendar):
    event = stage.calendars.add(calendar, location="zoom", text="Agenda")
    await stage.work()
    now = stage.now(event)
    (meeting,) = stage.meetings.alive.values()
    assert now.location == meeting.join_url
    assert (
        meeting.join_url.replace("&", "&amp;") in now.body.text or meeting.join_url in now.body.text
    )
    assert linkblock.strip(now.body) == event.body
    assert len(stage.calendars.writes) == 1
    assert stage.meetings.calls == {"create": 1}


async def test_three_calls_make_a_link_beside_the_listing(stage):
    event = stage.calendars.add(ANA, location="zoom")
    await stage.work()
    calls = [call for call in stage.calendars.calls if call[0] != "changes"]
    assert calls == [("get", str(event.ref)), ("write", str(event.ref))]
    assert sum(stage.meetings.calls.values()) == 1


async def test_at_rest_nothing_is_read_or_written(stage):
    for calendar in (ANA, BO):
        for _ in range(3):
            stage.calendars.add(calendar, title="Talk #zoom")
    await stage.work()
    stage.calendars.calls.clear()
    stage.meetings.calls.clear()
    await stage.work_for(600, step=60)
    assert {call[0] for call in stage.calendars.calls} == {"changes"}
    assert not stage.meetings.calls
    assert len(stage.calendars.writes) == 6


async def test_a_title_tag_is_taken_out_by_the_same_write(stage):
    event = stage.calendars.add(ANA, title="Talk #zoom", location="Room 1")
    await stage.work()
    now = stage.now(event)
    assert now.title == "Talk"
    assert now.location == "Room 1"
    assert len(stage.calendars.writes) == 1
    (meeting,) = stage.meetings.alive.values()
    assert meeting.topic == "Talk"


async def test_an_unflagged_event_is_left_alone(stage):
    stage.calendars.add(ANA, location="Zoom room")
    await stage.work()
    assert not stage.meetings.alive
    assert not stage.calendars.writes
    assert {call[0] for call in stage.calendars.calls} == {"changes"}


async def test_a_moved_event_takes_its_meeting_along_in_one_patch(stage):
    event = stage.calendars.add(ANA, location="zoom", minutes=30)
    await stage.work()
    now = stage.now(event)
    later = now.start + timedelta(days=1)
    stage.calendars.edit(
        event.ref,
        start=later,
        end=later + timedelta(minutes=45),
        title="Dinner",
        attendees=(Attendee("guest@elsewhere.example"),),
    )
    await stage.work(seconds=60)
    (meeting,) = stage.meetings.alive.values()
    assert (meeting.start, meeting.duration_minutes, meeting.topic) == (later, 45, "Dinner")
    assert meeting.invitees == ("guest@elsewhere.example",)
    assert stage.meetings.calls == {"create": 1, "get": 1, "update": 1}
    assert len(stage.calendars.writes) == 1


async def test_an_edit_that_does_not_concern_the_meeting_costs_no_call_at_zoom(stage):
    event = stage.calendars.add(ANA, location="zoom")
    await stage.work()
    stage.calendars.edit(
        event.ref, body=Body("Bring cake.\n\n" + stage.now(event).body.text, event.body.format)
    )
    await stage.work(seconds=60)
    assert stage.meetings.calls == {"create": 1}
    assert len(stage.calendars.writes) == 1
    assert "Bring cake." in stage.now(event).body.text


@pytest.mark.parametrize("calendar", [ANA, BO])
async def test_an_unflagged_event_loses_link_then_meeting_after_the_hold_off(stage, calendar):
    event = stage.calendars.add(calendar, categories=("Zoom",), text="Agenda")
    await stage.work()
    stage.calendars.edit(event.ref, categories=())
    await stage.work(seconds=60)
    assert len(stage.meetings.alive) == 1
    assert stage.now(event).location
    await stage.work(seconds=31)
    now = stage.now(event)
    assert (now.location, now.body) == (event.location, event.body)
    assert not stage.meetings.alive
    assert await stage.binding(event) is None
    await stage.work_for(300, step=60)
    assert len(stage.calendars.writes) == 2


async def test_flagged_again_within_the_hold_off_nothing_has_happened(stage):
    event = stage.calendars.add(BO, categories=("Zoom",))
    await stage.work()
    linked = stage.now(event)
    stage.calendars.edit(event.ref, categories=())
    await stage.work(seconds=60)
    stage.calendars.edit(event.ref, categories=("Zoom",))
    await stage.work_for(300, step=20)
    now = stage.now(event)
    assert (now.location, now.body) == (linked.location, linked.body)
    assert len(stage.meetings.alive) == 1
    assert len(stage.calendars.writes) == 1


async def test_nozoom_takes_the_link_out(stage):
    event = stage.calendars.add(ANA, location="zoom")
    await stage.work()
    stage.calendars.edit(event.ref, title="Lunch #nozoom")
    await stage.work_for(180, step=20)
    assert stage.now(event).location == ""
    assert not stage.meetings.alive


async def test_a_deleted_event_loses_its_meeting_after_two_looks(stage):
    event = stage.calendars.add(ANA, location="zoom")
    await stage.work()
    stage.calendars.delete(event.ref)
    await stage.work(seconds=60)
    assert len(stage.meetings.alive) == 1
    await stage.work(seconds=31)
    assert not stage.meetings.alive
    assert await stage.binding(event) is None


async def test_a_cancelled_event_is_unlinked_then_its_meeting_goes(stage):
    event = stage.calendars.add(BO, location="zoom")
    await stage.work()
    stage.calendars.edit(event.ref, cancelled=True)
    await stage.work_for(180, step=20)
    assert stage.now(event).location == ""
    assert not stage.meetings.alive


async def test_the_link_deleted_by_a_person_stays_away_until_flagged_anew(stage):
    event = stage.calendars.add(ANA, text="please #zoom")
    await stage.work()
    stage.calendars.edit(event.ref, location="", body=event.body)
    await stage.work_for(180, step=20)
    assert not stage.meetings.alive
    bound = await stage.binding(event)
    assert bound is not None
    assert bound.state is BindingState.DECLINED
    stage.calendars.edit(event.ref, title="Lunch again")
    await stage.work_for(180, step=20)
    assert not stage.meetings.alive
    stage.calendars.edit(event.ref, location="zoom")
    await stage.work(seconds=60)
    (meeting,) = stage.meetings.alive.values()
    assert stage.now(event).location == meeting.join_url


async def test_a_meeting_deleted_at_zoom_is_made_anew_when_its_event_changes(stage):
    event = stage.calendars.add(ANA, location="zoom")
    await stage.work()
    (old,) = stage.meetings.alive.values()
    stage.meetings.delete_by_person(old.id)
    start = event.start + timedelta(hours=1)
    stage.calendars.edit(event.ref, start=start, end=start + timedelta(minutes=30))
    await stage.work(seconds=60)
    assert not stage.meetings.alive
    await stage.work(seconds=31)
    (new,) = stage.meetings.alive.values()
    now = stage.now(event)
    assert new.id != old.id
    assert now.location == new.join_url
    assert old.join_url not in now.body.text


async def test_losing_the_database_makes_no_second_meeting(stage):
    event = stage.calendars.add(ANA, location="zoom")
    await stage.work()
    fresh = Stage()
    fresh.calendars, fresh.meetings = stage.calendars, stage.meetings
    fresh.clock = stage.clock
    fresh.deps = type(stage.deps)(
        **{
            name: getattr(stage.deps, name)
            for name in stage.deps.__slots__
            if name not in ("store", "sightings", "draining")
        },
        store=fresh.store,
    )
    await fresh.prepare()
    await fresh.work()
    assert len(stage.meetings.alive) == 1
    bound = await fresh.binding(event)
    assert bound is not None
    assert bound.meeting_id in stage.meetings.alive
    assert len(stage.calendars.writes) == 1
    fresh.close()


async def test_a_meeting_made_anew_is_as_strict_as_the_taken_flag_asked(stage):
    event = stage.calendars.add(ANA, title="Talk #zoom:wait")
    await stage.work()
    (old,) = stage.meetings.alive.values()
    assert old.waiting_room
    assert stage.now(event).title == "Talk"
    stage.meetings.delete_by_person(old.id)
    start = event.start + timedelta(hours=1)
    stage.calendars.edit(event.ref, start=start, end=start + timedelta(minutes=30))
    await stage.work_for(180, step=20)
    (new,) = stage.meetings.alive.values()
    assert new.id != old.id
    assert new.waiting_room
