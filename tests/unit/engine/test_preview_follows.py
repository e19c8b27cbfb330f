"""A preview shows what follows a wait, what is not known, and what the guard would stop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.engine.daemon import Engine
from syncd.ports.calendar import Unreadable
from syncd.services.preview import Preview, preview
from tests.fakes.stage import ANA, AT_ONCE, BO
from tests.unit.engine.trial import Trial

GUESTS = ("guest@else.example",)
Shown = list[tuple[str, float | None]]


@pytest.fixture
async def trial() -> AsyncIterator[Trial]:
    made = Trial()
    await made.empty()
    yield made
    made.close()


async def seen(trial: Trial) -> Preview:
    """Preview, and see that nothing at all was changed by it."""
    before = trial.left_behind()
    found = await preview(trial.deps)
    assert trial.left_behind() == before
    return found


async def shown(trial: Trial) -> Shown:
    """Give the kinds of all writes, each with the seconds until it may be made."""
    now = trial.clock.now()
    actions = (await seen(trial)).actions
    return [(a.kind, (a.after - now).total_seconds() if a.after else None) for a in actions]


async def test_the_end_of_a_hold_off_is_told(trial):
    event = trial.calendars.add(BO, categories=("Zoom",))
    await trial.work()
    trial.calendars.edit(event.ref, categories=())
    assert await shown(trial) == [("remove_link", 30), ("delete_meeting", 30)]
    await trial.work(seconds=60)
    trial.clock.advance(10)
    assert await shown(trial) == [("remove_link", 20), ("delete_meeting", 20)]


async def test_the_update_after_a_rest_is_told(trial):
    link = replace(AT_ONCE, debounce=timedelta(seconds=5))
    people = {email: replace(p, link=link) for email, p in trial.deps.people.items()}
    trial.deps = replace(trial.deps, people=people)
    event = trial.calendars.add(ANA, location="zoom")
    await trial.work()
    trial.calendars.edit(event.ref, title="Dinner")
    assert await shown(trial) == [("update_meeting", 5)]
    trial.clock.advance(5)
    assert await shown(trial) == [("update_meeting", None)]


async def test_a_switch_to_meet_tells_of_the_meeting_that_goes(trial):
    event = trial.calendars.add(ANA, title="Talk #zoom", guests=GUESTS)
    await trial.settle()
    trial.calendars.edit(event.ref, title="Talk #meet")
    assert await shown(trial) == [("write_link", None), ("delete_meeting", 30)]
    await trial.work(seconds=60)
    assert [kind for kind, _ in await shown(trial)] == ["delete_meeting"]
    await trial.settle()
    assert await shown(trial) == []
    assert trial.meetings.alive == {}


async def test_a_fresh_meeting_tells_of_the_former_one(trial):
    event = trial.calendars.add(ANA, text="#zoom")
    await trial.settle()
    now = trial.now(event)
    body = replace(now.body, text=now.body.text.replace("#zoom", "#zoom:new", 1))
    trial.calendars.edit(event.ref, body=body)
    kinds = [kind for kind, _ in await shown(trial)]
    assert kinds == ["create_meeting", "write_link", "delete_meeting"]


async def test_what_cannot_be_understood_is_told(trial):
    trial.calendars.add(ANA, location="zoom")
    trial.calendars.slip_in(ANA, Unreadable("broken", "it has no start"))
    found = await seen(trial)
    (problem,) = found.problems
    assert (problem.calendar, problem.event) == (str(ANA), "broken")
    assert "it has no start" in problem.problem
    assert len(found.actions) == 2


async def test_a_create_whose_outcome_is_unknown_is_told(trial):
    event = trial.calendars.add(ANA, location="zoom")
    trial.meetings.fail_next("lost_answer")
    await trial.work()
    (begun,) = (await seen(trial)).unfinished
    assert (begun.calendar, begun.event, begun.kind) == (str(ANA), event.ref.event_id, "create")
    assert begun.since == trial.clock.now()
    await trial.settle()
    assert (await seen(trial)).unfinished == ()


async def test_removals_that_the_guard_would_stop_are_told(trial):
    events = [trial.calendars.add(ANA, location="zoom") for _ in range(21)]
    await trial.work()
    assert (await seen(trial)).stopped == ()
    for event in events[1:]:
        trial.calendars.delete(event.ref)
    assert (await seen(trial)).stopped == ()
    trial.calendars.delete(events[0].ref)
    (stop,) = (await seen(trial)).stopped
    assert stop.account == f"google:{ANA.owner}"
    assert "21 of 21 links" in stop.reason
    assert "syncd resume" in stop.remedy
    await trial.work(seconds=60)
    (again,) = (await seen(trial)).stopped
    assert again.reason == stop.reason


async def test_what_is_planned_is_what_is_done(trial):
    """Whatever a preview shows is written, and no more."""
    events = [trial.calendars.add(ANA, title=f"Talk {n} #zoom", guests=GUESTS) for n in range(3)]
    planned = [(a.event, a.kind) for a in (await seen(trial)).actions]
    await Engine(trial.deps).prepare()
    await trial.settle()
    written = [ref.event_id for ref, _ in trial.calendars.writes]
    assert sorted(written) == sorted(e for e, kind in planned if kind == "write_link")
    assert len(trial.meetings.alive) == len(events)
    assert await shown(trial) == []
