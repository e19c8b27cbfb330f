"""Rounds after one another, each of a seed of its own, until there were kills enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.acceptance.kill.ground import Ground, in_file
from tests.acceptance.kill.lives import Cradle
from tests.acceptance.kill.rounds import Round
from tests.acceptance.kill.strikes import calls_that_can_be_struck
from tests.acceptance.kill.tally import Tally
from tests.postgres import server

ROUND = 100
"""Kills of one round: its events stay below what Zoom allows its hosts in a day."""


@contextmanager
def databases(kind: str) -> Iterator[Callable[[Path], str]]:
    """Give what makes a new database of a kind, by the folder it may lie in."""
    if kind == "sqlite":
        yield in_file
        return
    with server() as running:
        yield lambda _folder: running.new_url()


def campaign(
    folder: Path,
    new_database: Callable[[Path], str],
    *,
    database: str,
    kills: int,
    seed: int,
    say: Callable[[str], None],
) -> Tally:
    """Kill so often. The first round has the seed, the next the one after it; a violation ends it."""
    calls, tally = calls_that_can_be_struck(database), Tally()
    if not calls:
        say("no strace that may attach: every kill comes at a moment, none at the k-th call")
    ground = Ground(folder, new_database)
    try:
        with Cradle() as cradle:
            while tally.kills < kills and not tally.violations:
                one, left = seed + tally.rounds, kills - tally.kills
                done = Round(ground, cradle, seed=one, calls=calls).run(min(left, ROUND))
                tally.add(done)
                say(f"round {one}: {done.kills} kills, {len(done.violations)} violations")
                if done.violations:
                    say(_again(done.kills, database, one))
    finally:
        ground.close()
    return tally


def _again(kills: int, database: str, seed: int) -> str:
    return (
        "to have it again: python -m tests.acceptance.kill "
        f"--kills {kills} --database {database} --seed {seed}"
    )
