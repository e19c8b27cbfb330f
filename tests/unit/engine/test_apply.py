"""A plan that was approved is carried out to the letter, or the event is refused."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.cli.output import as_json
from syncd.core.event import Event
from syncd.services.apply.carry import Made, apply_plan
from syncd.services.apply.plan_file import PlanRefused
from syncd.services.preview import preview
from syncd.services.status import status
from tests.fakes.stage import ANA, BO
from tests.unit.engine.apply_play import GUESTS, kinds, one, planned, seen, served, unread
from tests.unit.engine.trial import Trial


@pytest.fixture
async def trial() -> AsyncIterator[Trial]:
    """Give an engine that leaves alone what was marked before, and has not read anything yet."""
    made = await unread()
    yield made
    made.close()


@pytest.mark.parametrize("is_served", [True, False])
async def test_an_approved_event_gets_its_link_and_the_others_do_not(trial, is_served):
    event = trial.calendars.add(ANA, location="zoom", guests=GUESTS)
    other = trial.calendars.add(BO, title="Talk #zoom")
    if is_served:
        await served(trial)
    plan = json.loads(await planned(trial))
    assert {action["mails"] for action in plan["actions"]} == {0, 2}
    plan["actions"] = [a for a in plan["actions"] if a["event"] == event.ref.event_id]
    assert [action["kind"] for action in plan["actions"]] == ["create_meeting", "write_link"]

    done = one(await apply_plan(trial.deps, json.dumps(plan).encode()))

    assert (done.result, done.reason) == ("done", "all of it was carried out")
    made = (Made(event.ref.event_id, "create_meeting"), Made(event.ref.event_id, "write_link"))
    assert done.made == made
    (meeting,) = trial.meetings.alive.values()
    assert trial.now(event).location == meeting.join_url
    await served(trial)
    await served(trial)
    assert list(trial.meetings.alive) == [meeting.id]
    assert [line.event for line in (await status(trial.deps)).waiting] == [other.ref.event_id]
    assert trial.witness.violations == []


async def test_a_plan_without_backfill_says_nothing_of_them_and_the_date_leaves_out_earlier(trial):
    soon = trial.calendars.add(ANA, location="zoom")
    late = trial.calendars.add(ANA, location="zoom", start=soon.start + timedelta(days=9))
    series = trial.calendars.add_series(ANA, title="Weekly #zoom")
    assert (await preview(trial.deps)).actions == ()
    await served(trial)
    assert (await preview(trial.deps)).actions == ()
    found = await seen(trial, since=late.start)
    assert {action.event for action in found.actions} == {late.ref.event_id}
    found = await seen(trial, since=soon.start)
    assert {action.event for action in found.actions} == {
        e.ref.event_id for e in (soon, late, series)
    }


CHANGES: dict[str, Callable[[Trial, Event], object]] = {
    "renamed": lambda trial, event: trial.calendars.edit(event.ref, title="Other"),
    "invited": lambda trial, event: trial.calendars.edit(event.ref, attendees=()),
    "unmarked": lambda trial, event: trial.calendars.edit(event.ref, location=""),
    "deleted": lambda trial, event: trial.calendars.delete(event.ref),
}


@pytest.mark.parametrize("change", CHANGES)
async def test_an_event_that_has_changed_is_refused_and_the_others_go_on(trial, change):
    event = trial.calendars.add(ANA, location="zoom", guests=GUESTS)
    other = trial.calendars.add(ANA, location="zoom")
    plan = await planned(trial)
    trial.clock.advance(1)
    CHANGES[change](trial, event)

    refused, done = (await apply_plan(trial.deps, plan)).events

    assert (refused.result, refused.made) == ("refused", ())
    assert "changed since the plan was made" in refused.reason
    assert (done.event, done.result) == (other.ref.event_id, "done")
    assert [ref for ref, _ in trial.calendars.writes] == [other.ref]


async def test_the_same_plan_is_carried_out_once(trial):
    trial.calendars.add(ANA, location="zoom")
    plan = await planned(trial)
    assert one(await apply_plan(trial.deps, plan)).result == "done"
    assert one(await apply_plan(trial.deps, plan)).result == "refused"
    assert len(trial.calendars.writes) == len(trial.meetings.alive) == 1


async def test_a_policy_that_has_changed_since_is_refused(trial):
    trial.calendars.add(ANA, location="zoom")
    plan = await planned(trial)
    people = {
        email: replace(person, meeting=replace(person.meeting, phone_numbers=0))
        for email, person in trial.deps.people.items()
    }
    done = one(await apply_plan(replace(trial.deps, people=people), plan))
    assert (done.result, trial.meetings.alive) == ("refused", {})
    assert "other writes" in done.reason


@pytest.mark.parametrize(("name", "value"), [("mails", 0), ("reason", "because"), ("kind", "x")])
async def test_a_plan_that_was_edited_is_refused(trial, name, value):
    trial.calendars.add(ANA, location="zoom", guests=GUESTS)
    plan = json.loads(await planned(trial))
    plan["actions"][1][name] = value
    done = one(await apply_plan(trial.deps, json.dumps(plan).encode()))
    assert (done.result, trial.meetings.alive) == ("refused", {})


async def test_the_plan_of_another_installation_is_refused(trial):
    trial.calendars.add(ANA, location="zoom")
    plan = json.loads(await planned(trial))
    plan["instance"] = "zzzzzzzzzz"
    with pytest.raises(PlanRefused, match="another installation"):
        await apply_plan(trial.deps, json.dumps(plan).encode())


async def test_a_removal_is_carried_out_after_its_hold_off(trial):
    trial.witness.asks = lambda event: bool(event.categories)
    await served(trial)
    event = trial.calendars.add(BO, categories=("Zoom",), guests=GUESTS)
    await served(trial)
    trial.calendars.edit(event.ref, categories=())
    found = await seen(trial)
    assert [(a.kind, a.mails) for a in found.actions] == [("remove_link", 2), ("delete_meeting", 0)]
    assert {a.after for a in found.actions} == {trial.clock.now() + timedelta(seconds=30)}

    done = one(await apply_plan(trial.deps, as_json(found).encode()))

    assert (done.result, kinds(done)) == ("done", ["remove_link", "delete_meeting"])
    assert trial.meetings.alive == {}
    assert trial.witness.violations == []


async def test_a_change_of_heart_meanwhile_stops_what_was_approved(trial):
    await served(trial)
    event = trial.calendars.add(BO, categories=("Zoom",))
    await served(trial)
    trial.calendars.edit(event.ref, categories=())
    plan = await planned(trial)
    sleep = trial.clock.sleep

    async def flag_again(seconds: float) -> None:
        await sleep(seconds)
        if seconds > 10 and not trial.now(event).categories:
            trial.calendars.edit(event.ref, categories=("Zoom",))

    trial.clock.sleep = flag_again
    done = one(await apply_plan(trial.deps, plan))
    assert done.made == ()
    assert len(trial.meetings.alive) == 1


async def test_a_calendar_that_left_the_configuration_is_refused(trial):
    trial.calendars.add(ANA, location="zoom")
    plan = await planned(trial)
    done = one(await apply_plan(replace(trial.deps, watched=frozenset({BO})), plan))
    assert (done.result, done.reason) == ("refused", "its calendar is not in the configuration")


async def test_a_series_is_carried_out_with_its_occurrences(trial):
    series = trial.calendars.add_series(ANA, title="Weekly #zoom", guests=GUESTS)
    moved = trial.calendars.change_one(
        series.ref, series.start + timedelta(days=7), title="Other #zoom"
    )
    found = await seen(trial)
    assert [(a.kind, a.event, a.belongs_to, a.mails) for a in found.actions] == [
        ("create_meeting", series.ref.event_id, series.ref.event_id, 0),
        ("write_link", series.ref.event_id, series.ref.event_id, 2),
        ("write_link", moved.ref.event_id, series.ref.event_id, 2),
    ]

    done = one(await apply_plan(trial.deps, as_json(found).encode()))

    assert (done.result, len(done.made)) == ("done", 3)
    (meeting,) = trial.meetings.alive.values()
    assert meeting.join_url in trial.now(moved).body.text + trial.now(moved).location

    await served(trial)
    trial.calendars.edit(series.ref, title=trial.now(series).title + " #nozoom")
    found = await seen(trial)
    assert [(a.kind, a.event) for a in found.actions] == [
        ("remove_link", series.ref.event_id),
        ("remove_link", moved.ref.event_id),
        ("delete_meeting", series.ref.event_id),
    ]
    done = one(await apply_plan(trial.deps, as_json(found).encode()))
    assert (done.result, trial.meetings.alive) == ("done", {})
    assert len(done.made) == 3


async def test_an_occurrence_that_has_changed_refuses_its_series(trial):
    series = trial.calendars.add_series(ANA, title="Weekly #zoom")
    moved = trial.calendars.change_one(series.ref, series.start + timedelta(days=7), title="Other")
    plan = await planned(trial)
    trial.calendars.edit(moved.ref, title="Yet another")
    assert one(await apply_plan(trial.deps, plan)).result == "refused"
    assert trial.meetings.alive == {}
