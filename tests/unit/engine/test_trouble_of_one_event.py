"""One event that goes wrong, or waits: the others go on, and people can see why.

Shows L6 of `config/promises.md`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from syncd.core.event import Event, EventChange
from syncd.core.ids import EventRef
from syncd.core.plan import make_plan
from syncd.core.rules import decide
from syncd.engine import pull, reconcile
from syncd.ports.calendar import Changed, Unreadable
from syncd.services.status import status
from tests.fakes.stage import ANA
from tests.unit.engine.trial import Trial

DAY = 24 * 3600


@pytest.fixture
async def trial():
    made = Trial()
    await made.empty()
    yield made
    made.close()


async def test_an_error_of_ours_in_one_event_stops_no_other(trial, monkeypatch):
    poisoned = trial.calendars.add(ANA, location="zoom", title="Poison")
    others = [trial.calendars.add(ANA, location="zoom") for _ in range(3)]
    original = make_plan

    def poisonous(seen, context):
        if seen.event is not None and seen.event.title == "Poison":
            raise ZeroDivisionError
        return original(seen, context)

    monkeypatch.setattr(reconcile, "make_plan", poisonous)
    await trial.work()
    assert [len(trial.of_event(event)) for event in others] == [1, 1, 1]
    await trial.work_for(30)
    (line,) = (await status(trial.deps)).waiting
    assert (line.event, line.code) == (poisoned.ref.event_id, "internal_error")
    assert "ZeroDivisionError" in line.reason
    monkeypatch.undo()
    assert await trial.settle()
    assert len(trial.of_event(poisoned)) == 1


async def test_an_error_of_ours_in_one_listed_event_stops_no_other(trial, monkeypatch):
    poisoned = trial.calendars.add(ANA, location="zoom", title="Poison")
    other = trial.calendars.add(ANA, location="zoom")

    def poisonous(event, policy):
        if event.title == "Poison":
            raise ZeroDivisionError
        return decide(event, policy)

    monkeypatch.setattr(pull, "decide", poisonous)
    await trial.work()
    assert len(trial.of_event(other)) == 1
    (line,) = (await status(trial.deps)).waiting
    assert (line.event, line.code) == (poisoned.ref.event_id, "unreadable")
    assert "ZeroDivisionError" in line.reason


async def test_an_item_that_cannot_be_understood_is_told_and_stops_nothing(trial):
    event = trial.calendars.add(ANA, location="zoom")
    trial.calendars.slip_in(ANA, Unreadable("strange", "no start"))
    await trial.work()
    assert len(trial.of_event(event)) == 1
    (line,) = (await status(trial.deps)).waiting
    assert (line.event, line.code, line.next_try) == ("strange", "unreadable", None)
    assert "no start" in line.reason


async def test_an_item_that_is_understood_again_gets_its_link(trial):
    event = trial.calendars.add(ANA, location="zoom")
    trial.calendars.slip_in(ANA, Unreadable(event.ref.event_id, "no start"))
    await trial.work()
    assert not trial.meetings.alive
    trial.calendars.edit(event.ref, title="Dinner")
    await trial.work(seconds=60)
    assert len(trial.of_event(event)) == 1
    assert not (await status(trial.deps)).waiting


async def test_the_last_word_of_a_listing_counts(trial):
    event = trial.calendars.add(ANA, location="zoom")
    trial.calendars.slip_in(ANA, Unreadable(event.ref.event_id, "no start"))
    trial.calendars.slip_in(ANA, Changed(event))
    await trial.work()
    assert len(trial.of_event(event)) == 1


async def test_the_earliest_event_gets_its_link_first(trial):
    now = trial.clock.now()
    for hours in (30, 2, 50, 1, 7, 3):
        start = now + timedelta(hours=hours)
        trial.calendars.add(ANA, location="zoom", title=f"In {hours} h", start=start)
    await trial.work()
    made = [meeting.topic for meeting in trial.meetings.alive.values()]
    assert made == ["In 1 h", "In 2 h", "In 3 h", "In 7 h", "In 30 h", "In 50 h"]


async def test_what_is_new_and_urgent_waits_no_longer_than_a_poll_for_slow_events(trial):
    now = trial.clock.now()
    for _ in range(20):
        trial.calendars.add(ANA, location="zoom", title="Slow", start=now + timedelta(hours=1))
    original = trial.meetings.create

    async def create(host, spec, *, send_by):
        if spec.topic == "Slow":
            trial.clock.advance(20)
            trial.meetings.fail_next("not_sent")
        return await original(host, spec, send_by=float("inf"))

    trial.meetings.create = create
    await trial.work()
    soon = now + timedelta(minutes=50)
    fresh = trial.calendars.add(ANA, location="zoom", start=soon)
    took = trial.clock.monotonic()
    while not trial.of_event(fresh):
        await trial.work(seconds=1)
    took = trial.clock.monotonic() - took
    assert took < 2 * trial.deps.timing.poll.total_seconds()


async def test_events_that_fail_again_and_again_do_not_hide_those_behind_them(trial):
    now = trial.clock.now()
    for _ in range(60):
        trial.calendars.add(ANA, location="zoom", title="Bad", start=now + timedelta(hours=1))
    last = trial.calendars.add(ANA, location="zoom", start=now + timedelta(hours=2))

    original = trial.meetings.create

    async def create(host, spec, *, send_by):
        if spec.topic == "Bad":
            trial.clock.advance(0.5)
            trial.meetings.fail_next("not_sent")
        return await original(host, spec, send_by=float("inf"))

    trial.meetings.create = create
    await trial.work()
    assert len(trial.of_event(last)) == 1


async def test_a_waiting_event_whose_flag_is_taken_away_is_forgotten(trial):
    event = trial.calendars.add(ANA, location="zoom", draft=True)
    await trial.work()
    (line,) = (await status(trial.deps)).waiting
    assert line.code == "draft"
    trial.calendars.edit(event.ref, location="")
    await trial.work(seconds=60)
    assert not (await status(trial.deps)).waiting
    assert await trial.row(event) is None


async def test_a_waiting_event_that_is_deleted_is_forgotten(trial):
    event = trial.calendars.add(ANA, location="zoom", draft=True)
    await trial.work()
    trial.calendars.delete(event.ref)
    assert await trial.settle()
    assert await trial.row(event) is None


async def test_an_event_beyond_the_horizon_waits_for_its_day(trial):
    start = trial.clock.now() + timedelta(days=200)
    event = trial.calendars.add(ANA, location="zoom", start=start)
    await trial.work()
    (line,) = (await status(trial.deps)).waiting
    assert (line.code, line.next_try) == ("beyond_horizon", start - timedelta(days=180))
    await trial.work(seconds=20 * DAY)
    assert len(trial.of_event(event)) == 1


async def test_an_event_that_is_over_when_zoom_is_back_gets_no_meeting(trial):
    event = trial.calendars.add(ANA, location="zoom", start=trial.clock.now())
    trial.meetings.fail_next("daily_limit")
    await trial.work()
    await trial.work(seconds=6 * 3600)
    assert trial.meetings.calls["create"] == 1
    assert await trial.row(event) is None


def refuse_silently(trial: Any) -> list[EventRef]:
    """Let every write be answered as a success that changed nothing; gives what was tried."""
    tried: list[EventRef] = []

    async def write(event: Event, change: EventChange) -> Event:
        tried.append(event.ref)
        now: Event = trial.now(event)
        return now

    trial.calendars.write = write
    return tried


async def test_a_link_that_the_calendar_does_not_keep_is_written_once(trial):
    event = trial.calendars.add(ANA, location="zoom")
    writes = refuse_silently(trial)
    await trial.work_for(1800, step=30)
    assert writes == [event.ref]
    (line,) = (await status(trial.deps)).waiting
    assert line.code == "link_not_kept"


async def test_a_link_that_the_calendar_does_not_give_up_is_taken_out_once(trial):
    event = trial.calendars.add(ANA, categories=("Zoom",))
    await trial.work()
    trial.calendars.edit(event.ref, categories=())
    writes = refuse_silently(trial)
    await trial.work_for(1800, step=30)
    assert writes == [event.ref]
    assert len(trial.meetings.alive) == 1
    (line,) = (await status(trial.deps)).waiting
    assert line.code == "link_not_removed"
