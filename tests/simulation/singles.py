"""Every effect of every story struck by every kind of fault: one at a time, or two.

An effect is struck once for each state of the world in which it happens: polls that find nothing new
are all the same. Cases that cannot differ are played once, and counted as what they stand for:

- A death leaves what was durable then. After a write, and during a read, that is what it was before
  the next write, so the death before that write stands for it; after the last one all are played.
- A daemon that is frozen has a second one beside it, which takes over. One that is frozen during a read
  learns there what it would not know, were it frozen before the write that follows: that stands for both.
- What did not write anything cannot differ by whether it had its effect.
- A transaction that was refused, or lost on its way, was not committed either way.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, product

from tests.simulation.campaign import Outcome, Tally, kept, over
from tests.simulation.faults import SEVEN, Kind, Strike
from tests.simulation.run import Report, Script, play
from tests.simulation.scenarios import scenarios

# Longer than a lease, and than the wait for an answer.
_SECONDS = 25.0
_SAME_FOR_A_READ: dict[Kind, Kind] = {"unanswered": "lost", "late": "lost"}
_AFTER_A_WRITE: dict[Kind, Kind] = {"killed after": "killed before"}
_AT_A_READ: dict[Kind, Kind] = {kind: kind for kind in ("killed before", "frozen before")}
_SAME_FOR_A_COMMIT: dict[Kind, Kind] = {"late": "lost", "refused": "lost"}


@dataclass(frozen=True, slots=True)
class Boundary:
    """An effect of a story: its number, its name, and whether it changes anything."""

    number: int
    name: str
    writes: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One story with one fault, or two."""

    scenario: str
    replicas: int
    strikes: tuple[Strike, ...]
    boundary: str
    stands_for: int
    """How many combinations of boundary and kind it is."""

    @property
    def script(self) -> Script:
        return replace(scenarios(replicas=self.replicas)[self.scenario], strikes=self.strikes)


def boundaries(report: Report) -> Iterator[Boundary]:
    """Give every effect in a state of its own, in their order."""
    known: set[tuple[str, object]] = set()
    for number, effect in enumerate(report.effects[: report.settled_after]):
        if (effect.name, effect.state) not in known:
            known.add((effect.name, effect.state))
            yield Boundary(number, effect.name, effect.writes)


def kinds_at(place: Boundary) -> dict[Kind, int]:
    """Give the kinds that differ at an effect, each with how many of the seven it stands for."""
    same: dict[Kind, Kind] = {}
    if not place.writes:
        same |= _SAME_FOR_A_READ | {"killed after": "killed before"}
    if place.name.startswith("commit"):
        same |= _SAME_FOR_A_COMMIT
    found: dict[Kind, int] = {}
    for kind in SEVEN:
        told = same.get(kind, kind)
        found[told] = found.get(told, 0) + 1
    return found


def _left_to_the_next_write(place: Boundary) -> dict[Kind, Kind]:
    """Give the kinds that one before the next write stands for, each with that one."""
    return _AFTER_A_WRITE if place.writes else _AT_A_READ


def _planned(report: Report) -> Iterator[tuple[Boundary, dict[Kind, int]]]:
    """Give the boundaries with their kinds; what the next write stands for is counted there."""
    places = list(boundaries(report))
    left: Counter[Kind] = Counter()
    for number, place in enumerate(places):
        kinds = kinds_at(place)
        is_last = number == len(places) - 1
        leaves = {} if is_last else _left_to_the_next_write(place)
        leaving = {there: kinds.pop(kind) for kind, there in leaves.items()}
        for kind in left.keys() & kinds.keys():
            kinds[kind] += left.pop(kind)
        left.update(leaving)
        yield place, kinds


def singles(only: str | None = None) -> Iterator[Case]:
    """Give all cases with one fault; freezing is played beside a second replica."""
    for replicas in (1, 2):
        for name, script in scenarios(replicas=replicas).items():
            if only not in {None, name}:
                continue
            base = play(script)
            assert not base.violations, (name, base.violations)
            for place, kinds in _planned(base):
                for kind, count in kinds.items():
                    if replicas == (2 if kind == "frozen before" else 1):
                        strike = Strike(place.number, kind, _SECONDS)
                        yield Case(name, replicas, (strike,), place.name, count)


def pairs(only: str | None = None) -> Iterator[Case]:
    """Give all cases with two faults, the second after the first."""
    for name, script in scenarios().items():
        if only not in {None, name}:
            continue
        places = list(_planned(play(script)))
        for (first, kinds), (second, others) in combinations(places, 2):
            for one, other in product(kinds, others):
                strikes = (
                    Strike(first.number, one, _SECONDS),
                    Strike(second.number, other, _SECONDS),
                )
                yield Case(name, 1, strikes, f"{first.name}, {second.name}", 1)


def struck(case: Case) -> Outcome:
    """Play one case."""
    faults = " ".join(map(str, case.strikes))
    name = f"{case.scenario} on {case.replicas}: {faults} at {case.boundary}"
    return kept(name, play(case.script))


def strike_all(cases: Iterable[Case], *, workers: int) -> Tally:
    """Play all cases; each that breaks a rule is told at once."""
    tally, began = Tally(), time.perf_counter()
    for outcome in over(cases, struck, workers=workers):
        tally.add(outcome)
        if outcome.violations:
            print(f"{outcome.name}: {'; '.join(outcome.violations)}", flush=True)
    tally.took = time.perf_counter() - began
    return tally


def main(*, both: bool, workers: int, only: str | None) -> int:
    """Strike singly or in pairs, and tell; 1 when a rule was broken."""
    cases = list(pairs(only) if both else singles(only))
    stand_for = sum(case.stands_for for case in cases)
    names = {case.scenario for case in cases}
    places = {(case.scenario, case.boundary, case.strikes[0].at) for case in cases}
    print(f"{len(names)} scenarios, {len(places)} boundaries, {stand_for} combinations")
    sys.stdout.flush()
    tally = strike_all(cases, workers=workers)
    print(tally.told())
    return 1 if tally.failed else 0
