"""An account arrives: one transaction, after which it is served, and nothing of a former one is kept."""

from __future__ import annotations

from datetime import datetime

from syncd.core.ids import AccountKey, Provider
from syncd.engine.deps import Deps
from syncd.ports.connections import AuditEntry, ConnectionRow, ConnectionState, RevocationRow
from syncd.ports.oauth import Consented, Grant
from syncd.ports.rows import AccountRow, AccountState
from syncd.ports.store import Tx


def arrive(
    tx: Tx, *, deps: Deps, account: AccountKey, consented: Consented, entry: AuditEntry
) -> None:
    """Keep a consent, with what it needs and all that follows from it.

    ValueError when somebody else has connected the same identity: then nothing is kept.
    """
    now = deps.clock.now()
    former = tx.connections.get(account)
    if former is not None and former.identity.subject != consented.identity.subject:
        _give_back_former(tx, deps=deps, row=former)
    _spare(tx, account.provider, consented.identity.subject)
    tx.connections.save(
        ConnectionRow(
            account=account,
            identity=consented.identity,
            scopes=consented.grant.scopes,
            calendars=former.calendars if former is not None else _first_calendars(tx, account),
            state=ConnectionState.CONNECTED,
            connected_at=now,
            probed_at=now,
        )
    )
    tx.grants.put(account, consented.grant)
    tx.accounts.set(AccountRow(key=account, state=AccountState.OK, reason="", remedy="", since=now))
    tx.audit.add(entry)


def _spare(tx: Tx, provider: Provider, subject: str) -> None:
    """End no former grant of the same identity: that would end the new one, or has happened."""
    for row in tx.revocations.all():
        if (row.provider, row.subject) == (provider, subject):
            tx.revocations.delete(row.id)


def _first_calendars(tx: Tx, account: AccountKey) -> tuple[str, ...]:
    """Choose those that were served before, else the first one."""
    if account.provider is Provider.ZOOM:
        return ()
    known = [row.key.calendar_id for row in tx.calendars.all() if row.key.account == account]
    return tuple(sorted(known)) or ("primary",)


def _give_back_former(tx: Tx, *, deps: Deps, row: ConnectionRow) -> None:
    """End the grant of the account that stood here before, which is another one."""
    account = row.account
    former = tx.grants.get(account)
    if former is not None:
        now = deps.clock.now()
        row_id = deps.clock.new_id()
        subject = row.identity.subject
        tx.revocations.put(_revocation(row_id, account, former.grant, now, subject=subject))
    tx.connections.erase(account)


def give_back(tx: Tx, *, deps: Deps, account: AccountKey, consented: Consented) -> None:
    """Keep nothing of a consent that is not taken but the duty to end it.

    Unless that identity is connected: its provider would end the consent that stands as well.
    """
    if tx.connections.of_identity(account.provider, consented.identity.subject) is not None:
        return
    row_id, subject = deps.clock.new_id(), consented.identity.subject
    row = _revocation(row_id, account, consented.grant, deps.clock.now(), subject=subject)
    tx.revocations.put(row)


def _revocation(
    row_id: str, account: AccountKey, grant: Grant, now: datetime, *, subject: str
) -> RevocationRow:
    return RevocationRow(
        id=row_id,
        provider=account.provider,
        person=account.address,
        grant=grant,
        since=now,
        due_at=now,
        attempts=0,
        subject=subject,
    )
