"""What people have granted: codes, refresh tokens and access tokens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from syncd.sandbox.fakes.world import Person, World

CODE_LIFETIME = timedelta(minutes=10)
ACCESS_LIFETIME = timedelta(hours=1)


@dataclass(kw_only=True)
class Grant:
    """One person's consent to one client; all tokens of it die together."""

    client_id: str
    email: str
    scopes: tuple[str, ...]
    made: datetime
    dead: bool = False


@dataclass(frozen=True, kw_only=True)
class Code:
    """An authorisation code with what its exchange has to match."""

    grant: Grant
    redirect_uri: str
    challenge: str
    challenge_method: str
    nonce: str
    offline: bool
    expires: datetime


@dataclass(frozen=True, kw_only=True)
class Access:
    """Who a bearer token is; `scopes` of None means every scope."""

    email: str
    scopes: frozenset[str] | None
    expires: datetime | None = None
    grant: Grant | None = None


class Grants:
    """All codes and tokens of the stand-in."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._grants: list[Grant] = []
        self._codes: dict[str, Code] = {}
        self._refresh: dict[str, Grant] = {}
        self._access: dict[str, Access] = {
            person.google_token: Access(email=person.email, scopes=None) for person in world.people
        }

    def new_grant(self, client_id: str, person: Person, scopes: tuple[str, ...]) -> Grant:
        """Note a person's consent."""
        now = self._world.now()
        grant = Grant(client_id=client_id, email=person.email, scopes=scopes, made=now)
        self._grants.append(grant)
        return grant

    def granted_scopes(self, client_id: str, email: str) -> set[str]:
        """Give all that a person grants to a client at present."""
        mine = (one for one in self._of(client_id, email) if not one.dead)
        return {scope for one in mine for scope in one.scopes}

    def told(self) -> list[dict[str, Any]]:
        """Tell of every grant, without its tokens."""
        return [
            {"email": one.email, "scopes": list(one.scopes), "alive": not one.dead}
            for one in self._grants
        ]

    def has_refresh_token(self, client_id: str, email: str) -> bool:
        """Say whether that person's grant to that client has a living refresh token."""
        return any(
            one.client_id == client_id and one.email == email and not one.dead
            for one in self._refresh.values()
        )

    def new_code(
        self,
        grant: Grant,
        *,
        redirect_uri: str,
        challenge: tuple[str, str],
        nonce: str,
        offline: bool,
    ) -> str:
        """Issue a code; `challenge` is the PKCE challenge and its method, empty without PKCE."""
        text = f"4/0{self._secret()}"
        self._codes[text] = Code(
            grant=grant,
            redirect_uri=redirect_uri,
            challenge=challenge[0],
            challenge_method=challenge[1],
            nonce=nonce,
            offline=offline,
            expires=self._world.now() + CODE_LIFETIME,
        )
        return text

    def take_code(self, text: str) -> Code | None:
        """Take a living code; nobody gets it twice."""
        code = self._codes.pop(text, None)
        return code if code and code.expires > self._world.now() else None

    def new_refresh(self, grant: Grant) -> str:
        """Issue a refresh token."""
        text = f"1//{self._secret()}"
        self._refresh[text] = grant
        return text

    def refresh(self, text: str, *, lifetime: timedelta | None) -> Grant | None:
        """Find the living grant of a refresh token."""
        grant = self._refresh.get(text)
        if grant is None or grant.dead:
            return None
        old = lifetime is not None and self._world.now() - grant.made > lifetime
        return None if old else grant

    def new_access(self, email: str, scopes: tuple[str, ...], grant: Grant | None = None) -> str:
        """Issue an access token for one hour."""
        text = f"ya29.{self._secret()}"
        self._access[text] = Access(
            email=email,
            scopes=frozenset(scopes),
            expires=self._world.now() + ACCESS_LIFETIME,
            grant=grant,
        )
        return text

    def bearer(self, text: str) -> Access | None:
        """Find who a living access token is."""
        access = self._access.get(text)
        if access is None or (access.grant and access.grant.dead):
            return None
        old = access.expires is not None and access.expires <= self._world.now()
        return None if old else access

    def revoke(self, text: str) -> bool:
        """End all that the person of a token granted to its client; False for a dead token."""
        access = self.bearer(text)
        grant = self._refresh.get(text) or (access.grant if access else None)
        if grant is not None and not grant.dead:
            self.revoke_person(grant.email, grant.client_id)
            return True
        if access is None or access.expires is None:
            return False
        del self._access[text]
        return True

    def revoke_person(self, email: str, client_id: str) -> None:
        """Kill every grant of a person to a client, as the person's own account page does."""
        for grant in self._of(client_id, email):
            grant.dead = True

    def _of(self, client_id: str, email: str) -> list[Grant]:
        return [one for one in self._grants if (one.client_id, one.email) == (client_id, email)]

    def _secret(self) -> str:
        return self._world.secret(256)
