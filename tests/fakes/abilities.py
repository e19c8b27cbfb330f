"""A memory of abilities that can be out of order."""

from __future__ import annotations

from syncd.core.ids import AccountKey
from syncd.ports.rows import AbilityRow
from syncd.ports.store import StoreError


class FakeAbilities:
    """Implements `syncd.ports.abilities.AbilityMemory`; `broken` while it cannot be used."""

    def __init__(self) -> None:
        self.rows: dict[tuple[AccountKey, str], AbilityRow] = {}
        self.puts = 0
        self.broken = False

    async def get(self, account: AccountKey, name: str) -> AbilityRow | None:
        self._check()
        return self.rows.get((account, name))

    async def put(self, row: AbilityRow) -> None:
        self._check()
        self.puts += 1
        self.rows[row.account, row.name] = row

    def _check(self) -> None:
        if self.broken:
            raise StoreError("The disk is gone.")
