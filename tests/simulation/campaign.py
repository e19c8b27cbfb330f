"""Many seeds over several processes, counted; what fails is told with the one command that repeats it."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from tests.simulation.run import FATES, Report, drawn, play
from tests.simulation.shrink import shrunk

T = TypeVar("T")

_YEAR = 365.25 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is kept of one run."""

    name: str
    violations: tuple[str, ...]
    faults: Counter[str]
    fates: Counter[str]
    effects: int
    lives: int
    seconds: float
    doubles: int
    writes: Counter[str]


@dataclass(kw_only=True)
class Tally:
    """What is counted over all runs."""

    runs: int = 0
    effects: int = 0
    lives: int = 0
    seconds: float = 0.0
    doubles: int = 0
    took: float = 0.0
    """Real seconds."""
    faults: Counter[str] = field(default_factory=Counter)
    fates: Counter[str] = field(default_factory=Counter)
    writes: Counter[str] = field(default_factory=Counter)
    failed: list[Outcome] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one run."""
        self.runs += 1
        self.effects += outcome.effects
        self.lives += outcome.lives
        self.seconds += outcome.seconds
        self.doubles += outcome.doubles
        self.faults += outcome.faults
        self.fates += outcome.fates
        self.writes += outcome.writes
        if outcome.violations:
            self.failed.append(outcome)

    def told(self) -> str:
        """Say it in lines."""
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.faults.items()))
        fates = ", ".join(f"{kind} {count}" for kind, count in sorted(self.fates.items()))
        writes = ", ".join(f"{name} {count}" for name, count in sorted(self.writes.items()))
        pace = self.runs / self.took if self.took else 0.0
        return "\n".join((
            f"runs {self.runs}, {self.took:.0f} s, {pace:.1f} runs/s",
            f"virtual time {self.seconds / _YEAR:.3f} years, effects {self.effects}",
            f"lives of daemons {self.lives}, transient second meetings {self.doubles}",
            f"faults: {kinds or 'none'}",
            f"acts of fate: {fates or 'none'}",
            f"writes: {writes}",
            f"violations = {len(self.failed)}",
        ))  # fmt: skip


def kept(name: str, report: Report, fates: Iterable[str] = ()) -> Outcome:
    """Keep of a report what is counted."""
    return Outcome(
        name=name,
        violations=tuple(report.violations),
        faults=Counter(strike.kind for strike in report.strikes),
        fates=Counter(fates),
        effects=len(report.effects),
        lives=report.lives,
        seconds=report.seconds,
        doubles=report.doubles,
        writes=report.writes,
    )


def over(jobs: Iterable[T], work: Callable[[T], Outcome], *, workers: int) -> Iterator[Outcome]:
    """Do all jobs, in several processes; the outcomes come in the order of the jobs."""
    if workers == 1:
        yield from map(work, jobs)
        return
    context = multiprocessing.get_context("spawn")
    with context.Pool(workers) as pool:
        yield from pool.imap(work, jobs, chunksize=8)


@dataclass(frozen=True, slots=True)
class Seeded:
    """Plays seeds on so many replicas."""

    replicas: int

    def __call__(self, seed: int) -> Outcome:
        """Play one."""
        script = drawn(seed, replicas=self.replicas)
        fates = [act.name for act in script.acts if act.name in FATES]
        return kept(str(seed), play(script), fates)


def seeds(first: int, count: int, *, replicas: int, workers: int) -> Tally:
    """Play so many seeds; each that fails is told at once, shrunk."""
    tally, began = Tally(), time.perf_counter()
    for outcome in over(range(first, first + count), Seeded(replicas), workers=workers):
        tally.add(outcome)
        if outcome.violations:
            print(told_failure(int(outcome.name), replicas, outcome.violations), flush=True)
    tally.took = time.perf_counter() - began
    return tally


def told_failure(seed: int, replicas: int, violations: tuple[str, ...]) -> str:
    """Tell what a seed broke, what little of it is needed for that, and how to see it."""
    small = shrunk(drawn(seed, replicas=replicas))
    acts = " ".join(map(str, small.acts)) or "none"
    strikes = " ".join(map(str, small.strikes or ())) or "none"
    words = f"--seed {seed} --replicas {replicas} --acts '{acts}' --faults '{strikes}'"
    return "\n".join((
        f"seed {seed} on {replicas} replicas: {'; '.join(violations)}",
        f"  shrunk: acts {acts}; faults {strikes}",
        f"  python -m tests.simulation --replay {words}",
    ))  # fmt: skip
