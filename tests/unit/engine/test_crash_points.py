"""The process dies, or something fails, at every effect there is; it always ends the same.

Shows K0 to K17, K23, K25 and L1 of `config/promises.md`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from syncd.core.event import Event
from syncd.core.ids import CalendarKey
from syncd.ports.errors import CursorExpired, OutcomeUnknown, RateLimited, Transient
from syncd.ports.store import StoreError
from tests.fakes.guillotine import Incident, failing, prepared
from tests.fakes.stage import ANA, BO
from tests.unit.engine.scenario_ends import check
from tests.unit.engine.scenarios import SCENARIOS, Scenario, begin
from tests.unit.engine.trial import Trial

# The others do the same in both kinds of calendar; Meet and Teams are not made the same way.
IN_BOTH = {"link", "switch to its provider's own"}
# The simulation strikes these at every effect; its seeds alone draw what is below and not in its seven
# kinds.
SIMULATED = {"unflag", "delete", "take the link out", "ask for a fresh meeting"}


def _calendars(number: int, scenario: Scenario) -> list[CalendarKey]:
    fitting = [calendar for calendar in (ANA, BO) if calendar.provider in scenario.providers]
    return fitting if scenario.name in IN_BOTH else [fitting[number % len(fitting)]]


EVERYWHERE = [
    (scenario, calendar)
    for number, scenario in enumerate(SCENARIOS)
    for calendar in _calendars(number, scenario)
]

Fault = Callable[[Trial, Event], Incident]


def zoom(kind: Any, method: Any) -> Fault:
    return lambda trial, event: prepared(lambda: trial.meetings.fail_next(kind, method))


def raising(error: Exception, *, after: bool = False) -> Fault:
    return lambda trial, event: failing(error, "after" if after else "before")


PASSING = {
    "unreachable": raising(Transient("Down.", code="unreachable")),
    "rate limit": raising(RateLimited("Slower.", code="slow", retry_after=timedelta(seconds=7))),
}
CREATE = ("lost_request", "lost_answer", "late", "server_error", "not_sent", "rate_limited")
CHANGE = ("lost_request", "lost_answer", "late", "rate_limited")
READ = ("lost_request", "rate_limited")
METHODS = {"create": CREATE, "update": CHANGE, "delete": CHANGE, "get": READ, "listing": READ}
FAULTS: dict[str, dict[str, Fault]] = {
    "store run": {
        "no commit": raising(StoreError("Locked.")),
        "commit without answer": raising(StoreError("Gone."), after=True),
    },
    "calendar changes": PASSING | {"expired": raising(CursorExpired("Old.", code="expired"))},
    "calendar get": PASSING
    | {"stale": lambda trial, e: prepared(lambda: trial.calendars.show_former(e.ref))},
    "calendar write": PASSING
    | {
        "lost": raising(OutcomeUnknown("Silence.", code="no_answer")),
        "answer lost": raising(OutcomeUnknown("Silence.", code="no_answer"), after=True),
        "changed meanwhile": lambda trial, event: prepared(
            lambda: trial.calendars.change_meanwhile(event.ref, url="https://elsewhere.example")
        ),
    },
    **{
        f"zoom {method}": {kind: zoom(kind, method) for kind in kinds}
        for method, kinds in METHODS.items()
    },
}


async def run(trial: Trial, scenario: Scenario) -> bool:
    """Work as often as the scenario says; False when the process was killed."""
    for seconds in scenario.looks:
        if not await trial.attempt(seconds):
            return False
    return True


async def count(trial: Trial, scenario: Scenario, calendar: CalendarKey) -> list[str]:
    """Count the effects of an undisturbed run, which must come to its end by itself."""
    event = await begin(trial, scenario, calendar)
    assert await run(trial, scenario)
    effects = list(trial.blade.effects)
    await check(trial, scenario, event)
    return effects


def is_known(trial: Trial, known: set[object]) -> bool:
    """Tell whether another death left the very same behind, and note this one."""
    left = trial.left_behind()
    was_known = left in known
    known.add(left)
    return was_known


@pytest.mark.parametrize(
    ("scenario", "calendar"), EVERYWHERE, ids=lambda of: getattr(of, "provider", str(of))
)
async def test_killed_before_or_after_any_effect_it_ends_the_same(scenario, calendar):
    trial = Trial(calendar)
    known: set[object] = set()
    effects = len(await count(trial, scenario, calendar))
    for number in range(effects + 1):
        event = await begin(trial, scenario, calendar)
        trial.blade.fall_at(number, of=effects)
        assert not await run(trial, scenario)
        if is_known(trial, known):
            continue
        await trial.rise()
        assert await trial.settle()
        await check(trial, scenario, event)
    trial.close()


@pytest.mark.parametrize(
    "scenario", [one for one in SCENARIOS if one.name not in SIMULATED], ids=str
)
@pytest.mark.parametrize(("at", "calendar"), [("store", ANA), ("calendar", BO), ("zoom", BO)])
async def test_with_any_fault_at_any_effect_it_ends_the_same(scenario, at, calendar):
    calendar = calendar if calendar.provider in scenario.providers else ANA
    trial = Trial(calendar)
    for number, name in enumerate(await count(trial, scenario, calendar)):
        for fault in FAULTS[name].values() if name.startswith(at) else ():
            event = await begin(trial, scenario, calendar)
            trial.blade.plan(number, fault(trial, event))
            assert await run(trial, scenario)
            trial.clock.advance(20)
            trial.meetings.arrive()
            assert await trial.settle()
            await check(trial, scenario, event)
    trial.close()


async def test_killed_again_at_any_effect_of_the_recovery_it_ends_the_same():
    scenario, trial = SCENARIOS[0], Trial(ANA)
    known: set[object] = set()
    for first, _ in enumerate(await count(trial, scenario, ANA)):
        await begin(trial, scenario, ANA)
        trial.blade.fall(first, "after")
        assert not await run(trial, scenario)
        second, was_killed = 0, not is_known(trial, known)
        while was_killed:
            event = await begin(trial, scenario, ANA)
            trial.blade.fall(first, "after")
            assert not await run(trial, scenario)
            was_killed = await die_again(trial, second)
            await check(trial, scenario, event)
            # Further on a recovery only looks again and again for what may still surface.
            second += 1 if second < 15 else 12
    assert len(known) > 5
    trial.close()


async def die_again(trial: Trial, number: int) -> bool:
    """Recover from one death and die after an effect of that; False when there are not so many."""
    await trial.rise()
    trial.blade.fall(number, "after")
    was_killed = not await trial.settle()
    trial.blade.revive()
    if was_killed:
        await trial.rise()
        assert await trial.settle()
    return was_killed


async def test_of_two_meetings_for_one_event_one_stays_wherever_the_process_dies():
    scenario, trial = SCENARIOS[0], Trial(BO)
    number, was_killed = 0, True
    while was_killed:
        event = await begin(trial, scenario, BO)
        trial.meetings.fail_next("late")
        await trial.work()
        trial.meetings.fail_next("lost_answer")
        while trial.meetings.calls["create"] < 2:
            await trial.work(seconds=5)
        trial.meetings.arrive()
        assert len(trial.of_event(event)) == 2
        was_killed = await die_again(trial, number)
        await check(trial, scenario, event)
        number += 1
    assert number > 10
    trial.close()
