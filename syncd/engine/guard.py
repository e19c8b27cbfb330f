"""The guard before every removal: an account that seems to lose its links in mass is stopped.

A calendar that was emptied by mistake, a sharing that ended, a rule gone wrong: none of them may take
the meetings of a whole account along before a person has said so.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from syncd.core.guard import is_too_much
from syncd.core.ids import AccountKey
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
    if before is not None and before.allowed_until is not None and before.allowed_until > now:
        return None
    links, removals = tx.bindings.count(account)
    if not is_too_much(removals=removals, links=links):
        if before is not None and before.stopped_at is not None:
            tx.guards.save(
                GuardRow(account=account, stopped_at=None, reason="", allowed_until=None)
            )
        return None
    reason = f"{removals} of {links} links of {account} would be removed at once"
    since = before.stopped_at if before is not None else None
    stopped = GuardRow(account=account, stopped_at=since or now, reason=reason, allowed_until=None)
    tx.guards.save(stopped)
    if since is None:
        log.warning("removals stopped", extra={"account": str(account), "reason": reason})
    return stopped


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
