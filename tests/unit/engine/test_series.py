"""A series has one meeting, whatever becomes of its occurrences."""

from datetime import timedelta

import pytest

from syncd.core import linkblock
from syncd.core.binding import BindingState
from syncd.core.recurrence import Recurrence
from syncd.engine.upkeep import Upkeep
from syncd.services.status import status
from tests.fakes.clock import START
from tests.fakes.stage import ANA, BO

WEEK = timedelta(days=7)
BOTH = pytest.mark.parametrize("calendar", [ANA, BO], ids=["google", "outlook"])


@BOTH
async def test_a_flagged_series_gets_one_meeting_without_a_fixed_time_in_one_write(stage, calendar):
    series = stage.calendars.add_series(calendar, location="zoom", minutes=45)
    await stage.work_for(300, step=60)
    (meeting,) = stage.meetings.alive.values()
    assert (meeting.start, meeting.duration_minutes) == (None, 45)
    assert stage.now(series).location == meeting.join_url
    assert len(stage.calendars.writes) == 1
    assert stage.meetings.calls == {"create": 1}


async def test_a_series_goes_by_its_next_occurrence_not_by_its_first(stage):
    began = START - timedelta(days=400)
    series = stage.calendars.add_series(ANA, location="zoom", start=began)
    await stage.work()
    bound = await stage.binding(series)
    assert bound is not None
    assert bound.state is BindingState.LINKED
    assert START - timedelta(minutes=30) < bound.starts_at < START + WEEK
    assert bound.ends_at - bound.starts_at == timedelta(minutes=30)


async def test_a_series_that_is_over_gets_none_and_nobody_is_told(stage):
    stage.calendars.add_series(
        ANA, location="zoom", rule="FREQ=WEEKLY;COUNT=3", start=START - timedelta(days=60)
    )
    await stage.work()
    assert not stage.meetings.alive
    assert not (await status(stage.deps)).waiting


async def test_a_series_that_begins_beyond_the_horizon_waits_until_it_is_near(stage):
    series = stage.calendars.add_series(ANA, location="zoom", start=START + timedelta(days=200))
    await stage.work()
    row = await stage.row(series)
    assert row is not None
    assert (row.code, row.due_at) == ("beyond_horizon", series.start - timedelta(days=180))
    await stage.work(seconds=timedelta(days=20, hours=1).total_seconds())
    assert len(stage.meetings.alive) == 1


async def test_a_rule_that_cannot_be_followed_is_told_with_its_reason(stage):
    series = stage.calendars.add_series(ANA, location="zoom", rule="FREQ=SECONDLY")
    await stage.work()
    (line,) = (await status(stage.deps)).waiting
    assert (line.event, line.code) == (series.ref.event_id, "recurrence_unreadable")
    assert "none of a simple kind" in line.reason
    assert line.remedy
    assert not stage.meetings.alive


async def test_the_rule_of_a_linked_series_may_become_what_it_will(stage):
    series = stage.calendars.add_series(ANA, location="zoom")
    await stage.work()
    stage.calendars.edit(series.ref, recurrence=Recurrence(("FREQ=SECONDLY",)))
    await stage.work_for(180, step=60)
    assert len(stage.meetings.alive) == 1
    assert not (await status(stage.deps)).waiting
    assert len(stage.calendars.writes) == 1


@BOTH
async def test_an_unflagged_series_loses_link_then_meeting(stage, calendar):
    series = stage.calendars.add_series(calendar, categories=("Zoom",), text="Agenda")
    await stage.work()
    stage.calendars.edit(series.ref, categories=())
    await stage.work_for(180, step=20)
    now = stage.now(series)
    assert (now.location, now.body) == (series.location, series.body)
    assert not stage.meetings.alive
    assert len(stage.calendars.writes) == 2


async def test_a_series_is_remembered_as_long_as_it_goes_on(stage):
    rule = "FREQ=WEEKLY;COUNT=20"
    series = stage.calendars.add_series(ANA, location="zoom", rule=rule)
    single = stage.calendars.add(BO, location="zoom")
    await stage.work()
    upkeep = Upkeep(stage.deps)
    stage.clock.advance(timedelta(days=60).total_seconds())
    await upkeep.forget_finished()
    assert await stage.binding(single) is None
    bound = await stage.binding(series)
    assert bound is not None
    assert bound.starts_at > stage.clock.now() - timedelta(minutes=30)
    stage.clock.advance(timedelta(days=140).total_seconds())
    await upkeep.forget_finished()
    assert await stage.binding(series) is None


async def test_what_cannot_be_looked_at_is_not_forgotten(stage):
    series = stage.calendars.add_series(ANA, location="zoom")
    await stage.work()
    stage.clock.advance(timedelta(days=60).total_seconds())
    stage.calendars.lose_account(ANA.owner)
    await Upkeep(stage.deps).forget_finished()
    assert await stage.binding(series) is not None


async def test_changed_occurrences_are_remembered_as_long_as_their_series_has_its_meeting(stage):
    series = stage.calendars.add_series(ANA, categories=("Zoom",))
    other = stage.calendars.add_series(ANA)
    await stage.work()
    linked = stage.now(series)
    one = stage.calendars.change_one(series.ref, linked.start + WEEK, title="Retro")
    plain = stage.calendars.change_one(other.ref, other.start + WEEK, title="Retro")
    await stage.work(seconds=60)
    stage.clock.advance(timedelta(days=100).total_seconds())
    await Upkeep(stage.deps).forget_finished()
    assert await stage.store.run(lambda tx: tx.occurrences.get(one.ref)) is not None
    assert await stage.store.run(lambda tx: tx.occurrences.get(plain.ref)) is None
    stage.calendars.edit(series.ref, categories=())
    await stage.work_for(300, step=20)
    assert not stage.meetings.alive
    assert stage.now(one).location == ""
    await Upkeep(stage.deps).forget_finished()
    assert await stage.binding(one) is None
    assert await stage.store.run(lambda tx: tx.occurrences.get(one.ref)) is None


async def test_the_next_occurrence_of_a_series_decides_who_goes_first(stage):
    later = stage.calendars.add(ANA, location="zoom", start=START + timedelta(hours=2))
    series = stage.calendars.add_series(
        ANA, location="zoom", start=START + timedelta(minutes=10) - 10 * WEEK
    )
    await stage.work()
    assert [ref for ref, _ in stage.calendars.writes] == [series.ref, later.ref]


@BOTH
async def test_this_and_following_makes_a_series_of_its_own_with_its_own_meeting(stage, calendar):
    series = stage.calendars.add_series(calendar, location="zoom", text="Agenda")
    await stage.work()
    (old,) = stage.meetings.alive.values()
    linked = stage.now(series)
    new = stage.calendars.split(series.ref, linked.start + 3 * WEEK)
    await stage.work_for(300, step=60)
    assert len(stage.meetings.alive) == 2
    (own,) = stage.meetings.alive.keys() - {old.id}
    now = stage.now(new)
    assert now.location == stage.meetings.alive[own].join_url
    assert linkblock.strip(now.body).text == "Agenda"
    assert old.join_url not in now.location + now.body.text
    assert (stage.now(series).location, stage.now(series).body) == (linked.location, linked.body)
    assert [ref for ref, _ in stage.calendars.writes] == [series.ref, new.ref]
    assert stage.meetings.calls["create"] == 2
