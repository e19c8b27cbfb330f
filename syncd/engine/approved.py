"""Carry out what a person approved of a plan, exactly that, beside a daemon that may be running.

Every event is worked on under its calendar's lease, as the daemon does it, and observed and planned
anew first: an event whose plan is no longer the approved one is refused. Whatever is left behind by
a death is finished by whoever claims the calendar next (K28).
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from syncd.core.actions import Effect, kind_of
from syncd.core.forecast import starts_at
from syncd.core.ids import EventRef
from syncd.core.look import Observed
from syncd.engine import after, trouble
from syncd.engine.deps import Deps
from syncd.engine.invariants import InvariantBroken, sentence_of
from syncd.engine.lease import Hold
from syncd.engine.planned import plan_event
from syncd.engine.reconcile import reconcile
from syncd.ports.errors import LeaseLost, Permanent, ProviderError, with_remedy
from syncd.ports.rows import EventRow, Lease
from syncd.ports.store import StoreError, Tx

log = logging.getLogger(__name__)

_AT_ONCE = 8
_PATIENCE = timedelta(minutes=2)
_TRY_LEASE = timedelta(milliseconds=250)
_MOST_LEASES_LOST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What was approved for one event: its version and plan, and the effects by event and kind."""

    ref: EventRef
    version: str
    digest: str
    writes: tuple[tuple[EventRef, str], ...]
    shown: tuple[tuple[str, int], ...]
    """What a person read beside each: its reason, and how many people may be mailed."""


class Result(StrEnum):
    """What became of an order."""

    DONE = "done"
    REFUSED = "refused"
    """Nothing was written."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Report:
    """What became of an order, why, and the effects that were made here."""

    order: Order
    result: Result
    reason: str
    made: tuple[tuple[EventRef, str], ...]


class _Refused(Permanent):
    """The event is not, or no longer, as it was approved."""


class _Approval:
    """Oversees one order: allows its effects in their order, and nothing else."""

    def __init__(self, deps: Deps, order: Order) -> None:
        self._deps = deps
        self._order = order
        self._left = {ref: [k for r, k in order.writes if r == ref] for ref in _refs(order)}
        self._has_tried = False
        self._is_under_way = False
        self.made: list[tuple[EventRef, str]] = []

    async def agree(self, seen: Observed) -> None:
        """Refuse an event whose plan differs; one that was begun goes on as far as was approved."""
        order = self._order
        if self._is_under_way or seen.ref != order.ref:
            return
        if seen.binding is not None and await self._is_open(seen.binding.id):
            if not self._has_tried:
                told = "the outcome of an earlier write is not known yet"
                raise _Refused(told, code="not_settled_yet")
            self._is_under_way = True
            return
        planned = await plan_event(self._deps, seen, {ref for ref, _ in order.writes} - {order.ref})
        writes = tuple((write.ref, write.kind) for write in planned.writes)
        shown = tuple((write.effect.reason, write.mails) for write in planned.writes)
        now, then = (planned.digest, writes, shown), (order.digest, order.writes, order.shown)
        if planned.version != order.version or now != then:
            raise _Refused(_what_changed(order, planned.version, writes), code="changed_since")
        await self._insure(seen)

    def allow(self, ref: EventRef, effect: Effect) -> None:
        """Allow the next approved effect; one before it may have been found made already."""
        kind, left = kind_of(effect), self._left[ref]
        if kind not in left:
            told = "the event was changed while the plan was carried out"
            raise _Refused(f"{told}: {kind} was not approved", code="changed_since")
        del left[: left.index(kind)]
        self._has_tried = True

    def note(self, ref: EventRef, effect: Effect) -> None:
        """Remember what was made."""
        self._left[ref].remove(kind_of(effect))
        self._is_under_way = True
        self.made.append((ref, kind_of(effect)))

    async def _is_open(self, binding_id: str) -> bool:
        opened = await self._deps.store.run(lambda tx: tx.journal.open_for(binding_id))
        return opened is not None

    async def _insure(self, seen: Observed) -> None:
        """Have it looked at in a while, whatever becomes of this process; why it waited is over."""
        due_at = self._deps.clock.now() + _PATIENCE

        def insure(tx: Tx) -> None:
            tx.events.mark_due(seen.ref, due_at=due_at, starts_at=starts_at(seen))
            if (row := tx.events.get(seen.ref)) is not None and row.code is not None:
                tx.events.save(replace(row, code=None, reason="", remedy=""))

        await self._deps.store.run(insure)


def _what_changed(order: Order, version: str, writes: Sequence[tuple[EventRef, str]]) -> str:
    if version != order.version:
        return "the event was changed since the plan was made"
    if not writes:
        return "nothing is left to be done for it since the plan was made"
    return "other writes than the approved ones are planned for it since the plan was made"


@dataclass(slots=True)
class _Work:
    """An order on its way; `due_at` is when it is looked at next."""

    order: Order
    approval: _Approval
    due_at: datetime
    refs: tuple[EventRef, ...]
    """The event, and then the occurrences that follow it."""
    leases_lost: int = 0

    def ended(self, result: Result, reason: str) -> Report:
        if result is Result.REFUSED and self.approval.made:
            result = Result.FAILED
        return Report(self.order, result, reason, tuple(self.approval.made))

    def missing(self) -> list[str]:
        """Name the kinds of what was approved and not made here."""
        made = self.approval.made
        return [kind for ref, kind in self.order.writes if (ref, kind) not in made]


async def carry_out(deps: Deps, orders: Collection[Order]) -> list[Report]:
    """Carry out all orders, calendar by calendar; gives what became of each, in their order.

    Never raises for one event's trouble; StoreError when the database cannot be used.
    """
    deps = deps.taking_in()
    of_calendar: defaultdict[object, list[Order]] = defaultdict(list)
    for order in orders:
        of_calendar[order.ref.calendar].append(order)
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one_calendar(mine: list[Order]) -> list[Report]:
        async with slots:
            return await _one_calendar(deps, mine)

    done = await asyncio.gather(*(one_calendar(mine) for mine in of_calendar.values()))
    reports = {report.order.ref: report for found in done for report in found}
    return [reports[order.ref] for order in orders]


async def _one_calendar(deps: Deps, orders: list[Order]) -> list[Report]:
    """Look at every event until it rests, those that have to wait meanwhile aside."""
    now = deps.clock.now()
    going = [_Work(order, _Approval(deps, order), now, refs=_refs(order)) for order in orders]
    reports: list[Report] = []
    while going:
        work = min(going, key=lambda one: one.due_at)
        pause = (work.due_at - deps.clock.now()).total_seconds()
        if pause > 0:
            await deps.clock.sleep(pause)
        if (report := await _look(deps, work)) is not None:
            going.remove(work)
            reports.append(report)
    return reports


def _refs(order: Order) -> tuple[EventRef, ...]:
    return tuple(dict.fromkeys([order.ref, *(ref for ref, _ in order.writes)]))


async def _look(deps: Deps, work: _Work) -> Report | None:
    """Work on one order as far as it goes now; None when it has to be looked at again."""
    lease = await _leased(deps, work.order.ref)
    if isinstance(lease, str):
        return work.ended(Result.FAILED, lease)
    hold = Hold(deps, lease)
    try:
        async with hold.kept():
            report = await _held(deps, hold, work)
            await hold.give_back()
    except LeaseLost:
        work.leases_lost += 1
        if work.leases_lost >= _MOST_LEASES_LOST:
            return work.ended(Result.FAILED, "another process took its calendar again and again")
        return None
    return report


async def _leased(deps: Deps, ref: EventRef) -> Lease | str:
    """Take the calendar as soon as nobody works on it; a text says why that cannot be."""
    give_up_at = deps.clock.now() + _PATIENCE
    while (now := deps.clock.now()) < give_up_at:
        until = now + deps.timing.lease

        def take(tx: Tx, now: datetime = now, until: datetime = until) -> Lease | str | None:
            row = tx.calendars.get(ref.calendar)
            if row is None or not row.enabled:
                return "its calendar is not served yet; start syncd once"
            return tx.calendars.take(ref.calendar, deps.holder, now=now, until=until)

        if (lease := await deps.store.run(take)) is not None:
            return lease
        await deps.clock.sleep(_TRY_LEASE.total_seconds())
    return "its calendar is being worked on all the time; try again later"


async def _held(deps: Deps, hold: Hold, work: _Work) -> Report | None:
    for ref in work.refs:
        try:
            await reconcile(deps, hold, ref, work.approval)
        except _Refused as error:
            return work.ended(Result.REFUSED, error.message)
        except (LeaseLost, StoreError):
            raise
        except ProviderError as error:
            return await _postponed(deps, hold, work, (ref, error))
        except InvariantBroken as error:
            await after.set_aside(deps, hold, ref, error)
            return work.ended(Result.FAILED, sentence_of(error))
        except Exception as error:
            log.exception("event failed unexpectedly", extra={"event": ref.event_id})
            return await _postponed(deps, hold, work, (ref, trouble.surprise(error)))
    rows = await deps.store.run(lambda tx: [tx.events.get(ref) for ref in work.refs])
    return _so_far(deps, work, [row for row in rows if row is not None])


def _so_far(deps: Deps, work: _Work, rows: Sequence[EventRow]) -> Report | None:
    """Tell from what is noted of the events whether all is done."""
    missing = work.missing()
    if not missing:
        return work.ended(Result.DONE, "all of it was carried out")
    for row in rows:
        if row.code is not None:
            return work.ended(Result.FAILED, with_remedy(row.reason, row.remedy))
    due = min((row.due_at for row in rows if row.due_at is not None), default=None)
    if due is None:
        told = f"found done, by the daemon, a person or the calendar itself: {', '.join(missing)}"
        return work.ended(Result.DONE, told)
    if due > deps.clock.now() + _PATIENCE:
        return work.ended(Result.FAILED, f"it has to wait until {due:%Y-%m-%d %H:%M:%S} UTC")
    work.due_at = due
    return None


async def _postponed(
    deps: Deps, hold: Hold, work: _Work, failure: tuple[EventRef, ProviderError]
) -> Report | None:
    """Try again what may pass soon; the event's reason is noted as ever."""
    ref, error = failure
    known = await deps.store.run(lambda tx: tx.events.get(ref))
    row = known or EventRow(ref=ref, due_at=None, starts_at=None)
    await after.postpone(deps, hold, row, error)
    noted = await deps.store.run(lambda tx: tx.events.get(ref))
    due = noted.due_at if noted is not None else None
    if due is None or due > deps.clock.now() + _PATIENCE:
        return work.ended(Result.FAILED, with_remedy(error.message, error.remedy))
    work.due_at = due
    return None
