"""The right to act on a calendar: kept while it is used, and nothing without it.

Shows I6 of `config/promises.md`.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import pytest

from syncd.core.ids import AccountKey, CalendarKey, Provider
from syncd.engine import worker
from syncd.engine.daemon import Engine
from syncd.engine.deps import Timing
from syncd.engine.hands import Hands
from syncd.engine.lease import Hold, break_all
from syncd.ports.errors import LeaseLost
from syncd.ports.replicas import Turn
from syncd.ports.store import Store, Tx
from tests.fakes.guillotine import frozen
from tests.fakes.stage import ANA
from tests.unit.engine.trial import Trial

T = TypeVar("T")


@pytest.fixture
async def trial():
    made = Trial()
    await made.empty()
    yield made
    made.close()


async def test_a_lease_that_is_lost_ends_the_cycle_where_it_stands(trial, caplog):
    trial.calendars.add(ANA, location="zoom")
    began, never = asyncio.Event(), asyncio.Event()
    ticks: asyncio.Queue[None] = asyncio.Queue()

    async def sleep(seconds):
        await ticks.get()

    trial.clock.sleep = sleep
    trial.deps = replace(trial.deps, watched=frozenset({ANA}))
    await trial.store.run(lambda tx: tx.calendars.configure([ANA], now=trial.clock.now()))
    trial.blade.plan("calendar get", frozen(never, began, "before"))
    ((row, lease),) = await worker.claim(trial.deps, Hands().free())
    task = asyncio.create_task(worker.cycle(trial.deps, row, lease))
    await began.wait()
    ticks.put_nowait(None)
    await asyncio.sleep(0)
    assert not task.done()
    await trial.store.run(lambda tx: tx.calendars.break_leases())
    ticks.put_nowait(None)
    with caplog.at_level(logging.WARNING):
        await task
    assert "lease lost" in caplog.text
    assert not trial.meetings.calls


class Crowd:
    """Lets transactions take their time, and counts how many are under way at once."""

    def __init__(self, store: Store) -> None:
        self.store, self.now, self.most = store, 0, 0

    async def run(self, work: Callable[[Tx], T]) -> T:
        self.now += 1
        self.most = max(self.most, self.now)
        for _ in range(5):
            await asyncio.sleep(0)
        try:
            return await self.store.run(work)
        finally:
            self.now -= 1


async def test_commits_under_one_lease_go_one_after_the_other(trial):
    ((_, lease), _) = await worker.claim(trial.deps, Hands().free())
    crowd = Crowd(trial.store)
    hold = Hold(replace(trial.deps, store=crowd), lease)
    told = await asyncio.gather(*(hold.commit(lambda _: crowd.now) for _ in range(4)))

    assert (told, crowd.most) == ([1, 1, 1, 1], 1)


async def test_a_kept_lease_outlives_its_first_term(trial):
    async def sleep(seconds):
        trial.clock.advance(seconds)
        await asyncio.sleep(0)

    trial.clock.sleep = sleep
    ((_, lease), _) = await worker.claim(trial.deps, Hands().free())
    hold = Hold(trial.deps, lease)
    async with hold.kept():
        for _ in range(20):
            await asyncio.sleep(0)
        assert trial.clock.now() > lease.until + timedelta(minutes=1)
        taken = await trial.store.run(
            lambda tx: tx.calendars.claim(
                "other", now=trial.clock.now(), until=trial.clock.now(), limit=9
            )
        )
    assert lease.calendar not in {row.key for row, _ in taken}
    assert await hold.commit(lambda _: "done") == "done"


async def test_a_commit_under_a_lost_lease_changes_nothing(trial):
    ((row, lease), _) = await worker.claim(trial.deps, Hands().free())
    hold = Hold(trial.deps, lease)
    await trial.store.run(lambda tx: tx.calendars.break_leases())
    before = trial.rows()
    with pytest.raises(LeaseLost):
        await hold.commit(lambda tx: tx.calendars.save(replace(row, problem="Mine.")))
    assert trial.rows() == before


async def test_whoever_starts_alone_ends_all_that_a_dead_daemon_held(trial):
    """Shared tokens, turns and calendars; a person's grant may be renewed by a command just now."""
    now = trial.clock.now()
    until = now + timedelta(minutes=1)
    zoom = AccountKey(Provider.ZOOM, "shared")
    turn = partial(_turn, now=now, until=until)
    refresh = partial(_refresh, account=zoom, now=now, until=until)
    await worker.claim(trial.deps, Hands().free())
    await trial.store.run(partial(turn, holder="dead"))
    await trial.store.run(partial(refresh, holder="dead"))
    heir = replace(trial.deps, holder="heir")
    assert not await worker.claim(heir, Hands().free())
    assert await trial.store.run(partial(turn, holder="heir")) is Turn.BUSY
    assert not await trial.store.run(partial(refresh, holder="heir"))

    await trial.store.run(break_all)

    assert len(await worker.claim(heir, Hands().free())) == 2
    assert await trial.store.run(partial(turn, holder="heir")) is Turn.OURS
    assert await trial.store.run(partial(refresh, holder="heir"))


def _turn(tx: Tx, *, holder: str, now: datetime, until: datetime) -> Turn:
    return tx.chores.begin("sweep", holder, now=now, until=until, since=now)


def _refresh(tx: Tx, *, account: AccountKey, holder: str, now: datetime, until: datetime) -> bool:
    return tx.tokens.begin_refresh(account, holder=holder, now=now, until=until)


def test_timings_under_which_a_holder_could_act_after_its_lease_are_refused(trial):
    timing = Timing(lease=timedelta(seconds=14))
    with pytest.raises(ValueError, match="lease must be at least"):
        Engine(replace(trial.deps, timing=timing))


async def test_of_two_daemons_each_takes_its_part_of_what_is_due(trial):
    both = replace(trial.deps, daemons=lambda: 2)

    first = await worker.claim(both, Hands().free())
    second = await worker.claim(replace(both, holder="test:2"), Hands().free())

    assert (len(first), len(second)) == (1, 1)


class Share:
    """What each of several daemons took of twenty calendars of each provider."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.deps = replace(trial.deps, daemons=lambda: 2)
        self.calendars = [
            CalendarKey(provider, f"{number}@example.com", "primary")
            for provider in (Provider.GOOGLE, Provider.MICROSOFT)
            for number in range(20)
        ]

    async def configured(self) -> None:
        now = self.deps.clock.now()
        await self.trial.store.run(lambda tx: tx.calendars.configure(self.calendars, now=now))

    async def taken(self, holder: str) -> Counter[Provider]:
        claimed = await worker.claim(replace(self.deps, holder=holder), Hands().free())
        return Counter(row.key.provider for row, _ in claimed)


async def test_whoever_looks_first_or_more_often_has_no_more_than_its_part(trial):
    share = Share(trial)
    await share.configured()
    half = {Provider.GOOGLE: 10, Provider.MICROSOFT: 10}

    assert await share.taken("one") == half
    assert await share.taken("two") == half


async def test_what_nobody_else_takes_is_taken_one_at_a_time(trial):
    """The other may have no hands free, or stand still: it is counted until it was silent for long."""
    share = Share(trial)
    await share.configured()
    await share.taken("one")

    assert [(await share.taken("one")).total() for _ in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("daemons", [0, 1])
async def test_whoever_is_alone_takes_all_there_is(trial, daemons):
    share = Share(trial)
    share.deps = replace(share.deps, daemons=lambda: daemons)
    await share.configured()

    assert (await share.taken("one")).total() == 40


async def test_leases_of_the_dead_count_for_nobody_living(trial):
    share = Share(trial)
    await share.configured()
    await share.taken("dead")
    trial.clock.advance(share.deps.timing.lease.total_seconds())

    assert (await share.taken("one")).total() == 20
    assert (await share.taken("two")).total() == 20
