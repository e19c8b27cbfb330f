"""A person allows what the guard had stopped."""

from __future__ import annotations

from dataclasses import dataclass

from syncd.core.ids import AccountKey, Provider
from syncd.engine.deps import Deps
from syncd.engine.guard import ALLOWED_FOR, allow
from syncd.ports.connections import AuditEntry
from syncd.ports.rows import GuardRow
from syncd.ports.store import Tx


@dataclass(frozen=True, slots=True)
class Resumed:
    """What had been stopped, and for how many minutes removals are allowed now."""

    account: str
    was_stopped_because: str
    allowed_minutes: int


async def resume(deps: Deps, account: str, *, who: str = "admin", request_id: str = "") -> Resumed:
    """Let the removals of an account go ahead, which is written as `google:ana@example.com`.

    LookupError when there is no such account or nothing of it is stopped.
    """
    provider, _, address = account.partition(":")
    known = {str(one) for one in Provider}
    if provider not in known or not address:
        raise LookupError(f"{account!r} is no account; write it as `syncd status` shows it")
    key = AccountKey(Provider(provider), address.lower())
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
