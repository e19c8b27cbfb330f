"""`python -m tests.simulation`: play seeds, replay one, hunt mutants, strike every boundary."""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import replace

from tests.simulation import campaign, mutants, singles
from tests.simulation.faults import Strike
from tests.simulation.people import Act
from tests.simulation.run import drawn, play


def main(words: list[str]) -> int:
    """Do what the words say; gives the exit code: 1 when a rule was broken."""
    told = _parser().parse_args(words)
    if told.replay:
        return _replay(told)
    if told.singles or told.pairs:
        return singles.main(both=told.pairs, workers=told.workers, only=told.only)
    if told.mutants is not None:
        return mutants.main(told.mutants, seeds=told.seeds, workers=told.workers)
    tally = campaign.seeds(told.seed, told.seeds, replicas=told.replicas, workers=told.workers)
    print(f"replicas {told.replicas}, seeds {told.seed} to {told.seed + told.seeds - 1}")
    print(tally.told())
    return 1 if tally.failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=2000, help="how many to play")
    parser.add_argument("--seed", type=int, default=0, help="the first of them")
    parser.add_argument("--replicas", type=int, default=1, choices=(1, 2, 3))
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument(
        "--replay", action="store_true", help="play --seed alone and show its trace"
    )
    parser.add_argument("--acts", help="acts in place of the seed's, as a failing seed prints them")
    parser.add_argument("--faults", help="faults in place of the seed's, likewise")
    parser.add_argument(
        "--singles", action="store_true", help="strike every boundary of all scenarios"
    )
    parser.add_argument("--pairs", action="store_true", help="strike them in pairs; takes hours")
    parser.add_argument("--only", help="one scenario of them")
    parser.add_argument("--mutants", nargs="*", metavar="NAME", help="see that they are caught")
    return parser


def _replay(told: argparse.Namespace) -> int:
    script = drawn(told.seed, replicas=told.replicas)
    if told.acts is not None:
        acts = [] if told.acts == "none" else told.acts.split()
        script = replace(script, acts=tuple(map(Act.parse, acts)))
    if told.faults is not None:
        faults = [] if told.faults == "none" else told.faults.split()
        script = replace(script, strikes=tuple(map(Strike.parse, faults)))
    report = play(script)
    print("\n".join(report.trace))
    print(f"trace {report.digest}")
    for violation in report.violations:
        print(f"violation: {violation}")
    return 1 if report.violations else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
