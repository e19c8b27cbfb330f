"""The emergency brake: all writes to calendars and to Zoom stop, and reading goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from syncd.engine import halt
from syncd.engine.deps import Deps
from syncd.ports.store import Tx


@dataclass(frozen=True, slots=True)
class Brake:
    """Whether all writes are stopped; then since when (UTC) and by whom."""

    is_set: bool
    since: datetime | None = None
    who: str = ""


async def panic(deps: Deps, *, who: str) -> Brake:
    """Stop all writes; what is on its way to a provider at this moment still arrives there."""
    now = deps.clock.now()

    def stop(tx: Tx) -> Brake:
        halt.stop(tx, who=who, now=now)
        return _brake(tx)

    return await deps.store.run(stop)


async def go_on(deps: Deps, *, who: str) -> Brake:
    """Let writes go on; every event that waited is looked at."""
    now = deps.clock.now()

    def resume(tx: Tx) -> Brake:
        halt.resume(tx, who=who, now=now)
        return _brake(tx)

    return await deps.store.run(resume)


async def state(deps: Deps) -> Brake:
    """Tell whether all writes are stopped."""
    return await deps.store.run(_brake)


def _brake(tx: Tx) -> Brake:
    row = tx.halt.get()
    return Brake(is_set=False) if row is None else Brake(is_set=True, since=row.since, who=row.who)
