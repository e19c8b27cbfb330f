"""The reason why an event waits, written into the event itself; an extra that never fails anything."""

from __future__ import annotations

import logging
from dataclasses import replace

from syncd.core.actions import NoteReason
from syncd.core.event import Event, EventChange
from syncd.core.look import Observed
from syncd.core.noting import may_note_at, note_of
from syncd.engine import halt, invariants
from syncd.engine.apply.step import Step, existing
from syncd.engine.deps import Deps, on_account
from syncd.engine.events import read_event
from syncd.engine.lease import Hold
from syncd.ports import sending
from syncd.ports.errors import ProviderError
from syncd.ports.rows import EventRow
from syncd.ports.store import Tx

log = logging.getLogger(__name__)


async def write(step: Step, action: NoteReason, seen: Observed) -> None:
    """Write the note, or take it out, without mailing anybody; what is known is observed anew."""
    await _send(step.deps, step.hold, existing(seen), action)


async def note_error(
    deps: Deps, hold: Hold, row: EventRow, error: ProviderError, *, was: str
) -> None:
    """Write an error of an event behind its flag word; `was` is the reason told before.

    The event is read only when there may be something to write: a new reason, or one that had to
    wait its turn.
    """
    context = deps.context(row.ref.calendar)
    if not context.person.link.reason_in_event or error.account == row.ref.calendar.account:
        return
    may_at = may_note_at(row.noted_at, context.now)
    if may_at > context.now:
        if row.reason != was:
            await hold.commit(
                lambda tx: tx.events.mark_due(row.ref, due_at=may_at, starts_at=row.starts_at)
            )
        return
    try:
        event = await read_event(deps, row.ref)
    except ProviderError as failure:
        _tell(row, failure)
        return
    note = note_of(event, row.reason, context) if event is not None else None
    if event is not None and note is not None:
        await _send(deps, hold, event, note)


async def _send(deps: Deps, hold: Hold, event: Event, note: NoteReason) -> None:
    """Write under the version that was seen; noted first, so that no death makes it more often."""
    try:
        await halt.check(deps)
    except ProviderError as failure:
        _tell(EventRow(ref=event.ref, due_at=None, starts_at=None), failure)
        return
    change = EventChange(location=note.location, quiet=True)
    invariants.may_note(event, change)
    noted_at = deps.clock.now() if note.reason else None

    def remember(tx: Tx) -> EventRow:
        row = tx.events.get(event.ref) or EventRow(ref=event.ref, due_at=None, starts_at=None)
        row = replace(row, noted_at=noted_at)
        tx.events.save(row)
        return row

    row = await hold.commit(remember)
    if deps.clock.monotonic() > hold.send_by:
        return
    calendar = event.ref.calendar
    try:
        with on_account(calendar.account), sending.until(lambda: hold.send_by):
            await deps.calendar(calendar).write(event, change)
    except ProviderError as failure:
        _tell(row, failure)


def _tell(row: EventRow, failure: ProviderError) -> None:
    log.info(
        "reason not noted in the event",
        extra={
            "calendar": str(row.ref.calendar),
            "event": row.ref.event_id,
            "code": failure.code,
        },
    )
