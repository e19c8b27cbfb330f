"""The memory of what was found out by trying, in the database."""

from __future__ import annotations

from syncd.core.ids import AccountKey
from syncd.ports.rows import AbilityRow
from syncd.ports.store import Store


class StoredAbilities:
    """Implements `syncd.ports.abilities.AbilityMemory`, one short transaction per call."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, account: AccountKey, name: str) -> AbilityRow | None:
        """Read what was found out."""
        return await self._store.run(lambda tx: tx.abilities.get(account, name))

    async def put(self, row: AbilityRow) -> None:
        """Remember it."""
        await self._store.run(lambda tx: tx.abilities.put(row))
