"""What the tests of connected accounts, of the page and of the audit log are made of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from syncd.core.ids import AccountKey, Provider
from syncd.core.secret import Secret
from syncd.ports.connections import (
    AuditEntry,
    ConnectionRow,
    ConnectionState,
    FlowRow,
    RevocationRow,
    StoredGrant,
)
from syncd.ports.oauth import Grant, Identity, Purpose
from syncd.ports.store import Store
from tests.conformance.store_cases import NOW, at, in_turn

ANA_GOOGLE = AccountKey(Provider.GOOGLE, "ana@example.com")
BEN_GOOGLE = AccountKey(Provider.GOOGLE, "ben@example.com")
ANA_ZOOM = AccountKey(Provider.ZOOM, "ana@example.com")
IDENTITY = Identity(
    subject="subject-1",
    tenant="example.com",
    address="ana.private@example.net",
    name="Ana \ud800 Ähre",
    is_verified=True,
)


def connection(account: AccountKey = ANA_GOOGLE, **changes: Any) -> ConnectionRow:
    made = ConnectionRow(
        account=account,
        identity=replace(IDENTITY, subject=f"subject of {account}"),
        scopes=frozenset({"calendar", "openid"}),
        calendars=("primary", "team@group.example.com"),
        state=ConnectionState.CONNECTED,
        connected_at=NOW,
        probed_at=NOW,
    )
    return replace(made, **changes)


def grant(name: str = "first", **changes: Any) -> Grant:
    made = Grant(
        access_token=Secret(f"{name} access"),
        expires_at=at(60),
        refresh_token=Secret(f"{name} refresh"),
        scopes=frozenset({"calendar", "openid"}),
        api_url="https://api-us.example.com",
    )
    return replace(made, **changes)


async def connected(store: Store, *rows: ConnectionRow) -> None:
    await store.run(in_turn(*(lambda tx, row=row: tx.connections.save(row) for row in rows)))


async def granted(
    store: Store, given: Grant, account: AccountKey = ANA_GOOGLE
) -> StoredGrant | None:
    return await store.run(lambda tx: tx.grants.put(account, given))


def revocation(name: str, **changes: Any) -> RevocationRow:
    made = RevocationRow(
        id=name,
        provider=Provider.ZOOM,
        person="ana@example.com",
        grant=grant(name),
        since=NOW,
        due_at=NOW,
        attempts=0,
    )
    return replace(made, **changes)


def flow(state: str = "s" * 43, **changes: Any) -> FlowRow:
    made = FlowRow(
        state=Secret(state),
        session="session-1",
        provider=Provider.GOOGLE,
        purpose=Purpose.CONNECT,
        person="ana@example.com",
        kept=Secret('{"verifier": "v"}'),
        after="/settings",
        expires_at=at(10),
    )
    return replace(made, **changes)


def entry(what: str = "account.connected", **changes: Any) -> AuditEntry:
    made = AuditEntry(
        at=NOW, who="ana@example.com", what=what, about="google:ana@example.com", request_id="r1"
    )
    return replace(made, **changes)
