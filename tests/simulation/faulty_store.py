"""The database as one process sees it: every commit may be struck, and is looked at before it is made."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from syncd.ports.rows import Lease
from syncd.ports.store import StoreError, Tx
from tests.simulation.faults import Strike
from tests.simulation.process import Killed
from tests.simulation.stage import Stage
from tests.simulation.wire import Seam
from tests.simulation.witness import Witness

T = TypeVar("T")


class FaultyStore:
    """The database as one process sees it: every commit may be struck."""

    def __init__(self, stage: Stage, seam: Seam, witness: Witness, *, has_server: bool) -> None:
        self._stage = stage
        self._process = seam.process
        self._faults = seam.faults
        self._note = seam.note
        self._witness = witness
        self._has_server = has_server

    async def run(self, work: Callable[[Tx], T]) -> T:
        process = self._process
        await process.goes_on()
        strike = self._faults.at(f"commit {_named(work)}")
        if self._stage.world.loop.time() < self._stage.locked_until:
            raise StoreError("injected: locked")
        if strike is None:
            return self._counted(work)
        self._note(f"{process.name} commit {_named(work)} {strike}")
        return await self._struck(work, strike)

    async def _struck(self, work: Callable[[Tx], T], strike: Strike) -> T:
        process = self._process
        match strike.kind:
            case "killed before":
                process.kill()
                raise Killed
            case "killed after":
                self._commit(work)
                process.kill()
                raise Killed
            case "lost" | "refused" | "late":
                raise StoreError("injected: not committed")
            case "unanswered":
                self._commit(work)
                raise StoreError("injected: nobody knows whether it was committed")
            case "frozen before":
                process.freeze(strike.seconds)
                await process.goes_on()
                return self._commit(work)
            case "frozen after":
                result = self._commit(work)
                process.freeze(strike.seconds)
                await process.goes_on()
                return result
            case _:
                await asyncio.sleep(min(strike.seconds, 9.0))
                await process.goes_on()
                return self._commit(work)

    def _counted(self, work: Callable[[Tx], T]) -> T:
        effect, before = self._faults.effects[-1], self._stage.changes
        result = self._commit(work)
        effect.writes = self._stage.changes != before
        return result

    def _commit(self, work: Callable[[Tx], T]) -> T:
        def watched(tx: Tx) -> T:
            leases: list[Lease] = []
            if self._has_server:
                right = self._stage.world.now()
                _go_by_clock_of_server(tx.calendars, right, "claim", "take", "hold")
                _go_by_clock_of_server(tx.chores, right, "begin", "done")
            hold = tx.calendars.hold

            def noted(lease: Lease, **more: Any) -> Lease:
                leases.append(hold(lease, **more))
                return leases[-1]

            vars(tx.calendars)["hold"] = noted
            result = work(tx)
            self._witness.committed(leases)
            return result

        return self._stage.store.run_in_place(watched)

    async def settle(self) -> None:
        await self._process.goes_on()


def _go_by_clock_of_server(repository: object, right: datetime, *methods: str) -> None:
    """Let leases and turns go by the right time, as in a database that several daemons share."""

    def by_right_clock(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*told: Any, now: datetime, **more: Any) -> Any:
            moved = {
                name: right + (value - now) if isinstance(value, datetime) else value
                for name, value in more.items()
            }
            return method(*told, now=right, **moved)

        return call

    for name in methods:
        vars(repository)[name] = by_right_clock(getattr(repository, name))


def _named(work: Callable[..., Any]) -> str:
    """Say whose transaction it is: the function that asked for it."""
    while isinstance(work, partial):
        work = work.func
    name = work.__qualname__
    if name.endswith("fenced"):
        # What a lease is held for is in its closure.
        held = inspect.getclosurevars(work).nonlocals["work"]
        return _named(held)
    return f"{work.__module__.removeprefix('syncd.')}.{name}".replace(".<locals>", "").replace(
        ".<lambda>", ""
    )
