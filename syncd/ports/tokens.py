"""The newest grant of a connected account, renewed when it is needed."""

from __future__ import annotations

from typing import Protocol

from syncd.ports.connections import StoredGrant


class GrantKeeper(Protocol):
    """The grants of one provider; over all processes only one renews an account at a time."""

    async def current(self, person: str) -> StoredGrant:
        """Give a grant whose access token is good for some minutes, as far as anybody knows.

        AuthLost `PROVIDER_not_connected` without a connection, `consent_gone` when the provider ended
        it; Transient or RateLimited when it cannot be asked.
        """
        ...

    async def renewed(self, person: str, *, refused: StoredGrant) -> StoredGrant:
        """Give another grant than the one whose access token was just refused."""
        ...
