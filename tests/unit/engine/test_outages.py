"""What lasts while a provider is out, and how it ends by itself."""

from datetime import timedelta

import pytest

from syncd.core.ids import AccountKey
from syncd.core.policy import RetryPolicy
from syncd.engine import trouble
from syncd.engine.schedule import Timers
from syncd.engine.upkeep import Upkeep
from syncd.ports.errors import AuthLost, RateLimited, Transient
from syncd.ports.rows import AccountRow, AccountState
from syncd.ports.store import StoreError
from tests.fakes.stage import ANA, BO, Stage


async def _account(stage: Stage, key: AccountKey) -> AccountRow:
    rows = await stage.store.run(lambda tx: tx.accounts.all())
    return next(row for row in rows if row.key == key)


def _zoom(stage: Stage) -> AccountKey:
    return stage.deps.meetings.account("ana@example.com")


async def test_one_look_that_finds_no_meeting_makes_no_second_one(stage):
    event = stage.calendars.add(ANA, location="zoom")
    await stage.work()
    (meeting,) = stage.meetings.alive.values()
    stage.meetings.delete_by_person(meeting.id)
    stage.calendars.edit(event.ref, title="Lunch")
    await stage.work(seconds=60)
    assert stage.meetings.calls["create"] == 1
    stage.meetings.recover_by_person(meeting.id)
    await stage.work(seconds=31)
    assert stage.meetings.calls["create"] == 1
    assert stage.meetings.alive[meeting.id].topic == "Lunch"
    bound = await stage.binding(event)
    assert bound is not None
    assert bound.removal_since is None
    assert len(stage.calendars.writes) == 1


async def test_a_meeting_that_is_not_found_right_after_it_was_made_is_looked_for_again(stage):
    event = stage.calendars.add(ANA, location="zoom")
    stage.calendars.change_meanwhile(event.ref, title="Lunch")
    await stage.work()
    (meeting,) = stage.meetings.alive.values()
    stage.meetings.delete_by_person(meeting.id)
    await stage.work_for(10, step=2)
    stage.meetings.recover_by_person(meeting.id)
    await stage.work_for(120, step=5)
    assert stage.now(event).location == meeting.join_url
    assert stage.meetings.calls["create"] == 1


async def test_a_certain_failure_does_not_use_up_the_day(stage):
    stage.calendars.add(ANA, location="zoom")
    stage.meetings.fail_next("not_sent", count=5)
    await stage.work_for(120, step=10)
    today = stage.clock.now().date()
    assert len(stage.meetings.alive) == 1
    assert await stage.store.run(lambda tx: tx.hosts.spent(today)) == {"ana@example.com": 1}


async def test_a_lost_consent_at_zoom_is_told_and_ends_by_itself_within_minutes(stage):
    event = stage.calendars.add(ANA, location="zoom")
    stage.meetings.fail_next("auth_lost", count=3)
    await stage.work()
    told = await _account(stage, _zoom(stage))
    assert (told.state, told.remedy) == (AccountState.NEEDS_RECONNECT, "Look there.")
    row = await stage.row(event)
    assert row is not None
    assert row.code == "zoom_auth"
    await stage.work_for(60, step=5)
    assert stage.now(event).location.startswith("https://")
    assert (await _account(stage, _zoom(stage))).state is AccountState.OK
    assert await stage.row(event) is None


async def test_an_account_without_waiting_events_is_found_well_by_a_probe(stage):
    event = stage.calendars.add(ANA, location="zoom")
    stage.meetings.fail_next("auth_lost")
    await stage.work()
    stage.calendars.delete(event.ref)
    await stage.work_for(120, step=60)
    assert (await _account(stage, _zoom(stage))).state is AccountState.NEEDS_RECONNECT
    upkeep = Upkeep(stage.deps)
    stage.meetings.fail_next("auth_lost", "host")
    await upkeep.probe_meetings()
    assert (await _account(stage, _zoom(stage))).state is AccountState.NEEDS_RECONNECT
    stage.clock.advance(300)
    await upkeep.probe_meetings()
    assert (await _account(stage, _zoom(stage))).state is AccountState.OK
    await upkeep.probe_meetings()
    assert stage.meetings.calls["host"] == 2


async def test_an_account_that_only_answers_the_probe_is_probed_less_and_less(stage):
    stage.calendars.add(ANA, location="zoom")
    stage.meetings.fail_next("auth_lost", count=1000)
    upkeep = Upkeep(stage.deps)
    for _ in range(360):
        await stage.work(seconds=5)
        await upkeep.probe_meetings()
    assert stage.meetings.calls["host"] < 25
    assert stage.meetings.calls["create"] < 60


async def test_zoom_that_fails_for_long_is_told_on_its_account_too(stage):
    stage.calendars.add(BO, categories=("Zoom",))
    stage.meetings.fail_next("not_sent", count=5)
    await stage.work_for(2, step=1)
    rows = await stage.store.run(lambda tx: tx.accounts.all())
    assert _zoom(stage) not in {row.key for row in rows}
    await stage.work_for(10, step=2)
    told = await _account(stage, _zoom(stage))
    assert (told.state, told.reason) == (AccountState.FAILING, "Zoom cannot be reached.")
    await stage.work_for(120, step=10)
    assert (await _account(stage, _zoom(stage))).state is AccountState.OK


@pytest.mark.parametrize("wait", [None, timedelta(0), timedelta(seconds=-1)])
def test_a_limit_that_asks_for_no_rest_is_no_reason_for_a_hot_loop(wait: timedelta | None):
    error = RateLimited("Slower.", code="limited", retry_after=wait)
    pauses = [trouble.pause_of_calendar(error, n, RetryPolicy(), 0.5) for n in range(1, 12)]
    assert pauses == sorted(pauses)
    assert pauses[0] > timedelta(0)
    assert pauses[-1] > timedelta(minutes=2)
    assert trouble.pause_of_event(error, 11, RetryPolicy(), 0.5) == pauses[-1]


def test_a_limit_that_says_how_long_is_kept():
    error = RateLimited("Slower.", code="limited", retry_after=timedelta(hours=5))
    assert trouble.pause_of_event(error, 1, RetryPolicy(), 0.5) == timedelta(hours=5)
    assert trouble.pause_of_calendar(error, 1, RetryPolicy(), 0.5) == timedelta(hours=5)


def test_a_lost_consent_is_looked_for_soon_at_first_and_twice_an_hour_in_the_end():
    error = AuthLost("Gone.", code="gone")
    pauses = [trouble.pause_of_calendar(error, n, RetryPolicy(), 0.999) for n in (1, 4, 20)]
    assert pauses == sorted(pauses)
    assert pauses[0] <= timedelta(seconds=5)
    assert timedelta(minutes=29) < pauses[-1] <= timedelta(minutes=30)


def test_an_error_given_to_another_caller_is_the_same_but_for_the_account():
    error = RateLimited("Slower.", code="limited", retry_after=timedelta(seconds=3))
    error.account = ANA.account
    twin = error.for_another()
    assert type(twin) is RateLimited
    assert (str(twin), twin.code, twin.retry_after) == (str(error), "limited", error.retry_after)
    assert twin.account is None
    assert twin is not error


async def test_a_chore_without_its_database_is_put_off_and_not_a_traceback(caplog):
    timers = Timers()

    async def tick() -> None:
        raise StoreError("the disk is full")

    await timers._run(tick, "chore")
    assert [(r.levelname, r.getMessage(), r.problem) for r in caplog.records] == [
        ("WARNING", "chore put off", "the disk is full")
    ]


async def test_passing_trouble_is_a_transient_for_every_waiting_caller():
    error = Transient("Silence.", code="no_answer", remedy="Wait.")
    assert error.for_another().remedy == "Wait."
