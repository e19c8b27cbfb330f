"""A store that knows nothing but tokens, for what shares an access token."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar, cast

from syncd.core.ids import AccountKey
from syncd.core.secret import Secret
from syncd.ports.rows import StoredToken
from syncd.ports.store import Tx

T = TypeVar("T")


class FakeTokens:
    """Implements `syncd.ports.repositories_of_accounts.Tokens` in memory."""

    def __init__(self) -> None:
        self.stored: dict[AccountKey, StoredToken] = {}
        self.refreshing: dict[AccountKey, tuple[str, datetime]] = {}

    def get(self, account: AccountKey) -> StoredToken | None:
        return self.stored.get(account)

    def put(self, account: AccountKey, token: Secret, *, expires_at: datetime) -> StoredToken:
        former = self.stored.get(account)
        generation = former.generation + 1 if former else 1
        self.stored[account] = StoredToken(
            token=token, expires_at=expires_at, generation=generation
        )
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


class FakeTokenStore:
    """Implements as much of `syncd.ports.store.Store` as tokens need."""

    def __init__(self) -> None:
        self.tokens = FakeTokens()

    async def run(self, work: Callable[[Tx], T]) -> T:
        return work(cast(Any, self))

    async def settle(self) -> None:
        """Nothing of it is in a file."""
