"""A store that knows nothing but the grants of connected accounts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar, cast

from syncd.core.ids import AccountKey
from syncd.ports.connections import RevocationRow, StoredGrant
from syncd.ports.oauth import Grant
from syncd.ports.store import Tx

T = TypeVar("T")


class FakeGrants:
    """Implements `syncd.ports.connections.Grants` in memory; `connect` is what a consent does."""

    def __init__(self) -> None:
        self.stored: dict[AccountKey, StoredGrant] = {}
        self.refreshing: dict[AccountKey, tuple[str, datetime]] = {}

    def connect(self, account: AccountKey, grant: Grant) -> None:
        self.stored[account] = StoredGrant(grant=grant, generation=1)

    def get(self, account: AccountKey) -> StoredGrant | None:
        return self.stored.get(account)

    def put(self, account: AccountKey, grant: Grant) -> StoredGrant | None:
        if account not in self.stored:
            return None
        generation = self.stored[account].generation + 1
        self.stored[account] = StoredGrant(grant=grant, generation=generation)
        self.refreshing.pop(account, None)
        return self.stored[account]

    def begin_refresh(
        self, account: AccountKey, *, holder: str, now: datetime, until: datetime
    ) -> bool:
        if account in self.refreshing and self.refreshing[account][1] > now:
            return False
        self.refreshing[account] = (holder, until)
        return True

    def end_refresh(self, account: AccountKey, *, holder: str) -> None:
        if self.refreshing.get(account, ("",))[0] == holder:
            del self.refreshing[account]


class FakeRevocations:
    """Implements as much of `syncd.ports.connections.Revocations` as tokens need."""

    def __init__(self) -> None:
        self.rows: dict[str, RevocationRow] = {}

    def put(self, row: RevocationRow) -> None:
        self.rows[row.id] = row


class FakeGrantStore:
    """Implements as much of `syncd.ports.store.Store` as grants need."""

    def __init__(self) -> None:
        self.grants = FakeGrants()
        self.revocations = FakeRevocations()
        self.settled = 0

    async def run(self, work: Callable[[Tx], T]) -> T:
        return work(cast(Any, self))

    async def settle(self) -> None:
        self.settled += 1
