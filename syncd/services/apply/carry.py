"""Carry out the events of a plan file, and tell what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from syncd.engine.approved import Order, Report, Result, carry_out
from syncd.engine.deps import Deps
from syncd.ports.store import Tx
from syncd.services.apply.plan_file import read_plan


@dataclass(frozen=True, slots=True)
class Made:
    """One write that was made here; `event` is an occurrence where it is one's."""

    event: str
    kind: str


@dataclass(frozen=True, slots=True)
class AppliedEvent:
    """What became of one event of the plan: `done`, `refused` (nothing was written) or `failed`."""

    calendar: str
    event: str
    result: str
    reason: str
    made: tuple[Made, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """All events of the plan, in its order; `complete` when every one is done."""

    complete: bool
    events: tuple[AppliedEvent, ...]


async def apply_plan(deps: Deps, content: bytes) -> Applied:
    """Carry out a plan file; PlanRefused, a LookupError, for one that is none of ours."""
    orders = read_plan(content, instance=deps.keys.instance)
    served = [order for order in orders if order.ref.calendar in deps.watched]
    await deps.store.run(lambda tx: _first_time(deps, tx))
    reports = {report.order.ref: report for report in await carry_out(deps, served)}
    events = tuple(_told(order, reports.get(order.ref)) for order in orders)
    return Applied(all(one.result == Result.DONE for one in events), events)


def _first_time(deps: Deps, tx: Tx) -> None:
    """Make the calendars known where no daemon has been yet; else that is the daemon's to do."""
    if not tx.calendars.all():
        tx.calendars.configure(deps.watched, now=deps.clock.now())


def _told(order: Order, report: Report | None) -> AppliedEvent:
    made: Sequence[Made] = ()
    result, reason = Result.REFUSED, "its calendar is not in the configuration"
    if report is not None:
        result, reason = report.result, report.reason
        made = [Made(ref.event_id, kind) for ref, kind in report.made]
    return AppliedEvent(
        str(order.ref.calendar), order.ref.event_id, str(result), reason, tuple(made)
    )
