"""Grants and their tokens: codes live five minutes, refresh tokens rotate, revoking kills all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from syncd.sandbox.fakes.zoom.errors import OAuthError, expired_token, invalid_token, spent_token

ACCESS_SECONDS = 3599
_ACCESS_LIFE = timedelta(seconds=ACCESS_SECONDS)
_CODE_LIFE = timedelta(minutes=5)
_REFRESH_LIFE = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What somebody allowed an app; `email` is None for the whole account (server-to-server)."""

    key: int
    client_id: str
    email: str | None
    scopes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Code:
    """An authorization code and what must come back with it."""

    client_id: str
    email: str
    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str | None
    method: str
    issued: datetime


@dataclass(frozen=True)
class _Issued:
    grant: Grant
    until: datetime


class Tokens:
    """All codes, grants and tokens of the account."""

    def __init__(self, new_secret: Callable[[], str]) -> None:
        self._new_secret = new_secret
        self._grants = 0
        self._codes: dict[str, Code] = {}
        self._access: dict[str, _Issued] = {}
        self._refresh: dict[str, _Issued] = {}
        self._revoked: set[str] = set()

    def add_code(self, code: Code) -> str:
        """Keep a code and give its spelling."""
        spelling = self._new_secret()
        self._codes[spelling] = code
        return spelling

    def take_code(self, spelling: str, client_id: str, now: datetime) -> Code:
        """Use a code up; raises OAuthError 4734 when unknown or used, 4733 when too old."""
        code = self._codes.pop(spelling, None)
        if code is None or code.client_id != client_id:
            raise OAuthError("Invalid authorization code", "invalid_grant", code=4734)
        if now >= code.issued + _CODE_LIFE:
            raise OAuthError("Authorization code expired", "invalid_grant", code=4733)
        return code

    def grant(self, client_id: str, email: str | None, scopes: tuple[str, ...]) -> Grant:
        """Open a grant; whatever the same app had of the same user dies (Zoom's 4741)."""
        self.end(client_id, email)
        self._grants += 1
        return Grant(key=self._grants, client_id=client_id, email=email, scopes=scopes)

    def add_access(self, grant: Grant, now: datetime) -> str:
        """Issue an access token."""
        token = self._new_secret()
        self._access[token] = _Issued(grant, now + _ACCESS_LIFE)
        return token

    def add_refresh(self, grant: Grant, now: datetime) -> str:
        """Issue a refresh token; any older one of the grant is dead at once."""
        self._refresh = {
            token: issued for token, issued in self._refresh.items() if issued.grant != grant
        }
        token = self._new_secret()
        self._refresh[token] = _Issued(grant, now + _REFRESH_LIFE)
        return token

    def refreshable(self, token: str, client_id: str, now: datetime) -> Grant:
        """Find the grant of a refresh token; raises OAuthError invalid_grant."""
        if token in self._revoked:
            raise spent_token(code=4741)
        issued = self._refresh.get(token)
        if issued is None or issued.grant.client_id != client_id or now >= issued.until:
            raise spent_token()
        return issued.grant

    def bearer(self, token: str, now: datetime) -> Grant:
        """Find the grant of an access token; raises ZoomError 401 with code 124."""
        issued = self._access.get(token)
        if issued is None:
            raise invalid_token()
        if now >= issued.until:
            raise expired_token()
        return issued.grant

    def revocable(self, token: str, client_id: str, now: datetime) -> Grant:
        """Find the grant of a living access token for its own app; raises OAuthError."""
        issued = self._access.get(token)
        if issued is None or issued.grant.client_id != client_id or now >= issued.until:
            raise spent_token()
        return issued.grant

    def expire_access(self) -> None:
        """Let every access token be unknown from now on; refresh tokens live."""
        self._access.clear()

    def end(self, client_id: str, email: str | None) -> None:
        """Kill all that an app has of a user."""
        for old in {issued.grant for issued in (*self._access.values(), *self._refresh.values())}:
            if (old.client_id, old.email) == (client_id, email):
                self.revoke(old)

    def granted(self, now: datetime) -> dict[str, list[str]]:
        """Give the scopes of every user whose refresh token lives, by address."""
        return {
            issued.grant.email: list(issued.grant.scopes)
            for issued in self._refresh.values()
            if issued.grant.email is not None and now < issued.until
        }

    def revoke(self, grant: Grant) -> None:
        """Kill every token of a grant."""
        self._revoked |= {token for token, one in self._refresh.items() if one.grant == grant}
        self._access = {token: one for token, one in self._access.items() if one.grant != grant}
        self._refresh = {token: one for token, one in self._refresh.items() if one.grant != grant}
