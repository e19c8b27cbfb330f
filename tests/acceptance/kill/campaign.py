"""Rounds, each of a seed of its own, in lanes beside one another, until there were kills enough."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock

from tests.acceptance.kill.ground import Ground, in_file
from tests.acceptance.kill.lives import Cradle
from tests.acceptance.kill.rounds import Round
from tests.acceptance.kill.strikes import calls_that_can_be_struck
from tests.acceptance.kill.tally import Tally
from tests.postgres import server

ROUND = 100
"""Kills of one round: its events stay below what Zoom allows its hosts in a day."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one round is to do."""

    seed: int
    kills: int


@contextmanager
def databases(kind: str) -> Iterator[Callable[[Path], str]]:
    """Give what makes a new database of a kind, by the folder it may lie in."""
    if kind == "sqlite":
        yield in_file
        return
    with server() as running:
        yield lambda _folder: running.new_url()


class Campaign:
    """So many kills on one kind of database. A violation lets no further round begin."""

    def __init__(self, folder: Path, *, database: str, say: Callable[[str], None]) -> None:
        self._folder = folder
        self._database = database
        self._say = say
        self._calls = calls_that_can_be_struck(database)
        self._parts: SimpleQueue[Part] = SimpleQueue()
        self._tally = Tally()
        self._noting = Lock()

    def run(self, *, kills: int, seed: int, lanes: int = 1) -> Tally:
        """Kill so often. The first round has the seed, the next the one after it.

        Each lane has a sandbox of its own, and lives through one round after another.
        """
        if not self._calls:
            self._say("no strace that may attach: every kill comes at a moment, none at a call")
        for part in parts(kills, seed=seed, lanes=lanes):
            self._parts.put(part)
        with databases(self._database) as new_database, ThreadPoolExecutor(lanes) as pool:
            done = [
                pool.submit(self._lane, self._folder / f"lane-{number}", new_database)
                for number in range(lanes)
            ]
        for lane in done:
            lane.result()
        return self._tally

    def _lane(self, folder: Path, new_database: Callable[[Path], str]) -> None:
        folder.mkdir(parents=True)
        with ExitStack() as stack:
            ground = stack.enter_context(closing(Ground(folder, new_database)))
            cradle = stack.enter_context(Cradle())
            while not self._tally.violations:
                try:
                    part = self._parts.get_nowait()
                except Empty:
                    return
                round_ = Round(ground, cradle, seed=part.seed, calls=self._calls)
                self._note(part, round_.run(part.kills))

    def _note(self, part: Part, done: Tally) -> None:
        with self._noting:
            self._tally.add(done)
        self._say(f"round {part.seed}: {done.kills} kills, {len(done.violations)} violations")
        if done.violations:
            self._say("\n".join(done.evidence))
            self._say(
                "to have it again: python -m tests.acceptance.kill --lanes 1 "
                f"--kills {part.kills} --database {self._database} --seed {part.seed}"
            )


def parts(kills: int, *, seed: int, lanes: int) -> Sequence[Part]:
    """Divide kills into rounds that keep all lanes busy."""
    size = min(ROUND, -(-kills // lanes))
    counts = [min(size, kills - begun) for begun in range(0, kills, size)]
    return [Part(seed + place, count) for place, count in enumerate(counts)]
