"""The engine as a whole: it works until all is quiet, stops without loss, is replaced by a reload.

Shows I15 of `config/promises.md`.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from syncd.core.binding import BindingState
from syncd.core.policy import FlagPolicy
from syncd.engine import after
from syncd.engine.daemon import Engine
from syncd.engine.lease import take
from syncd.ports.errors import Transient
from syncd.ports.store import StoreError, Tx
from tests.fakes.guillotine import failing, frozen, prepared
from tests.fakes.stage import ANA, BO, another
from tests.unit.engine.accounts_play import connect, disconnect, leave, on_own_zoom
from tests.unit.engine.trial import Trial


@pytest.fixture
async def trial():
    made = Trial()
    await made.empty()
    patient(made)
    yield made
    made.close()


def patient(trial: Any) -> None:
    """Let waiting move the clock, but for the renewal of leases, which waits for good."""
    forever = trial.clock.sleep

    async def sleep(seconds: float) -> None:
        task = asyncio.current_task()
        if task is not None and task.get_name().startswith("renew"):
            await forever(seconds)
        trial.clock.advance(seconds)
        await asyncio.sleep(0)

    trial.clock.sleep = sleep


async def ended(engine: Engine) -> None:
    """Wait until no cycle is at work."""
    while engine._cycles:
        await asyncio.wait(engine._cycles)


async def leases(trial: Trial) -> int:
    """Count the calendars that somebody holds; looking takes them all."""
    now = trial.clock.now()

    def look(tx: Tx) -> int:
        for key in (ANA, BO):
            tx.calendars.hurry(key, due_at=now)
        return len(tx.calendars.claim("looker", now=now, until=now, limit=9))

    return 2 - await trial.store.run(look)


async def test_it_works_until_all_is_quiet(trial):
    events = [trial.calendars.add(calendar, location="zoom") for calendar in (ANA, BO)]
    engine = Engine(trial.deps)
    await engine.prepare()
    assert await engine.until_quiet()
    assert [len(trial.of_event(event)) for event in events] == [1, 1]
    assert await leases(trial) == 0


async def test_until_quiet_waits_for_the_second_look_of_a_removal(trial):
    event = trial.calendars.add(ANA, location="zoom")
    await trial.work()
    trial.calendars.delete(event.ref)
    engine = Engine(trial.deps)
    await engine.prepare()
    assert await engine.until_quiet()
    assert not trial.meetings.alive


async def test_until_quiet_waits_for_an_unknown_outcome(trial):
    event = trial.calendars.add(ANA, location="zoom")
    trial.meetings.fail_next("lost_request")
    engine = Engine(trial.deps)
    await engine.prepare()
    assert await engine.until_quiet()
    assert len(trial.of_event(event)) == 1


async def test_until_quiet_does_not_wait_for_what_takes_hours(trial):
    event = trial.calendars.add(ANA, location="zoom")
    trial.meetings.fail_next("daily_limit")
    engine = Engine(trial.deps)
    await engine.prepare()
    began = trial.clock.now()
    assert await engine.until_quiet()
    assert trial.clock.now() - began < timedelta(minutes=2)
    assert not trial.of_event(event)


async def test_until_quiet_tells_that_a_calendar_could_not_be_read(trial):
    event = trial.calendars.add(BO, location="zoom")
    trial.calendars.lose_account(ANA.owner)
    engine = Engine(trial.deps)
    await engine.prepare()
    assert not await engine.until_quiet()
    assert len(trial.of_event(event)) == 1


async def test_until_quiet_outlives_a_calendar_that_fails_for_a_while(trial):
    event = trial.calendars.add(ANA, location="zoom")
    trial.calendars.fail_next("changes", Transient("Down.", code="unreachable"), times=3)
    engine = Engine(trial.deps)
    await engine.prepare()
    assert await engine.until_quiet()
    assert len(trial.of_event(event)) == 1


async def test_until_quiet_ends_when_the_engine_is_stopped(trial):
    trial.calendars.add(ANA, location="zoom")
    engine = Engine(trial.deps)
    await engine.prepare()
    await engine.stop(patience=1)
    await engine.until_quiet()
    assert not trial.meetings.alive


async def test_a_failure_that_a_cycle_alone_has_met_is_told_and_that_it_is_over(trial, caplog):
    caplog.set_level("INFO")
    event = trial.calendars.add(ANA, location="zoom")
    engine = Engine(trial.deps)
    await engine.prepare()
    trial.blade.plan("calendar changes", prepared(lambda: _fail_next_commit(trial)))
    await engine.dispatch()
    await ended(engine)
    assert trial.deps.health.database == "the server is gone"

    await engine.dispatch()
    await ended(engine)

    told = [r.message for r in caplog.records if r.message.startswith("database")]
    assert told == ["database unusable", "database usable again"]
    assert trial.deps.health.database is None
    assert len(trial.of_event(event)) == 1


def _fail_next_commit(trial) -> None:
    trial.blade.plan(len(trial.blade.effects), failing(StoreError("the server is gone")))


async def test_a_failing_database_is_told_and_outlived(trial, caplog):
    event = trial.calendars.add(ANA, location="zoom")
    engine = Engine(trial.deps)
    await engine.prepare()
    trial.blade.revive()
    for number in range(2):
        trial.blade.plan(number, failing(StoreError("the disk is full")))
        await engine.dispatch()
    assert "database unusable" in caplog.text
    assert trial.deps.health.database == "the disk is full"
    await engine.dispatch()
    assert trial.deps.health.database is None
    await ended(engine)
    assert len(trial.of_event(event)) == 1


async def test_a_database_that_fails_within_a_cycle_is_outlived(trial):
    event = trial.calendars.add(ANA, location="zoom")
    engine = Engine(trial.deps)
    await engine.prepare()
    trial.blade.revive()
    trial.blade.plan(3, failing(StoreError("the disk is full")))
    await engine.dispatch()
    await ended(engine)
    trial.clock.advance(16)
    await engine.dispatch()
    await ended(engine)
    assert len(trial.of_event(event)) == 1


async def test_what_a_failing_database_left_in_our_hands_is_freed_before_its_lease_ends(trial):
    event = trial.calendars.add(ANA, location="zoom")
    engine = Engine(trial.deps)
    await engine.prepare()
    trial.blade.revive()
    trial.blade.plan(3, failing(StoreError("the server is gone")))
    await engine.dispatch()
    await ended(engine)
    assert not trial.meetings.alive
    await engine.dispatch()
    await ended(engine)
    assert len(trial.of_event(event)) == 1


async def test_a_calendar_that_was_claimed_without_our_knowing_is_freed_at_once(trial):
    event = trial.calendars.add(ANA, location="zoom")
    engine = Engine(trial.deps)
    await engine.prepare()
    trial.blade.revive()
    trial.blade.plan(1, failing(StoreError("nobody knows whether it was committed"), "after"))
    await engine.dispatch()
    held = await trial.store.run(lambda tx: tx.calendars.held_by(trial.deps.holder))
    assert [lease.calendar for lease in held] == [ANA, BO]
    await engine.dispatch()
    await ended(engine)
    assert len(trial.of_event(event)) == 1


async def test_what_nobody_works_under_does_not_last_longer_when_the_clock_is_set_back(trial):
    event = trial.calendars.add(ANA, location="zoom")
    engine = Engine(trial.deps)
    await engine.prepare()
    # As a sweep leaves it that could not give it back.
    assert await take(trial.deps, ANA) is not None
    trial.clock.jump(-7200.0)
    await engine.dispatch()
    await ended(engine)
    assert len(trial.of_event(event)) == 1


async def test_stopping_ends_what_is_in_flight_and_begins_nothing_new(trial):
    events = [trial.calendars.add(ANA, location="zoom") for _ in range(8)]
    began, until = asyncio.Event(), asyncio.Event()
    engine = Engine(trial.deps)
    await engine.prepare()

    async def slow(effect):
        trial.blade.plan("zoom create", slow)
        began.set()
        await until.wait()
        return await effect()

    trial.blade.plan("zoom create", slow)
    await engine.dispatch()
    await began.wait()
    stopping = asyncio.create_task(engine.stop(patience=60))
    await asyncio.sleep(0)
    until.set()
    await stopping
    linked = [event for event in events if trial.of_event(event)]
    assert len(linked) == 3
    assert all(trial.now(event).location.startswith("https://") for event in linked)
    assert len(trial.calendars.writes) == len(linked)
    assert await leases(trial) == 0
    await engine.dispatch()
    assert not engine._cycles


async def test_what_a_stop_left_undone_is_done_by_the_next_engine(trial):
    events = [trial.calendars.add(ANA, location="zoom") for _ in range(8)]
    began, until = asyncio.Event(), asyncio.Event()
    engine = Engine(trial.deps)
    await engine.prepare()
    trial.blade.plan("zoom create", frozen(until, began, "before"))
    await engine.dispatch()
    await began.wait()
    await engine.stop(patience=0)
    await trial.rise()
    assert await trial.settle()
    assert [len(trial.of_event(event)) for event in events] == [1] * 8
    assert trial.witness.violations == []


async def test_a_cycle_that_a_clock_set_back_overtakes_writes_no_time_that_is_hours_away(trial):
    number, was_frozen = 0, True
    while was_frozen:
        await trial.empty()
        trial.calendars.add(ANA, location="zoom")
        began, until = asyncio.Event(), asyncio.Event()
        engine = Engine(trial.deps)
        await engine.prepare()
        trial.blade.revive()
        # After the two that claim the calendar.
        trial.blade.plan(2 + number, frozen(until, began, "before"))
        await engine.dispatch()
        was_frozen = await _begins(began, engine)
        trial.blade.planned.clear()
        trial.clock.jump(-7200.0)
        await engine.dispatch()
        until.set()
        for _ in range(3):
            await ended(engine)
            trial.clock.advance(60)
            await engine.dispatch()
        await ended(engine)
        rows = await trial.store.run(lambda tx: tx.calendars.all())
        assert all(row.last_success == trial.clock.now() for row in rows if row.enabled)
        number += 1
    assert number >= 10


async def _begins(began: asyncio.Event, engine: Engine) -> bool:
    """Wait until the frozen effect is reached; False when the work ends without it."""
    reached, done = asyncio.create_task(began.wait()), asyncio.create_task(ended(engine))
    await asyncio.wait((reached, done), return_when=asyncio.FIRST_COMPLETED)
    reached.cancel()
    done.cancel()
    return began.is_set()


async def test_a_reload_tries_again_what_waited(trial):
    tagged = trial.calendars.add(ANA, title="Talk #video")
    refused = trial.calendars.add(BO, location="zoom")
    trial.meetings.fail_next("refused")
    first = Engine(trial.deps)
    await first.prepare()
    assert await first.until_quiet()
    await first.stop(patience=1)
    assert not trial.meetings.alive
    people = {
        owner: replace(person, flags=FlagPolicy(tags=("zoom", "video")))
        for owner, person in trial.deps.people.items()
    }
    new = replace(another(trial.deps, "test:2"), people=people)
    second = Engine(new)
    await second.prepare()
    assert await second.until_quiet()
    assert len(trial.of_event(refused)) == 1
    trial.calendars.edit(tagged.ref, title="A talk #video")
    trial.clock.advance(60)
    await second.dispatch()
    await ended(second)
    assert len(trial.of_event(tagged)) == 1


async def test_a_calendar_that_left_the_config_is_left_alone_and_taken_up_again(trial):
    event = trial.calendars.add(BO, location="zoom")
    one = Engine(replace(trial.deps, watched=frozenset({ANA})))
    await one.prepare()
    assert await one.until_quiet()
    assert not trial.meetings.alive
    both = Engine(replace(trial.deps, draining=asyncio.Event()))
    await both.prepare()
    assert await both.until_quiet()
    assert len(trial.of_event(event)) == 1


async def test_a_cycle_that_breaks_stops_no_other(trial, monkeypatch, caplog):
    async def let_go(deps, hold, row):
        if row.key == ANA:
            raise ZeroDivisionError
        await original(deps, hold, row)

    original = after.let_go
    monkeypatch.setattr(after, "let_go", let_go)
    trial.calendars.add(ANA, location="zoom")
    other = trial.calendars.add(BO, location="zoom")
    engine = Engine(trial.deps)
    await engine.prepare()
    await engine.dispatch()
    await ended(engine)
    assert "cycle failed" in caplog.text
    assert len(trial.of_event(other)) == 1


async def test_until_quiet_takes_links_out_and_lets_the_account_go(trial):
    await on_own_zoom(trial)
    event = trial.calendars.add(ANA, location="zoom", start=trial.clock.now() + timedelta(days=9))
    engine = Engine(trial.deps)
    await engine.prepare()
    assert await engine.until_quiet()
    assert trial.meetings.alive
    await leave(trial)
    assert await engine.until_quiet()
    assert not trial.meetings.alive
    assert "https" not in trial.now(event).location
    assert await trial.store.run(lambda tx: tx.connections.all()) == []


async def test_an_engine_begun_anew_takes_up_what_was_released(trial):
    await on_own_zoom(trial)
    event = trial.calendars.add(ANA, location="zoom", start=trial.clock.now() + timedelta(days=9))
    engine = Engine(trial.deps)
    await engine.prepare()
    assert await engine.until_quiet()
    await disconnect(trial)
    engine = Engine(trial.deps)
    await engine.prepare()
    trial.calendars.calls.clear()
    assert await engine.until_quiet()
    assert not [call for call in trial.calendars.calls if call[0] == "get"], "nobody is asked"
    await connect(trial)
    engine = Engine(trial.deps)
    await engine.prepare()
    assert await engine.until_quiet()
    bound = await trial.binding(event)
    assert bound is not None
    assert bound.state is BindingState.LINKED
    assert len(trial.meetings.alive) == 1


async def test_a_clock_that_is_set_back_keeps_nobody_waiting(trial, caplog):
    engine = Engine(trial.deps)
    await engine.prepare()
    assert await engine.until_quiet()
    trial.clock.jump(-7200)
    event = trial.calendars.add(ANA, location="zoom")
    await engine.dispatch()
    await ended(engine)
    bound = await trial.binding(event)
    assert bound is not None
    assert bound.state is BindingState.LINKED
    [told] = [record for record in caplog.records if record.message == "clock set back"]
    assert told.seconds == 7200
