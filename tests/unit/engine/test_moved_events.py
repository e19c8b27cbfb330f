"""An event that moves to another calendar keeps its meeting, however late that one is read."""

from dataclasses import replace

from syncd.core.ids import CalendarKey, EventRef
from tests.fakes.stage import ANA, BO, Stage

TEAM = CalendarKey(ANA.provider, ANA.owner, "team")


async def test_a_moved_event_keeps_meeting_and_link_although_the_other_calendar_is_read_later():
    stage = Stage(more=[TEAM])
    await stage.prepare()
    event = stage.calendars.add(ANA, location="zoom")
    await stage.work()
    now = stage.now(event)
    stage.calendars.delete(event.ref)
    await stage.work(seconds=59)
    await stage.work(seconds=1)
    moved = stage.calendars.add(TEAM)
    moved = stage.calendars.edit(
        moved.ref,
        key=event.key,
        location=now.location,
        body=now.body,
        mark=now.mark,
        start=now.start,
        end=now.end,
    )
    await stage.work_for(240, step=30)

    (meeting,) = stage.meetings.alive.values()
    assert stage.now(moved).location == meeting.join_url
    bound = await stage.binding(moved)
    assert bound is not None
    assert bound.meeting_id == meeting.id
    assert len(stage.calendars.writes) == 1
    stage.close()


async def test_an_event_deleted_where_others_are_watched_too_loses_its_meeting_a_poll_later():
    stage = Stage(more=[TEAM])
    await stage.prepare()
    event = stage.calendars.add(ANA, location="zoom")
    await stage.work()
    stage.calendars.delete(event.ref)
    await stage.work(seconds=60)
    await stage.work(seconds=60)
    assert stage.meetings.alive
    await stage.work(seconds=31)
    assert not stage.meetings.alive
    assert await stage.binding(replace(event, ref=EventRef(ANA, event.ref.event_id))) is None
    stage.close()


async def test_an_event_handed_to_another_organiser_is_followed_where_she_has_it():
    stage = Stage()
    await stage.prepare()
    event = stage.calendars.add(ANA, location="zoom")
    await stage.work()
    now = stage.now(event)
    hers = stage.calendars.add(BO)
    hers = stage.calendars.edit(
        hers.ref,
        key=event.key,
        location=now.location,
        body=now.body,
        start=now.start,
        end=now.end,
    )
    stage.calendars.edit(event.ref, is_organiser=False)
    await stage.work_for(240, step=30)

    (meeting,) = stage.meetings.alive
    bound = await stage.binding(hers)
    assert bound is not None
    assert (bound.ref, bound.meeting_id) == (hers.ref, meeting)
    assert len(stage.calendars.writes) == 1
    stage.close()
