"""A person allows what the guard had stopped, or has an event looked at that was set aside."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.core.ids import AccountKey, Provider
from syncd.engine import invariants
from syncd.engine.deps import Deps
from syncd.engine.guard import ALLOWED_FOR, allow
from syncd.ports.connections import AuditEntry
from syncd.ports.rows import EventRow, GuardRow
from syncd.ports.store import Tx


@dataclass(frozen=True, slots=True)
class Resumed:
    """What had been stopped, and for how many minutes removals of an account are allowed now.

    Of an event that was set aside `event` names it, `account` is empty, and there are no minutes.
    """

    account: str
    was_stopped_because: str
    allowed_minutes: int
    event: str = ""


async def resume(deps: Deps, what: str, *, who: str = "admin", request_id: str = "") -> Resumed:
    """Let the removals of an account go ahead, which is written as `google:ana@example.com`.

    Or have an event looked at that was set aside, written by its id or as `CALENDAR/ID`.
    LookupError when there is no such account or event, or nothing of it is stopped.
    """
    provider, _, address = what.partition(":")
    if provider in {str(one) for one in Provider} and address and "/" not in address:
        account = AccountKey(Provider(provider), address.lower())
        return await _account(deps, account, who=who, request_id=request_id)
    return await _event(deps, what, who=who, request_id=request_id)


async def _account(deps: Deps, key: AccountKey, *, who: str, request_id: str) -> Resumed:
    entry = AuditEntry(
        at=deps.clock.now(),
        who=who,
        what="removals.resumed",
        about=str(key),
        request_id=request_id,
    )

    def go_on(tx: Tx) -> GuardRow:
        stopped = allow(deps, tx, key)
        tx.audit.add(entry)
        return stopped

    before = await deps.store.run(go_on)
    return Resumed(str(key), before.reason, int(ALLOWED_FOR.total_seconds() // 60))


async def _event(deps: Deps, event: str, *, who: str, request_id: str) -> Resumed:
    now = deps.clock.now()

    def go_on(tx: Tx) -> EventRow:
        row = invariants.resume(tx, event, now=now)
        if row is None:
            raise LookupError(
                f"{event!r} is no account and no event that was set aside; "
                "write it as `syncd status` shows it"
            )
        entry = AuditEntry(
            at=now, who=who, what="event.resumed", about=str(row.ref), request_id=request_id
        )
        tx.audit.add(entry)
        return row

    row = await deps.store.run(go_on)
    return Resumed("", row.reason, 0, event=str(row.ref))
