"""Zoom without the right to change meetings: a moved event gets a new one, once, and only where it counts."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from syncd.core.event import Attendee, Event
from syncd.core.ids import CalendarKey
from syncd.core.policy import LinkPolicy
from syncd.engine.apply.meeting import UPDATES_PER_DAY
from syncd.engine.sweep import Sweep
from syncd.services.explain import explain
from tests.fakes.meetings import Kind, Method
from tests.fakes.stage import ANA, BO, Stage
from tests.unit.engine.kinds_play import code_of, linked
from tests.unit.engine.trial import Trial

BOTH = pytest.mark.parametrize("calendar", [ANA, BO])
TOLD = pytest.mark.parametrize("tells", [True, False], ids=["known before", "found by trying"])
HOUR = timedelta(hours=1)
DAY = 86_400
PASSING: tuple[Kind, ...] = ("not_sent", "lost_answer", "lost_request", "server_error")
CHANGES: tuple[Method, ...] = ("create", "update")


async def without_right(
    stage: Stage, calendar: CalendarKey, *, tells: bool = True, **fields: Any
) -> Event:
    stage.meetings.may_change = False
    stage.meetings.tells_rights = tells
    return await linked(stage, calendar, **({"location": "zoom"} | fields))


def only(stage: Stage) -> int:
    (meeting_id,) = stage.meetings.alive
    return meeting_id


def move(stage: Stage, event: Event, by: timedelta = HOUR) -> None:
    now = stage.now(event)
    stage.calendars.edit(event.ref, start=now.start + by, end=now.end + by)


@BOTH
@TOLD
async def test_a_moved_event_gets_a_new_meeting_in_one_write_and_the_old_one_goes(
    stage, calendar, tells
):
    event = await without_right(stage, calendar, tells=tells)
    old = only(stage)
    move(stage, event)
    await stage.work()
    (new,) = stage.meetings.alive.keys() - {old}
    made = stage.meetings.alive[new]
    assert made.start == stage.now(event).start
    assert made.host_id == f"id-{calendar.owner}"
    assert stage.now(event).location == made.join_url
    assert f"/j/{old}" not in stage.now(event).body.text
    assert old in stage.meetings.alive
    await stage.work_for(300, step=20)
    assert only(stage) == new
    assert len(stage.calendars.writes) == 2
    assert stage.meetings.calls["update"] == (0 if tells else 1)
    assert await stage.row(event) is None


@TOLD
async def test_a_longer_event_gets_a_new_meeting(stage, tells):
    event = await without_right(stage, ANA, tells=tells)
    stage.calendars.edit(event.ref, end=stage.now(event).end + HOUR)
    await stage.work_for(120, step=20)
    now = stage.now(event)
    made = stage.meetings.alive[only(stage)]
    assert timedelta(minutes=made.duration_minutes) == now.end - now.start
    assert now.location == made.join_url


@TOLD
@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"title": "Dinner"}, "title"),
        ({"attendees": (Attendee("new@example.com"),)}, "guests"),
    ],
)
async def test_what_guests_do_not_notice_costs_no_new_link_and_is_told(stage, tells, fields, word):
    event = await without_right(stage, ANA, tells=tells)
    old, writes = only(stage), len(stage.calendars.writes)
    stage.calendars.edit(event.ref, **fields)
    await stage.work_for(600, step=60)
    assert only(stage) == old
    assert len(stage.calendars.writes) == writes
    row = await stage.row(event)
    assert row.code == "meeting_not_changed"
    assert word in row.reason
    assert row.due_at - stage.clock.now() <= timedelta(days=1)


async def test_a_title_put_back_is_told_no_longer(stage):
    event = await without_right(stage, ANA)
    title = stage.now(event).title
    stage.calendars.edit(event.ref, title="Dinner")
    await stage.work()
    assert await code_of(stage, event) == "meeting_not_changed"
    stage.calendars.edit(event.ref, title=title)
    await stage.work_for(60)
    assert await stage.row(event) is None


async def test_once_the_right_is_given_the_meeting_follows_by_itself(stage):
    event = await without_right(stage, ANA)
    old = only(stage)
    stage.calendars.edit(event.ref, title="Dinner")
    await stage.work()
    stage.meetings.may_change = True
    await stage.work(seconds=DAY + 60)
    assert stage.meetings.alive[old].topic == "Dinner"
    assert await stage.row(event) is None


async def test_a_moved_and_renamed_event_gets_one_new_meeting_with_all_of_it(stage):
    event = await without_right(stage, ANA)
    stage.calendars.edit(event.ref, title="Dinner")
    await stage.work()
    move(stage, event)
    await stage.work_for(120, step=20)
    assert stage.meetings.alive[only(stage)].topic == "Dinner"
    assert len(stage.calendars.writes) == 2
    assert await stage.row(event) is None


async def test_moved_again_within_the_hold_off_it_waits_for_the_former_to_go(stage):
    event = await without_right(stage, ANA)
    for _ in range(3):
        move(stage, event)
        await stage.work(seconds=5)
        assert len(stage.meetings.alive) == 2
    await stage.work_for(180, step=10)
    assert stage.meetings.alive[only(stage)].start == stage.now(event).start
    assert len(stage.calendars.writes) == 3


async def test_edits_within_seconds_cost_one_new_link():
    stage = Stage(link=LinkPolicy(debounce=timedelta(seconds=8)))
    await stage.prepare()
    event = await without_right(stage, ANA)
    for _ in range(3):
        move(stage, event)
        await stage.work(seconds=2)
    assert len(stage.meetings.alive) == 1
    await stage.work_for(120, step=4)
    assert stage.meetings.alive[only(stage)].start == stage.now(event).start
    assert len(stage.calendars.writes) == 2
    stage.close()


async def test_while_it_takes_place_nobody_is_sent_elsewhere(stage):
    event = await without_right(stage, ANA)
    old = only(stage)
    await stage.work(seconds=(event.start - stage.clock.now()).total_seconds() + 60)
    stage.calendars.edit(event.ref, end=stage.now(event).end + HOUR)
    await stage.work_for(3 * 3600, step=300)
    assert only(stage) == old
    assert len(stage.calendars.writes) == 1
    assert await stage.row(event) is None


async def test_put_off_while_it_takes_place_it_gets_its_new_link_afterwards(stage):
    event = await without_right(stage, ANA)
    old = only(stage)
    await stage.work(seconds=(event.start - stage.clock.now()).total_seconds() + 60)
    move(stage, event, timedelta(days=1))
    await stage.work(seconds=60)
    assert only(stage) == old
    assert await code_of(stage, event) == "meeting_not_changed"
    await stage.work_for(3 * 3600, step=300)
    assert stage.meetings.alive[only(stage)].start == stage.now(event).start


async def test_a_series_without_fixed_times_costs_nothing_when_it_moves(stage):
    stage.meetings.may_change = False
    event = stage.calendars.add_series(ANA, location="zoom")
    await stage.work()
    old, now = only(stage), stage.now(event)
    stage.calendars.edit(event.ref, start=now.start + HOUR, end=now.end + 2 * HOUR)
    await stage.work_for(300, step=60)
    assert only(stage) == old
    assert len(stage.calendars.writes) == 1


async def test_a_wish_for_a_waiting_room_is_worth_a_new_meeting(stage):
    event = await without_right(stage, ANA)
    old = only(stage)
    stage.calendars.edit(event.ref, title="Lunch #zoom:wait")
    await stage.work_for(120, step=20)
    assert only(stage) != old
    assert stage.meetings.alive[only(stage)].waiting_room
    assert len(stage.calendars.writes) == 2


async def test_what_a_person_changed_at_zoom_is_told_by_the_sweep_and_left(stage):
    event = await without_right(stage, ANA)
    old = stage.meetings.alive[only(stage)]
    stage.meetings.edit_by_person(replace(old, start=old.start + HOUR, join_url=old.join_url + "2"))
    sweep = Sweep(stage.deps)
    stage.clock.advance(stage.deps.timing.sweep.total_seconds())
    for _ in range(2):
        await sweep.tick()
    await stage.work_for(300, step=60)
    assert only(stage) == old.id
    assert stage.meetings.alive[old.id].start == old.start + HOUR
    assert stage.now(event).location == old.join_url + "2"
    assert await code_of(stage, event) == "meeting_not_changed"


async def test_the_budget_of_a_day_holds_for_replaced_meetings_as_for_changed_ones(stage):
    event = await without_right(stage, ANA)
    old, today = only(stage), stage.clock.now().date()

    def spend(tx):
        while tx.hosts.spend(ANA.owner, today) < UPDATES_PER_DAY:
            pass

    await stage.store.run(spend)
    move(stage, event)
    await stage.work()
    assert only(stage) == old
    assert await code_of(stage, event) == "zoom_daily_budget"
    assert stage.now(event).location == stage.meetings.alive[old].join_url
    await stage.work(seconds=DAY * 0.75)
    (new,) = stage.meetings.alive.keys() - {old}
    assert stage.now(event).location == stage.meetings.alive[new].join_url


@pytest.mark.parametrize("kind", ["not_sent", "lost_answer", "lost_request", "refused"])
async def test_a_new_meeting_that_fails_leaves_the_link_that_stands(kind):
    trial = Trial(ANA)
    await trial.empty()
    event = await without_right(trial, ANA)
    trial.witness.fresh = 1
    trial.meetings.fail_next(kind)
    move(trial, event)
    await trial.work()
    assert "/j/" in trial.now(event).location
    if kind == "refused":
        trial.calendars.edit(event.ref, title="Lunch again")
    assert await trial.settle()
    (made,) = trial.of_event(event)
    assert trial.meetings.alive[made].start == trial.now(event).start
    assert trial.now(event).location == trial.meetings.alive[made].join_url
    assert len(trial.calendars.writes) == 2
    assert trial.witness.violations == []
    trial.close()


async def test_explain_foresees_the_new_meeting(stage):
    event = await without_right(stage, ANA)
    move(stage, event)
    told = await explain(stage.deps, event.ref.event_id)
    kinds = [one.kind for one in told.plan]
    assert kinds[:2] == ["create_meeting", "write_link"]
    assert "update_meeting" not in kinds
    assert "may not be changed" in told.plan[0].reason


@pytest.mark.parametrize("seed", range(12))
async def test_lives_in_which_the_right_comes_and_goes_end_in_step(seed):
    """Never two meetings of one event at rest, and its times are right whatever was allowed."""
    rng, trial = random.Random(seed), Trial(ANA)
    await trial.empty()
    event = await linked(trial, ANA, location="zoom")
    trial.witness.fresh = 1
    for _ in range(12):
        match rng.randrange(5):
            case 0:
                trial.meetings.may_change = not trial.meetings.may_change
            case 1:
                trial.meetings.tells_rights = not trial.meetings.tells_rights
            case 2:
                trial.calendars.edit(event.ref, title=f"Lunch {rng.random()}")
            case 3:
                trial.meetings.fail_next(rng.choice(PASSING), rng.choice(CHANGES))
            case _:
                move(trial, event, timedelta(hours=rng.randrange(1, 5)))
        await trial.work(seconds=rng.choice((0, 3, 40, 400)))
    trial.meetings._faults.clear()
    await trial.work_for(2 * 3600, step=60)
    (made,) = trial.of_event(event)
    now = trial.now(event)
    assert trial.meetings.alive[made].start == now.start
    assert now.location == trial.meetings.alive[made].join_url
    assert trial.witness.violations == []
    trial.close()
