"""What was found out by trying, for adapters whose provider does not say what it takes."""

from __future__ import annotations

from typing import Protocol

from syncd.core.ids import AccountKey
from syncd.ports.rows import AbilityRow


class AbilityMemory(Protocol):
    """Remembers abilities for every worker; both methods raise StoreError when it cannot."""

    async def get(self, account: AccountKey, name: str) -> AbilityRow | None:
        """Read what was found out; None when it was never tried."""
        ...

    async def put(self, row: AbilityRow) -> None:
        """Remember it, in place of what was found out before."""
        ...
