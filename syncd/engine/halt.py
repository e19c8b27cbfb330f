"""The halt: while it is set no write leaves to any calendar or to Zoom, and reading goes on."""

from __future__ import annotations

from datetime import datetime

from syncd.engine.deps import Deps
from syncd.ports.connections import AuditEntry, HaltRow
from syncd.ports.errors import Forbidden
from syncd.ports.store import Tx

HALTED = "halted"


async def check(deps: Deps) -> None:
    """Raise Forbidden `halted` while all writes are stopped."""
    await deps.store.run(judge)


def judge(tx: Tx) -> None:
    """Raise Forbidden `halted` while all writes are stopped, within a transaction."""
    row = tx.halt.get()
    if row is not None:
        raise Forbidden(
            f"all writes were stopped by {row.who} on {row.since:%Y-%m-%d at %H:%M} UTC",
            code=HALTED,
            remedy="An administrator can let them go on; it is done then by itself.",
        )


def stop(tx: Tx, *, who: str, now: datetime) -> None:
    """Stop all writes from now on (UTC); nothing happens where they are stopped already."""
    if tx.halt.get() is None:
        tx.halt.set(HaltRow(since=now, who=who))
        tx.audit.add(AuditEntry(at=now, who=who, what="halt.set", about="all writes"))


def resume(tx: Tx, *, who: str, now: datetime) -> None:
    """Let writes go on; the events that wait for it are looked at now (UTC)."""
    if tx.halt.get() is None:
        return
    tx.halt.set(None)
    tx.audit.add(AuditEntry(at=now, who=who, what="halt.lifted", about="all writes"))
    for row in tx.events.waiting():
        if row.code == HALTED:
            tx.events.mark_due(row.ref, due_at=now, starts_at=row.starts_at)
            tx.calendars.hurry(row.ref.calendar, due_at=now)
