"""Step 1, and the walk through the others: claim a calendar, pull it, reconcile what is due, let go.

A lease that ended with its holder is claimed like any other (K28). What fails of one event or one
calendar stays its own trouble (L6).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from math import ceil

from syncd.core.ids import CalendarKey
from syncd.engine import after, trouble
from syncd.engine.deps import Deps
from syncd.engine.invariants import InvariantBroken
from syncd.engine.lease import Hold
from syncd.engine.pull import pull
from syncd.engine.reconcile import reconcile
from syncd.ports.errors import LeaseLost, ProviderError
from syncd.ports.rows import CalendarRow, EventRow, Lease, Queue
from syncd.ports.store import StoreError, Tx

log = logging.getLogger(__name__)

# Events of one calendar worked on at once: below the 4 calls per mailbox that Graph allows.
_AT_ONCE = 3
_BATCH = 50


async def claim(deps: Deps, hands: Mapping[Queue, int]) -> Sequence[tuple[CalendarRow, Lease]]:
    """Take due calendars that nobody holds: so many of each queue, and in all our part of the work."""
    now = deps.clock.now()
    until = now + deps.timing.lease

    def take(tx: Tx) -> Sequence[tuple[CalendarRow, Lease]]:
        waiting = tx.calendars.count_due(now=now)
        if not waiting:
            return ()
        due = sum(waiting.values())
        ours = _part(deps, tx, due, now)
        taken: list[tuple[CalendarRow, Lease]] = []
        for queue, free in hands.items():
            # Of every queue alike: the calendars of one provider may be more work than the other's.
            alike = ceil(waiting.get(queue, 0) * ours / due)
            if limit := min(free, alike, ours - len(taken)):
                taken += tx.calendars.claim(
                    deps.holder, now=now, until=until, limit=limit, queue=queue
                )
        return taken

    return await deps.store.run(take)


def _part(deps: Deps, tx: Tx, due: int, now: datetime) -> int:
    """Tell how many of the due calendars are ours to take, so that all daemons have equally many.

    Whoever looks first would take all. Never none: those whose part it is may have no hands free.
    """
    daemons = deps.daemons()
    # One that stood still while it called the roll is not even there itself.
    if daemons <= 1:
        return due
    held = tx.calendars.count_held(now=now)
    fair = ceil((due + sum(held.values())) / daemons)
    return min(due, max(1, fair - held.get(deps.holder, 0)))


async def cycle(deps: Deps, row: CalendarRow, lease: Lease) -> LeaseLost | StoreError | None:
    """Work on one claimed calendar until nothing of it is due. Never raises but on cancellation.

    Gives what cut it short, so that the lease may stand yet; None when it was given back in the end.
    """
    hold = Hold(deps, lease)
    try:
        async with hold.kept():
            await _pull_and_reconcile(deps, hold, row)
            return None
    except LeaseLost as error:
        log.warning("lease lost", extra={"calendar": str(row.key)})
        return error
    except StoreError as error:
        log.error("database unusable", extra={"calendar": str(row.key), "problem": str(error)})  # noqa: TRY400 - its cause is told by the message
        return error


async def free(deps: Deps, *, but: Collection[CalendarKey]) -> None:
    """Give back the leases that stand in our name, but for these; their calendars are due at once.

    Nobody works under them: a cycle could not give its own back, or nobody knew that it was taken.
    """
    now = deps.clock.now()

    def give_back(tx: Tx) -> None:
        for lease in tx.calendars.held_by(deps.holder):
            if lease.calendar not in but:
                tx.calendars.release(lease, due_at=now)

    await deps.store.run(give_back)


async def _pull_and_reconcile(deps: Deps, hold: Hold, row: CalendarRow) -> None:
    try:
        if (pulled := await pull(deps, hold, row)) is None:
            return
    except ProviderError as error:
        await after.rest_calendar(deps, hold, row, error)
        return
    except (LeaseLost, StoreError):
        raise
    except Exception as error:
        log.exception("calendar failed unexpectedly", extra={"calendar": str(row.key)})
        await after.rest_calendar(deps, hold, row, trouble.surprise(error))
        return
    await _reconcile_due(deps, hold, pulled)
    await after.let_go(deps, hold, pulled)


async def _reconcile_due(deps: Deps, hold: Hold, row: CalendarRow) -> None:
    """Reconcile every due event once, those that failed before come last.

    What is not begun within one poll stays due, and the calendar is read again before it: however
    slow its events are, none that is new waits for all of them.
    """
    done: set[str] = set()
    walk = _Walk(deps)
    while walk.may_go_on():
        now = deps.clock.now()
        # What was done and is due again must not hide what starts later.
        look = partial(_due, key=row.key, now=now, limit=_BATCH + len(done))
        due = await deps.store.run(look)
        fresh = [event for event in due if event.ref.event_id not in done]
        if not fresh:
            return
        done.update(event.ref.event_id for event in fresh)
        try:
            async with asyncio.TaskGroup() as group:
                for event in fresh:
                    group.create_task(walk.visit(hold, event))
        except ExceptionGroup as errors:
            # Only a lost lease or database comes this far, and ends the whole cycle.
            raise errors.exceptions[0] from None


def _due(tx: Tx, *, key: CalendarKey, now: datetime, limit: int) -> Sequence[EventRow]:
    return tx.events.due(key, now=now, limit=limit)


class _Walk:
    """One walk through the due events of a calendar; what failed before leaves others a free hand."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._hands = asyncio.Semaphore(_AT_ONCE)
        self._for_failed = asyncio.Semaphore(_AT_ONCE - 1)
        self._ends_at = deps.clock.monotonic() + deps.timing.poll.total_seconds()

    def may_go_on(self) -> bool:
        """Whether another event may be begun."""
        return not self._deps.draining.is_set() and self._deps.clock.monotonic() < self._ends_at

    async def visit(self, hold: Hold, event: EventRow) -> None:
        """Reconcile the event when its turn comes, if there is time left."""
        has_failed = event.attempts > 0
        async with self._for_failed if has_failed else nullcontext(), self._hands:
            if self.may_go_on():
                await _one_event(self._deps, hold, event)


async def _one_event(deps: Deps, hold: Hold, event: EventRow) -> None:
    try:
        await reconcile(deps, hold, event.ref)
    except (LeaseLost, StoreError):
        raise
    except ProviderError as error:
        await after.postpone(deps, hold, event, error)
    except InvariantBroken as error:
        await after.set_aside(deps, hold, event.ref, error)
    except Exception as error:
        log.exception(
            "event failed unexpectedly",
            extra={"calendar": str(event.ref.calendar), "event": event.ref.event_id},
        )
        await after.postpone(deps, hold, event, trouble.surprise(error))
