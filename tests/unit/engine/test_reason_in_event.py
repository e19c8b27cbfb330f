"""Why an event waits, written behind its flag word: quietly, seldom, on Google only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from syncd.core.event import Event, EventChange
from syncd.core.policy import LinkPolicy
from syncd.ports.errors import AuthLost, Forbidden, OutcomeUnknown
from syncd.services.preview import preview
from tests.fakes.stage import ANA, BO
from tests.unit.engine.scenarios import add
from tests.unit.engine.trial import Trial

NOTED = " (waiting: "


@pytest.fixture
async def trial() -> AsyncIterator[Trial]:
    made = Trial(link=LinkPolicy(reason_in_event=True))
    await made.empty()
    yield made
    made.close()


def far(trial: Trial, calendar=ANA) -> Event:
    """Give an event that is too far away to get its link."""
    return add(trial, calendar, location="zoom", start=trial.clock.now() + timedelta(days=300))


def notes(trial: Trial) -> list[EventChange]:
    """Give all writes, each of which must have been quiet and changed the location alone."""
    changes = [change for _, change in trial.calendars.writes]
    assert changes == [EventChange(location=c.location, quiet=True) for c in changes]
    return changes


async def test_a_waiting_event_says_why_in_one_quiet_write_and_comes_to_rest(trial):
    event = far(trial)
    planned = (await preview(trial.deps)).actions
    assert [(one.kind, one.mails) for one in planned] == [("note_reason", 0)]
    await trial.work_for(600, step=30)
    (note,) = notes(trial)
    assert note.location is not None
    assert note.location.startswith(f"zoom{NOTED}it is more than 180 days away")
    row = await trial.row(event)
    assert row is not None
    assert row.code == "beyond_horizon"
    assert row.noted_at is not None
    assert trial.witness.violations == []


async def test_an_event_in_outlook_is_never_touched_for_it(trial):
    far(trial, BO)
    await trial.work_for(7200, step=60)
    assert trial.calendars.writes == []


async def test_an_error_is_noted_too_and_goes_with_the_link(trial):
    event = add(trial, ANA, location="zoom")
    trial.meetings.fail_next("scope_missing", count=2)
    await trial.work_for(600, step=30)
    (note,) = notes(trial)
    assert note.location == f"zoom{NOTED}Zoom: the app lacks a scope.)"
    await trial.work_for(7200, step=60)
    (meeting,) = trial.meetings.alive.values()
    assert trial.now(event).location == meeting.join_url
    assert len(trial.calendars.writes) == 2
    assert await trial.row(event) is None
    assert await trial.writes_while_at_rest() == []


async def test_passing_trouble_is_not_noted_before_it_is_told(trial):
    add(trial, ANA, location="zoom")
    trial.meetings.fail_next("not_sent", count=2)
    await trial.work_for(60, step=1)
    (change,) = [change for _, change in trial.calendars.writes]
    assert not change.quiet


async def test_reasons_that_change_all_the_time_are_noted_once_an_hour(trial):
    event = add(trial, ANA, location="zoom")
    for number in range(24):
        kind = "scope_missing" if number % 2 else "refused"
        trial.meetings.fail_next(kind)
        trial.calendars.edit(event.ref, title=f"Lunch {number}")
        await trial.work(seconds=300)
    assert 2 <= len(notes(trial)) <= 3


async def test_a_reason_that_had_to_wait_its_turn_is_noted_after_the_hour(trial):
    event = add(trial, ANA, location="zoom")
    trial.meetings.fail_next("scope_missing", count=99)
    await trial.work()
    for _ in range(2):
        trial.calendars.edit(event.ref, start=event.start + timedelta(days=300))
        trial.calendars.edit(event.ref, end=event.end + timedelta(days=300))
        await trial.work(seconds=60)
    assert len(notes(trial)) == 1
    await trial.work_for(3700, step=60)
    first, second = notes(trial)
    assert "lacks a scope" in (first.location or "")
    assert "180 days away" in (second.location or "")


async def test_the_note_goes_when_the_person_wants_no_link_any_more(trial):
    event = far(trial)
    await trial.work()
    trial.calendars.edit(event.ref, title="Lunch #nozoom")
    await trial.work_for(300, step=60)
    assert trial.now(event).location == "zoom"
    assert len(notes(trial)) == 2
    assert await trial.row(event) is None
    assert await trial.writes_while_at_rest() == []


async def test_a_person_who_replaces_the_location_takes_the_note_along(trial):
    event = far(trial)
    await trial.work()
    trial.calendars.edit(event.ref, location="Room 1")
    await trial.work_for(300, step=60)
    assert trial.now(event).location == "Room 1"
    assert len(trial.calendars.writes) == 1
    assert await trial.row(event) is None


@pytest.mark.parametrize(
    "error",
    [Forbidden("Not this one.", code="forbidden"), OutcomeUnknown("Silence.", code="no_answer")],
)
async def test_a_note_that_fails_fails_nothing_and_is_not_tried_at_once(trial, error):
    event = far(trial)
    trial.calendars.fail_next("write", error)
    await trial.work_for(600, step=60)
    assert trial.calendars.writes == []
    row = await trial.row(event)
    assert row is not None
    assert row.code == "beyond_horizon"
    trial.calendars.edit(event.ref, title="Dinner")
    await trial.work(seconds=60)
    assert trial.calendars.writes == []
    await trial.work_for(3600, step=60)
    assert len(notes(trial)) == 1


async def test_a_calendar_whose_account_fails_is_not_asked_again_for_a_note(trial):
    event = add(trial, ANA, location="zoom")
    lost = AuthLost("No access.", code="sign_in_refused", remedy="Connect again.")
    trial.calendars.fail_next("get", lost)
    await trial.work()
    assert [call for call in trial.calendars.calls if call[0] == "get"] == [("get", str(event.ref))]
    assert trial.calendars.writes == []


async def test_killed_at_any_effect_it_is_noted_once_at_most(trial):
    number, was_killed = 0, True
    while was_killed:
        await trial.empty()
        event = far(trial)
        trial.blade.revive()
        trial.blade.fall(number, "after")
        was_killed = not await trial.attempt()
        trial.blade.revive()
        if was_killed:
            await trial.rise()
        await trial.work_for(600, step=60)
        assert len(notes(trial)) <= 1
        row = await trial.row(event)
        assert row is not None
        assert row.code == "beyond_horizon"
        assert trial.witness.violations == []
        number += 1
    assert number > 5
