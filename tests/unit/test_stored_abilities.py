"""The memory of abilities over a store: each call is one transaction of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

import pytest

from syncd.bootstrap.abilities import StoredAbilities
from syncd.core.ids import AccountKey, Provider
from syncd.ports.rows import AbilityRow
from syncd.ports.store import StoreError, Tx

T = TypeVar("T")
ANA = AccountKey(Provider.GOOGLE, "ana@example.com")
ROW = AbilityRow(
    account=ANA, name="conference_data", able=True, tried_at=datetime(2026, 12, 1, tzinfo=UTC)
)


class Rows:
    """Implements `syncd.ports.repositories_of_accounts.Abilities` in memory."""

    def __init__(self) -> None:
        self.rows: dict[tuple[AccountKey, str], AbilityRow] = {}

    def get(self, account: AccountKey, name: str) -> AbilityRow | None:
        return self.rows.get((account, name))

    def put(self, row: AbilityRow) -> None:
        self.rows[row.account, row.name] = row


class OneTableStore:
    """Implements as much of `syncd.ports.store.Store` as abilities need."""

    def __init__(self) -> None:
        self.abilities = Rows()
        self.runs = 0
        self.broken = False

    async def run(self, work: Callable[[Tx], T]) -> T:
        if self.broken:
            raise StoreError("The disk is gone.")
        self.runs += 1
        return work(cast(Any, self))

    async def settle(self) -> None:
        """Nothing of it is in a file."""


async def test_what_is_put_is_got():
    store = OneTableStore()
    memory = StoredAbilities(store)
    assert await memory.get(ANA, ROW.name) is None
    await memory.put(ROW)
    assert await memory.get(ANA, ROW.name) == ROW
    assert await memory.get(ANA, "other") is None
    assert store.runs == 4


async def test_a_store_out_of_order_is_told():
    store = OneTableStore()
    store.broken = True
    memory = StoredAbilities(store)
    with pytest.raises(StoreError):
        await memory.get(ANA, ROW.name)
    with pytest.raises(StoreError):
        await memory.put(ROW)
