"""Lives of one event whose accounts come and go: no second meeting, no dead link, nothing forgotten.

Shows K24 of `config/promises.md`.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.binding import BindingState
from syncd.core.ids import Provider
from syncd.engine import halt
from syncd.engine.accounts import AccountChores
from syncd.engine.departure import Parting
from tests.fakes.guillotine import Killed
from tests.fakes.oauth import FakeAuthorizer
from tests.fakes.stage import ANA
from tests.unit.engine.accounts_play import (
    ANA_GOOGLE,
    ANA_ZOOM,
    connect,
    departures,
    disconnect,
    leave,
    on_own_zoom,
)
from tests.unit.engine.sweeping import swept
from tests.unit.engine.test_lives_of_kinds import MOVES as OF_EVENTS
from tests.unit.engine.test_lives_of_kinds import PAUSES, Life
from tests.unit.engine.trial import Trial

KEPT = (
    "#zoom",
    "#zoom:new",
    "#nozoom",
    "no tag",
    "word zoom",
    "free",
    "undo",
    "rename",
    "move",
    "cancel",
    "revive",
    "zoom loses all",
    "calendar fails",
    "zoom fails",
    "answer lost",
    "stale",
    "restart",
    "kill",
)


async def _is_connected(life: Life, account) -> bool:
    return await life.trial.store.run(lambda tx: tx.connections.get(account) is not None)


async def _connect(life: Life) -> None:
    if not await _is_connected(life, ANA_ZOOM):
        await connect(life.trial)


async def _disconnect(life: Life) -> None:
    await disconnect(life.trial)


async def _leave(life: Life) -> None:
    await leave(life.trial)


async def _calendar_goes(life: Life) -> None:
    await disconnect(life.trial, ANA_GOOGLE)


async def _calendar_comes(life: Life) -> None:
    if not await _is_connected(life, ANA_GOOGLE):
        await connect(life.trial, ANA_GOOGLE)


async def _chores(life: Life) -> None:
    try:
        await AccountChores(life.trial.deps).part_those_that_left()
    except Killed:
        await life.trial.rise()
    if not await _is_connected(life, ANA_ZOOM) and ANA.owner in life.trial.meetings._own:
        life.trial.meetings.disconnect(ANA.owner)


async def _halt(life: Life) -> None:
    now = life.trial.clock.now()
    await life.trial.store.run(lambda tx: halt.stop(tx, who="root", now=now))


async def _resume(life: Life) -> None:
    now = life.trial.clock.now()
    await life.trial.store.run(lambda tx: halt.resume(tx, who="root", now=now))


MOVES: dict[str, Callable[[Life], Awaitable[None] | None]] = {
    **{name: OF_EVENTS[name] for name in KEPT},
    "connect": _connect,
    "connect again": _connect,
    "disconnect": _disconnect,
    "leave": _leave,
    "calendar goes": _calendar_goes,
    "calendar comes": _calendar_comes,
    "chores": _chores,
    "halt": _halt,
    "resume": _resume,
}


async def live(trial: Trial, seed: int) -> tuple[Life, list[str]]:
    chance = random.Random(seed)
    await trial.empty()
    await on_own_zoom(trial)
    await connect(trial, ANA_GOOGLE)
    start = trial.clock.now() + timedelta(days=30)
    event = trial.calendars.add(ANA, text=chance.choice(["#zoom Agenda", "Agenda"]), start=start)
    life, told = Life(trial, chance, event), []
    await trial.attempt(1)
    for _ in range(chance.randint(3, 10)):
        move, pause = chance.choice(sorted(MOVES)), chance.choice(PAUSES)
        told.append(f"{move} +{pause}")
        if (done := MOVES[move](life)) is not None:
            await done
        if not await trial.attempt(pause):
            told.append("killed")
            await trial.rise()
    return life, told


async def calm(life: Life) -> None:
    """Let everybody be connected, everything work, and time pass."""
    trial = life.trial
    trial.blade.revive()
    await _resume(life)
    for _ in range(3):
        await trial.work_for(120, step=30)
        await _chores(life)
    await _connect(life)
    await _calendar_comes(life)
    await trial.work_for(180, step=30)
    await swept(trial)
    for step in (5, 30, 60, 3600, 60, 60, 3600, 60, 60, 60):
        for _ in range(4):
            if not await trial.attempt(step):
                await trial.rise()


async def problems(life: Life) -> list[str]:
    """Tell what is wrong with an event that has come to rest."""
    trial, shown, found = life.trial, life.shown(), []
    bound, row = await trial.binding(life.event), await trial.row(life.event)
    alive = set(trial.meetings.alive)
    state = bound.state if bound is not None else None
    if shown - alive and state is BindingState.LINKED:
        found.append("a dead link is shown")
    if alive - {bound.meeting_id if bound is not None else None}:
        found.append("a meeting is left over")
    if state in (BindingState.CREATING, BindingState.REMOVING, BindingState.RELEASED):
        found.append(f"it is {state} for ever")
    if row is not None and row.code in ("zoom_not_connected", "account_leaves", "halted"):
        found.append(f"it waits for {row.code}")
    if await trial.store.run(lambda tx: tx.journal.all_open()):
        found.append("an intent is left open")
    trial.calendars.calls.clear()
    trial.meetings.calls.clear()
    await trial.work_for(600, step=60)
    calls = {name for name, _ in trial.calendars.calls} - {"changes"} | set(trial.meetings.calls)
    return [*found, f"no rest: {sorted(calls)}"] if calls else found


@pytest.fixture
async def trial():
    made = Trial(ANA)
    yield made
    made.close()


@pytest.mark.parametrize("first", range(0, 60, 20))
async def test_a_life_ends_as_if_the_accounts_had_never_gone(trial, first):
    for seed in range(first, first + 20):
        life, told = await live(trial, seed)
        await calm(life)
        row, bound = await trial.row(life.event), await trial.binding(life.event)
        assert await problems(life) == [], (seed, told, row, bound)


async def _go(trial: Trial) -> None:
    """Disconnect as the page does, then end the grant."""
    made = departures(trial)
    await trial.deps.store.run(
        lambda tx: made.part(tx, ANA_ZOOM, how=Parting.BY_PERSON, who=ANA.owner)
    )
    await trial.deps.store.settle()
    if ANA.owner in trial.meetings._own:
        trial.meetings.disconnect(ANA.owner)
    await AccountChores(trial.deps).revoke()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_departure_that_is_cut_short_anywhere_is_whole_or_not_at_all(trial, when):
    number, was_cut = 0, True
    while was_cut:
        await trial.empty()
        await on_own_zoom(trial)
        authorizer = FakeAuthorizer()
        trial.deps = replace(trial.deps, authorizers={Provider.ZOOM: authorizer})
        event = trial.calendars.add(ANA, text="#zoom Agenda")
        await trial.settle()
        trial.blade.revive()
        trial.blade.fall(number, when)
        try:
            await _go(trial)
            was_cut = False
        except Killed:
            await trial.rise()
            await _go(trial)
        assert await trial.store.run(lambda tx: tx.connections.all()) == []
        assert await trial.store.run(lambda tx: tx.revocations.all()) == []
        assert authorizer.revoked
        trial.blade.revive()
        await connect(trial)
        assert await trial.settle()
        bound = await trial.binding(event)
        assert bound is not None
        assert (bound.state, len(trial.meetings.alive)) == (BindingState.LINKED, 1)
        assert trial.witness.violations == []
        number += 1
    assert number >= 5


@pytest.mark.parametrize("when", ["before", "after"])
async def test_links_that_go_first_go_once_wherever_it_is_cut_short(trial, when):
    number, was_cut = 0, True
    while was_cut:
        await trial.empty()
        await on_own_zoom(trial)
        start = trial.clock.now() + timedelta(days=30)
        event = trial.calendars.add(ANA, location="zoom", start=start)
        await trial.settle()
        trial.blade.revive()
        trial.witness.asks = lambda _: False
        trial.blade.fall(number, when)
        await leave(trial)
        was_cut = not await trial.settle()
        if was_cut:
            await trial.rise()
            assert await trial.settle()
        trial.blade.revive()
        await AccountChores(trial.deps).part_those_that_left()
        assert await trial.store.run(lambda tx: tx.connections.all()) == []
        assert not trial.meetings.alive
        assert "https" not in trial.now(event).location + trial.now(event).body.text
        assert trial.witness.violations == []
        number += 1
    assert number >= 10
