"""The guard before every removal: an account that seems to lose its links in mass is stopped.

A calendar that was emptied by mistake, a sharing that ended, a rule gone wrong: none of them may take
the meetings of a whole account along before a person has said so (I15).
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from syncd.core.guard import is_too_much
from syncd.core.ids import AccountKey, EventRef
from syncd.engine.deps import Deps
from syncd.engine.lease import Hold
from syncd.ports.errors import Forbidden
from syncd.ports.rows import GuardRow
from syncd.ports.store import Tx

log = logging.getLogger(__name__)

# Long enough for all that was held back, short enough not to hide the next mistake.
ALLOWED_FOR = timedelta(hours=1)


async def check(deps: Deps, hold: Hold, account: AccountKey) -> None:
    """Raise Forbidden `guard` while this account's removals are stopped."""
    stopped = await hold.commit(lambda tx: _judge(deps, tx, account))
    if stopped is not None:
        raise Forbidden(
            stopped.reason, code="guard", remedy=f"Run `syncd resume {account}` if that is meant."
        )


def _judge(deps: Deps, tx: Tx, account: AccountKey) -> GuardRow | None:
    now = deps.clock.now()
    before = tx.guards.get(account)
    if _is_allowed(before, now):
        return None
    links, removals = tx.bindings.count(account)
    if not is_too_much(removals=removals, links=links):
        if before is not None and before.stopped_at is not None:
            tx.guards.save(
                GuardRow(account=account, stopped_at=None, reason="", allowed_until=None)
            )
        return None
    reason = _too_much(account, removals, links)
    since = before.stopped_at if before is not None else None
    stopped = GuardRow(account=account, stopped_at=since or now, reason=reason, allowed_until=None)
    tx.guards.save(stopped)
    if since is None:
        log.warning("removals stopped", extra={"account": str(account), "reason": reason})
    return stopped


def would_stop(deps: Deps, tx: Tx, account: AccountKey, going: Collection[EventRef]) -> str | None:
    """Say why the removals of an account would be stopped if these events lost their meetings too.

    None where they go ahead, and where a person has just allowed them.
    """
    if _is_allowed(tx.guards.get(account), deps.clock.now()):
        return None
    links, removals = tx.bindings.count(account)
    bound = (tx.bindings.by_ref(ref) for ref in going if ref.calendar.account == account)
    removals += sum(1 for b in bound if b is not None and b.removal_since is None)
    if not is_too_much(removals=removals, links=links):
        return None
    return _too_much(account, removals, links)


def _is_allowed(row: GuardRow | None, now: datetime) -> bool:
    return row is not None and row.allowed_until is not None and row.allowed_until > now


def _too_much(account: AccountKey, removals: int, links: int) -> str:
    return f"{removals} of {links} links of {account} would be removed at once"


def allow(deps: Deps, tx: Tx, account: AccountKey) -> GuardRow:
    """Let all removals of the account go ahead for an hour, those held back at once.

    Gives the row as it was. LookupError when nothing is stopped there.
    """
    before = tx.guards.get(account)
    if before is None or before.stopped_at is None:
        raise LookupError(f"nothing is stopped for {account}; see `syncd status`")
    until = deps.clock.now() + ALLOWED_FOR
    tx.guards.save(GuardRow(account=account, stopped_at=None, reason="", allowed_until=until))
    for row in tx.events.waiting():
        if row.code == "guard" and row.ref.calendar.account == account:
            tx.events.mark_due(row.ref, due_at=deps.clock.now(), starts_at=row.starts_at)
            tx.calendars.hurry(row.ref.calendar, due_at=deps.clock.now())
    return before
