"""When something goes wrong: how long it rests, who is told, and that nobody else suffers.

Shows I11 and L6 of `config/promises.md`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from syncd.core.event import Event
from syncd.core.ids import AccountKey
from syncd.engine import pull
from syncd.ports.errors import AuthLost, Forbidden, Permanent, RateLimited, Transient
from syncd.ports.rows import AccountRow, AccountState
from syncd.ports.store import Tx
from syncd.services.status import status
from tests.fakes.due import next_due
from tests.fakes.stage import ANA, BO
from tests.unit.engine.trial import Trial

DAY = 24 * 3600


@pytest.fixture
async def trial():
    made = Trial()
    await made.empty()
    yield made
    made.close()


async def account(trial: Trial, key: AccountKey) -> AccountRow | None:
    rows = await trial.store.run(lambda tx: tx.accounts.all())
    return next((row for row in rows if row.key == key), None)


async def state(trial: Trial, key: AccountKey) -> AccountState:
    row = await account(trial, key)
    return row.state if row is not None else AccountState.OK


async def due_in(trial: Trial, event: Event) -> float | None:
    row = await trial.row(event)
    assert row is not None
    return None if row.due_at is None else (row.due_at - trial.clock.now()).total_seconds()


# Accounts


async def test_a_lost_consent_of_zoom_marks_zoom_alone(trial):
    event = trial.calendars.add(ANA, location="zoom")
    trial.meetings.fail_next("auth_lost")
    await trial.work()
    zoom = await account(trial, trial.deps.meetings.account("ana@example.com"))
    assert zoom is not None
    assert zoom.state is AccountState.NEEDS_RECONNECT
    assert zoom.remedy == "Look there."
    assert await state(trial, ANA.account) is AccountState.OK
    row = await trial.row(event)
    assert row is not None
    assert (row.code, row.remedy) == ("zoom_auth", "Look there.")
    assert await trial.settle()
    assert await state(trial, trial.deps.meetings.account("ana@example.com")) is AccountState.OK
    assert len(trial.meetings.alive) == 1


async def test_a_lost_consent_of_a_calendar_marks_its_account_and_stops_no_other(trial):
    trial.calendars.add(ANA, location="zoom")
    other = trial.calendars.add(BO, location="zoom")
    trial.calendars.lose_account(ANA.owner)
    await trial.work()
    assert await state(trial, ANA.account) is AccountState.NEEDS_RECONNECT
    assert await state(trial, trial.deps.meetings.account("ana@example.com")) is AccountState.OK
    assert len(trial.of_event(other)) == len(trial.meetings.alive) == 1
    trial.calendars.restore_account(ANA.owner)
    assert await trial.settle()
    assert await state(trial, ANA.account) is AccountState.OK
    assert len(trial.meetings.alive) == 2


async def test_a_consent_lost_in_the_middle_of_a_cycle_is_not_forgotten_at_its_end(trial):
    trial.calendars.add(ANA, location="zoom")
    trial.calendars.fail_next("write", AuthLost("No access.", code="sign_in_refused"))
    await trial.work()
    assert await state(trial, ANA.account) is AccountState.NEEDS_RECONNECT


async def test_a_calendar_that_cannot_be_read_tells_why_until_it_can(trial):
    trial.calendars.fail_next("changes", Transient("Down.", code="unreachable"), times=2)
    await trial.work()
    seen = await status(trial.deps)
    assert {line.state for line in seen.calendars} == {"failing"}
    assert {line.problem for line in seen.calendars} == {"Down."}
    assert await state(trial, ANA.account) is AccountState.FAILING
    assert await trial.settle()
    seen = await status(trial.deps)
    assert {(line.state, line.problem) for line in seen.calendars} == {("ok", "")}
    assert await state(trial, ANA.account) is AccountState.OK


async def test_a_calendar_told_to_wait_for_no_time_still_waits(trial):
    now = RateLimited("Slower.", code="slow", retry_after=timedelta(0))
    trial.calendars.fail_next("changes", now, times=2)
    await trial.work()
    due = next_due(trial.store)
    assert due is not None
    assert due > trial.clock.now()


async def test_a_calendar_told_to_wait_waits_so_long(trial):
    trial.calendars.add(ANA, location="zoom")
    slower = RateLimited("Slower.", code="slow", retry_after=timedelta(minutes=20))
    trial.calendars.fail_next("changes", slower, times=2)
    await trial.work()
    await trial.work(seconds=19 * 60)
    assert not trial.meetings.alive
    await trial.work(seconds=60)
    assert len(trial.meetings.alive) == 1


async def test_an_error_of_ours_in_one_calendar_stops_no_other(trial, monkeypatch):
    original = pull.read

    async def read(deps, calendar, cursor):
        if calendar == ANA:
            raise ZeroDivisionError
        return await original(deps, calendar, cursor)

    monkeypatch.setattr(pull, "read", read)
    trial.calendars.add(ANA, location="zoom")
    other = trial.calendars.add(BO, location="zoom")
    await trial.work()
    assert len(trial.of_event(other)) == len(trial.meetings.alive) == 1
    monkeypatch.undo()
    assert await trial.settle()
    assert len(trial.meetings.alive) == 2


# Events


async def test_what_is_forbidden_is_tried_again_after_an_hour(trial):
    event = trial.calendars.add(ANA, location="zoom")
    trial.meetings.fail_next("scope_missing")
    await trial.work()
    assert await due_in(trial, event) == 3600
    row = await trial.row(event)
    assert row is not None
    assert row.code == "zoom_scope_missing"
    await trial.work(seconds=3600)
    assert len(trial.of_event(event)) == 1
    assert await trial.row(event) is None


async def test_what_is_refused_for_good_waits_for_a_change_of_the_event(trial):
    event = trial.calendars.add(ANA, location="zoom")
    trial.meetings.fail_next("refused")
    await trial.work()
    assert await due_in(trial, event) is None
    await trial.work_for(DAY, step=3600)
    assert trial.meetings.calls["create"] == 1
    trial.calendars.edit(event.ref, title="Dinner")
    await trial.work(seconds=60)
    assert len(trial.of_event(event)) == 1
    assert await trial.row(event) is None


@pytest.mark.parametrize(("kind", "seconds"), [("rate_limited", 5), ("daily_limit", 6 * 3600)])
async def test_a_rate_limit_is_waited_out(trial, kind, seconds):
    event = trial.calendars.add(ANA, location="zoom")
    trial.meetings.fail_next(kind)
    await trial.work()
    assert await due_in(trial, event) == seconds
    await trial.work(seconds=seconds - 1)
    assert not trial.meetings.alive
    await trial.work(seconds=1)
    assert len(trial.of_event(event)) == 1


async def test_passing_trouble_is_told_only_when_it_lasts(trial):
    event = trial.calendars.add(ANA, location="zoom")
    trial.meetings.fail_next("not_sent", count=5)
    await trial.work()
    assert not (await status(trial.deps)).waiting
    await trial.work_for(20)
    (line,) = (await status(trial.deps)).waiting
    assert (line.event, line.code) == (event.ref.event_id, "unreachable")
    assert await trial.settle()
    assert not (await status(trial.deps)).waiting
    assert len(trial.of_event(event)) == 1


async def test_an_unknown_outcome_that_lasts_is_told(trial):
    trial.calendars.add(ANA, location="zoom")
    trial.meetings.fail_next("lost_request")
    await trial.work()
    await trial.work_for(30, step=1)
    (line,) = (await status(trial.deps)).waiting
    assert line.code == "create_unclear"


# The budget of a day


async def spend(trial: Trial, count: int) -> None:
    day = trial.clock.now().date()

    def use(tx: Tx) -> None:
        for _ in range(count):
            tx.hosts.spend(ANA.owner, day)

    await trial.store.run(use)


async def test_the_ninety_first_create_of_a_day_waits_for_midnight(trial):
    await spend(trial, 89)
    first = trial.calendars.add(ANA, location="zoom")
    await trial.work()
    second = trial.calendars.add(ANA, location="zoom")
    other = trial.calendars.add(BO, location="zoom")
    await trial.work(seconds=60)
    assert [len(trial.of_event(e)) for e in (first, second, other)] == [1, 0, 1]
    seen = await status(trial.deps)
    (line,) = seen.waiting
    assert (line.event, line.code) == (second.ref.event_id, "zoom_daily_budget")
    assert line.next_try == datetime(2026, 12, 2, tzinfo=UTC)
    budgets = {budget.host: (budget.used_today, budget.left_today) for budget in seen.budgets}
    assert budgets == {ANA.owner: (90, 0), BO.owner: (1, 89)}
    left = (datetime(2026, 12, 2, tzinfo=UTC) - trial.clock.now()).total_seconds()
    await trial.work(seconds=left - 1)
    assert not trial.of_event(second)
    await trial.work(seconds=1)
    assert len(trial.of_event(second)) == 1


async def test_updates_leave_ten_creates_of_a_day_alone(trial):
    event = trial.calendars.add(ANA, location="zoom")
    await trial.work()
    await spend(trial, 79)
    trial.calendars.edit(event.ref, title="Dinner")
    fresh = trial.calendars.add(ANA, location="zoom")
    await trial.work(seconds=60)
    assert trial.meetings.calls["update"] == 0
    assert len(trial.of_event(fresh)) == 1
    (line,) = (await status(trial.deps)).waiting
    assert (line.event, line.code) == (event.ref.event_id, "zoom_daily_budget")
    await trial.work(seconds=DAY)
    assert {meeting.topic for meeting in trial.meetings.alive.values()} == {"Dinner", "Lunch"}


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (Forbidden("Not this one.", code="forbidden"), 3600.0),
        (Permanent("Never.", code="invalid"), None),
        (RateLimited("Slower.", code="slow", retry_after=timedelta(seconds=90)), 90.0),
        (Transient("Down.", code="unreachable"), 0.625),
    ],
)
async def test_trouble_with_a_write_rests_as_its_kind_says(trial, error, seconds):
    event = trial.calendars.add(BO, location="zoom")
    trial.calendars.fail_next("write", error)
    await trial.work()
    assert await due_in(trial, event) == seconds
    trial.calendars.edit(event.ref, title="Dinner")
    await trial.work(seconds=3600)
    (meeting,) = trial.meetings.alive.values()
    assert trial.now(event).location == meeting.join_url
    assert trial.meetings.calls["create"] == 1


async def test_a_second_calendar_of_one_account_that_fails_stops_not_the_first(trial):
    second = replace(ANA, calendar_id="second")
    trial.deps = replace(trial.deps, watched=frozenset({ANA, second}))
    await trial.prepare()
    event = trial.calendars.add(ANA, location="zoom")
    trial.calendars.add(second, location="zoom")
    original = trial.calendars.changes

    def changes(calendar, cursor):
        if calendar == second:
            trial.calendars.fail_next("changes", Forbidden("Not shared.", code="forbidden"))
        return original(calendar, cursor)

    trial.calendars.changes = changes
    await trial.work_for(300, step=30)
    assert len(trial.of_event(event)) == len(trial.meetings.alive) == 1
    problems = {line.calendar: line.problem for line in (await status(trial.deps)).calendars}
    assert problems[str(second)] == "Not shared."
    assert problems[str(ANA)] == ""
