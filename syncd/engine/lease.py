"""The right to act on one calendar: every commit is made under it, or not at all (I6)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from syncd.core.ids import CalendarKey
from syncd.engine.deps import Deps
from syncd.ports.errors import LeaseLost
from syncd.ports.rows import CalendarRow, Lease
from syncd.ports.store import StoreError, Tx

T = TypeVar("T")


async def take(deps: Deps, calendar: CalendarKey) -> Lease | None:
    """Take the lease of one calendar, due or not; None while somebody else has it."""
    now = deps.clock.now()
    until = now + deps.timing.lease
    return await deps.store.run(
        lambda tx: tx.calendars.take(calendar, deps.holder, now=now, until=until)
    )


def break_all(tx: Tx) -> None:
    """End what dead processes hold: leases, turns, the refresh of a shared token.

    Only for a process that knows it is alone on this database; where others may work, what nobody
    prolongs is free soon by itself. The refresh of a person's grant is left: a command may be at it,
    and a refresh token may be good for one refresh only.
    """
    tx.calendars.break_leases()
    tx.chores.break_turns()
    tx.tokens.break_refreshes()


def next_poll(deps: Deps, now: datetime) -> datetime:
    """Give when a calendar that was read now is read again.

    Jitter only ever shortens the wait: the interval is what people were promised.
    """
    return now + deps.timing.poll * (1 - 0.1 * deps.clock.random())


def release(tx: Tx, lease: Lease, row: CalendarRow, *, poll_at: datetime) -> None:
    """Save the calendar and give it back, due at its next poll or its next event."""
    tx.calendars.save(replace(row, poll_at=poll_at))
    due = tx.events.next_due(row.key)
    tx.calendars.release(lease, due_at=min(poll_at, due) if due else poll_at)


class Hold:
    """A lease in use. It is prolonged by every commit, and by `kept` in the meantime."""

    def __init__(self, deps: Deps, lease: Lease) -> None:
        self._deps = deps
        self.lease = lease
        deps.tenures.begin(lease)
        self.send_by = 0.0
        """The last moment, on the monotonic clock, at which an effect may still begin."""
        self._in_line = asyncio.Lock()

    async def commit(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in one transaction that is undone when the lease is lost.

        Raises LeaseLost, StoreError and whatever `work` raises.
        """
        # All write the row of the lease: at once, all but one would be run in vain and again.
        async with self._in_line:
            return await self._commit(work)

    async def _commit(self, work: Callable[[Tx], T]) -> T:
        clock, timing = self._deps.clock, self._deps.timing
        began = clock.monotonic()
        now = clock.now()

        def fenced(tx: Tx) -> tuple[Lease, T]:
            return tx.calendars.hold(self.lease, now=now, until=now + timing.lease), work(tx)

        self.lease, result = await self._deps.store.run(fenced)
        self.send_by = began + (timing.lease - timing.request).total_seconds()
        return result

    async def give_back(self) -> None:
        """Release a lease that was taken beside the calendar's turn; it is due when it was before.

        Raises as `commit` does.
        """
        clock = self._deps.clock

        def end(tx: Tx) -> None:
            row = tx.calendars.get(self.lease.calendar)
            event = tx.events.next_due(self.lease.calendar)
            due = [each for each in (row.poll_at if row else None, event) if each is not None]
            tx.calendars.release(self.lease, due_at=min(due, default=clock.now()))

        await self.commit(end)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Keep the lease alive while the block runs; the block is cancelled when it is lost."""
        owner = asyncio.current_task()
        lost: list[LeaseLost] = []

        async def renew() -> None:
            try:
                await self._renew_for_ever()
            except LeaseLost as error:
                lost.append(error)
                if owner is not None:
                    owner.cancel()

        renewal = asyncio.create_task(renew(), name=f"renew {self.lease.calendar}")
        try:
            yield
        except asyncio.CancelledError:
            if lost and owner is not None:
                owner.uncancel()
                raise lost[0] from None
            raise
        finally:
            renewal.cancel()

    async def _renew_for_ever(self) -> None:
        while True:
            await self._deps.clock.sleep(self._deps.timing.renew.total_seconds())
            try:
                await self.commit(lambda _: None)
            except StoreError:
                # The database may be back before the lease ends; every other commit will tell.
                continue
