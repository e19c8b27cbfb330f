"""What works and will surprise somebody: told among the warnings of `status`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from syncd.core.actions import NOT_CHANGED
from syncd.core.binding import Binding, BindingState
from syncd.core.policy import SeriesStyle
from syncd.engine.deps import Deps
from syncd.engine.hosts import overlapping
from syncd.engine.upkeep import is_long
from syncd.ports.errors import with_remedy
from syncd.ports.rows import EventRow, OrphanRow
from syncd.ports.store import Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningLine:
    """Something that works and will surprise somebody."""

    event: str
    code: str
    text: str


def warnings(deps: Deps, tx: Tx, left_behind: Iterable[EventRow]) -> tuple[WarningLine, ...]:
    """Give them all; `left_behind` are the events whose meeting does not follow them."""
    return (
        *_no_calendar(deps),
        *map(_lasting, left_behind),
        *_warnings(tx),
        *_inexact(deps, tx),
        *(_overlap(binding) for binding in overlapping(deps, tx, now=deps.clock.now())),
    )


def _no_calendar(deps: Deps) -> list[WarningLine]:
    """Say what comes first: without a calendar there is nothing to attach a link to."""
    if deps.watched:
        return []
    text = "connect a calendar first, on the page or with `syncd accounts connect google|microsoft`"
    return [WarningLine(event="", code="nothing_connected", text=text)]


def left_behind_of(tx: Tx, rows: Sequence[EventRow]) -> list[EventRow]:
    """Choose the events that have their link, and whose meeting cannot follow until they change.

    Or until somebody grants the right to change meetings, which is looked for now and then.
    """
    linked = {b.ref for b in tx.bindings.all() if b.state is BindingState.LINKED}
    lasting = (row for row in rows if row.due_at is None or row.code == NOT_CHANGED)
    return [row for row in lasting if row.ref in linked]


def _lasting(row: EventRow) -> WarningLine:
    text = with_remedy(row.reason, row.remedy)
    return WarningLine(event=row.ref.event_id, code=row.code or "", text=text)


def _overlap(binding: Binding) -> WarningLine:
    text = f"{binding.host} hosts more meetings at that time than Zoom lets her hold at once"
    return WarningLine(event=binding.ref.event_id, code="pool_overlap", text=text)


def _warnings(tx: Tx) -> tuple[WarningLine, ...]:
    lines = []
    for binding in tx.bindings.all():
        is_hosted = binding.meeting_id is not None and is_long(binding)
        known = tx.hosts.get(binding.host) if is_hosted else None
        if known is not None and known[0].is_basic:
            text = f"Basic host {binding.host}: Zoom ends the meeting after 40 minutes"
            lines.append(WarningLine(event=binding.ref.event_id, code="basic_host", text=text))
    return (*lines, *map(_orphan, tx.orphans.all()))


def _inexact(deps: Deps, tx: Tx) -> list[WarningLine]:
    """Tell of series whose meeting has no times at Zoom although policy asks for them."""
    return [
        WarningLine(event=binding.ref.event_id, code="series_not_exact", text=binding.inexact)
        for binding in tx.bindings.all()
        if binding.inexact is not None
        and binding.meeting_id is not None
        and binding.ref.calendar.owner in deps.people
        and deps.people[binding.ref.calendar.owner].meeting.series is SeriesStyle.FIXED_TIME
    ]


def _orphan(row: OrphanRow) -> WarningLine:
    text = (
        f"meeting {row.meeting_id} of {row.host} was made by syncd, and belongs to no event it knows of; "
        "delete it at Zoom if nobody needs it"
    )
    return WarningLine(event="", code="orphan_meeting", text=text)
