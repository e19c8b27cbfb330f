"""The tokens of accounts that people connected themselves, and of those that nobody did."""

from __future__ import annotations

from typing import NoReturn

from syncd.adapters.grants import GrantTokens
from syncd.adapters.zoom.access import Access
from syncd.adapters.zoom.errors import not_connected
from syncd.core.ids import AccountKey, Provider
from syncd.ports.connections import StoredGrant
from syncd.ports.oauth import Grant


class OwnTokens:
    """One person's own tokens, read from the store at every call."""

    def __init__(self, grants: GrantTokens, person: str) -> None:
        self.account = AccountKey(Provider.ZOOM, person)
        self._grants = grants

    async def current(self) -> Access:
        """Give a good one; AuthLost `zoom_not_connected` or `consent_gone` when there is none."""
        return _access(await self._grants.current(self.account.address))

    async def renewed(self, refused: Access) -> Access:
        """Give another than the one Zoom has just refused; raises like `current`."""
        return _access(await self._grants.renewed(self.account.address, refused=_stored(refused)))


class NoTokens:
    """What there is for a host whom no app can act for."""

    def __init__(self, account: AccountKey) -> None:
        self.account = account

    async def current(self) -> NoReturn:
        """Raise AuthLost `zoom_not_connected`."""
        raise not_connected()

    async def renewed(self, refused: Access) -> NoReturn:
        """Raise the same; `refused` cannot have come from here."""
        del refused
        raise not_connected()


def _access(stored: StoredGrant) -> Access:
    return Access(
        token=stored.grant.access_token,
        api_url=stored.grant.api_url,
        expires_at=stored.grant.expires_at,
        generation=stored.generation,
        scopes=stored.grant.scopes,
        is_consent=True,
    )


def _stored(access: Access) -> StoredGrant:
    """Say which one was refused; it is told by its generation."""
    return StoredGrant(
        grant=Grant(
            access_token=access.token,
            expires_at=access.expires_at,
            refresh_token=None,
            scopes=access.scopes,
            api_url=access.api_url,
        ),
        generation=access.generation,
    )
