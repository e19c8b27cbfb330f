"""Access tokens by each person's own consent, where there is one; else by the service account."""

from __future__ import annotations

from syncd.adapters.google.tokens import Tokens
from syncd.adapters.grants import GrantTokens
from syncd.core.secret import Secret
from syncd.ports.connections import StoredGrant
from syncd.ports.errors import AuthLost

_NOT_CONNECTED = "google_not_connected"


class PersonTokens:
    """Prefers a person's own grant; `service` acts for everybody else, if there is one.

    All methods raise what these raise: AuthLost `google_not_connected` with neither.
    """

    def __init__(self, grants: GrantTokens, service: Tokens | None) -> None:
        self._grants = grants
        self._service = service

    async def token(self, owner: str) -> Secret:
        """Give an access token that acts for this person."""
        acting = await self._acting_for(owner)
        if isinstance(acting, StoredGrant):
            return acting.grant.access_token
        return await acting.token(owner)

    async def renewed(self, owner: str, *, refused: Secret) -> Secret:
        """Give another token; who connected meanwhile has one of another kind already."""
        acting = await self._acting_for(owner)
        if not isinstance(acting, StoredGrant):
            return await acting.renewed(owner, refused=refused)
        if acting.grant.access_token == refused:
            acting = await self._grants.renewed(owner, refused=acting)
        return acting.grant.access_token

    async def scopes(self, owner: str) -> frozenset[str]:
        """Tell what this person granted, or what the service account has."""
        acting = await self._acting_for(owner)
        if isinstance(acting, StoredGrant):
            return acting.grant.scopes
        return await acting.scopes(owner)

    async def _acting_for(self, owner: str) -> StoredGrant | Tokens:
        try:
            return await self._grants.current(owner)
        except AuthLost as error:
            if error.code != _NOT_CONNECTED or self._service is None:
                raise
            return self._service
