"""Access tokens by each person's own consent, where there is one; else by the application."""

from __future__ import annotations

from typing import Protocol

from syncd.adapters.microsoft.client import Access
from syncd.ports.connections import StoredGrant
from syncd.ports.errors import AuthLost

_NOT_CONNECTED = "microsoft_not_connected"


class OwnGrants(Protocol):
    """The grants of connected people, as `syncd.adapters.grants.GrantTokens` gives them."""

    async def current(self, person: str) -> StoredGrant:
        """Give one whose access token is good for some minutes."""
        ...

    async def renewed(self, person: str, *, refused: StoredGrant) -> StoredGrant:
        """Give another than the one whose access token was refused."""
        ...


class ApplicationToken(Protocol):
    """The token for all mailboxes, as `syncd.adapters.microsoft.ApplicationTokens` gives it."""

    async def token(self) -> str:
        """Give one that should be good."""
        ...

    async def renewed(self, *, refused: str) -> str:
        """Give another one than the one that was refused."""
        ...


class PersonTokens:
    """Prefers a person's own grant; `application` acts for everybody else. Either may be missing.

    All methods raise what these raise: AuthLost `microsoft_not_connected` with neither.
    """

    def __init__(self, grants: OwnGrants | None, application: ApplicationToken | None) -> None:
        self._grants = grants
        self._application = application

    async def access(self, owner: str) -> Access:
        """Give a token that acts for this person."""
        own = await self._own(owner)
        if own is not None:
            return _own_access(own)
        return Access(await self._app(owner).token())

    async def renewed(self, owner: str, *, refused: Access) -> Access:
        """Give another token; who connected meanwhile has one of another kind already."""
        own = await self._own(owner)
        if own is None:
            return Access(await self._app(owner).renewed(refused=refused.token))
        if self._grants is not None and own.grant.access_token.reveal() == refused.token:
            own = await self._grants.renewed(owner, refused=own)
        return _own_access(own)

    async def _own(self, owner: str) -> StoredGrant | None:
        if self._grants is None:
            return None
        try:
            return await self._grants.current(owner)
        except AuthLost as error:
            if error.code != _NOT_CONNECTED or self._application is None:
                raise
            return None

    def _app(self, owner: str) -> ApplicationToken:
        if self._application is None:
            raise AuthLost(
                f"Outlook of {owner} is not connected.",
                code="microsoft_not_connected",
                remedy="Connect it on the page, or with `syncd accounts connect microsoft`.",
            )
        return self._application


def _own_access(own: StoredGrant) -> Access:
    return Access(own.grant.access_token.reveal(), own)
