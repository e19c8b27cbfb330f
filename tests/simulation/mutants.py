"""Hunts the mutants: every broken rule must be seen to be broken, or the runs prove nothing."""

from __future__ import annotations

import itertools
import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass

from tests.simulation import mutants_of_creates, mutants_of_looks, mutants_of_writes
from tests.simulation.mutant import Mutant
from tests.simulation.run import Script, drawn, play

MOST = 2000
"""Within so many seeds each must be caught."""

MUTANTS: dict[str, Mutant] = {
    mutant.name: mutant
    for module in (mutants_of_creates, mutants_of_looks, mutants_of_writes)
    for mutant in module.MUTANTS
}


@dataclass(frozen=True, slots=True)
class Hunt:
    """How the hunt of one mutant ended."""

    name: str
    seed: int | None
    """The first seed that catches it; None when none did."""
    violations: tuple[str, ...]
    runs: int

    def __str__(self) -> str:
        rule = MUTANTS[self.name].rule
        if self.seed is None:
            return f"{self.name}\n  rule   {rule}\n  SURVIVED {self.runs} runs"
        told = "; ".join(self.violations)
        return (
            f"{self.name}\n  rule   {rule}\n  caught by seed {self.seed} ({self.runs} runs): {told}"
        )


def script_of(mutant: Mutant, seed: int) -> Script:
    """Give what is played of a seed to catch this one."""
    return mutant.bias(drawn(seed, replicas=mutant.replicas))


def violations(name: str, seed: int) -> list[str]:
    """Play one seed with the mutant at large; gives the rules that were seen to be broken."""
    mutant = MUTANTS[name]
    with mutant.at_large():
        return play(script_of(mutant, seed)).violations


def hunt(name: str, seeds: int, *, first: int = 0) -> Hunt:
    """Play so many seeds, from this one on, until one catches the mutant."""
    for seed in range(first, first + seeds):
        if told := violations(name, seed):
            return Hunt(name, seed, tuple(told), seed - first + 1)
    return Hunt(name, None, (), seeds)


def caught(name: str, seeds: int) -> int | None:
    """Give the first seed that catches the mutant; None when none of so many does."""
    return hunt(name, seeds).seed


def main(names: list[str], seeds: int, workers: int) -> int:
    """Hunt these mutants, or all; gives the exit code: 1 when one survived so many seeds."""
    if unknown := set(names) - MUTANTS.keys():
        print(f"no such mutant: {', '.join(sorted(unknown))}; there are: {', '.join(MUTANTS)}")
        return 2
    survived, runs = [], 0
    for found in _hunts(names or list(MUTANTS), seeds, workers):
        print(found, flush=True)
        runs += found.runs
        survived += [found.name] if found.seed is None else []
    print(f"mutants {len(names or MUTANTS)}, runs {runs}, survived {len(survived)} {survived}")
    return 1 if survived else 0


def _hunts(names: list[str], seeds: int, workers: int) -> Iterator[Hunt]:
    jobs = zip(names, itertools.repeat(seeds))
    if workers == 1:
        yield from itertools.starmap(hunt, jobs)
        return
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        yield from pool.imap(_hunt, jobs)


def _hunt(job: tuple[str, int]) -> Hunt:
    return hunt(*job)
