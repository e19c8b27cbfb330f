"""How many lives of the whole daemon one core plays: asked for are 30 runs per second.

A run is a seed of `tests.simulation`. Beside it stand as many transactions of two statements, on a
database in memory, as a run commits.
"""

from __future__ import annotations

from time import process_time

import sqlalchemy as sa

from tests.bench.figures import Figure, document, show
from tests.simulation.run import drawn, play

_SEEDS = range(100, 160)
_MOST_SECONDS = 1 / 30


def main() -> int:
    play(drawn(0))
    began, commits, calls = process_time(), 0, 0
    for seed in _SEEDS:
        effects = play(drawn(seed)).effects
        commits += sum(effect.name.startswith("commit") for effect in effects)
        calls += sum(not effect.name.startswith("commit") for effect in effects)
    took = (process_time() - began) / len(_SEEDS)
    each = commits // len(_SEEDS)
    show(
        document(
            [
                Figure(
                    name="one run, CPU",
                    value=took,
                    unit="s",
                    target=_MOST_SECONDS,
                    baseline=_bare(each),
                    against=f"{each} transactions of two statements, CPU",
                ),
                Figure(name="calls of a run", value=calls / len(_SEEDS), unit="calls"),
                Figure(name="commits of a run", value=commits / len(_SEEDS), unit="commits"),
            ]
        )
    )
    return 0


def _bare(count: int) -> float:
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    update, select = sa.text("UPDATE one SET n = n + 1"), sa.text("SELECT n FROM one")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE one (n INTEGER)"))
        connection.execute(sa.text("INSERT INTO one VALUES (0)"))
    began = process_time()
    for _ in range(count):
        with engine.begin() as connection:
            connection.execute(update)
            connection.execute(select).one()
    engine.dispose()
    return process_time() - began


if __name__ == "__main__":
    raise SystemExit(main())
