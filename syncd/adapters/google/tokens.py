"""Access tokens of a service account that acts for one user after the other.

Google Identity, "Using OAuth 2.0 for Server to Server Applications": a signed assertion names the
user as its subject, and the token endpoint answers with a token for an hour.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import urlencode

from google.auth import jwt
from google.auth.crypt import RSASigner

from syncd.adapters.google.errors import SCOPE, token_error_of
from syncd.adapters.google.reading import Malformed, needed, object_in, text
from syncd.adapters.http import Answer, Call, Http
from syncd.core.ids import AccountKey, Provider
from syncd.core.secret import Secret
from syncd.ports.clock import Clock
from syncd.ports.errors import Transient

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_HOUR = 3600
_AHEAD = 240.0


class Tokens(Protocol):
    """Where the calls get their access tokens from."""

    async def token(self, owner: str) -> Secret:
        """Give an access token that acts for this user."""
        ...

    async def renewed(self, owner: str, *, refused: Secret) -> Secret:
        """Give another one than the token the API refused."""
        ...

    async def scopes(self, owner: str) -> frozenset[str]:
        """Tell what the tokens of this user are good for."""
        ...


@dataclass(frozen=True, slots=True)
class _Held:
    token: Secret
    renew_at: float


class ServiceAccountTokens:
    """Makes tokens by domain-wide delegation and keeps them in memory only.

    `info` is the parsed JSON key as Google made it; ValueError when it is none. Tokens are renewed
    four minutes before they expire; for one user only one request is under way at a time.
    """

    def __init__(
        self, http: Http, clock: Clock, *, info: Mapping[str, Any], oauth_base: str
    ) -> None:
        self._http = http
        self._clock = clock
        self._signer = _signer(info)
        self._issuer = needed(info, "client_email")
        self._client_id = text(info, "client_id") or self._issuer
        self._url = oauth_base.rstrip("/") + "/token"
        self._audience = text(info, "token_uri") or self._url
        self._held: dict[str, _Held] = {}
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def token(self, owner: str) -> Secret:
        """Give a token with some minutes left to live.

        AuthLost when Google does not let the service account act for this user; Transient and
        RateLimited when it may later.
        """
        async with self._locks[owner]:
            held = self._held.get(owner)
            if held is None or self._clock.monotonic() >= held.renew_at:
                held = await self._renew(owner)
            return held.token

    async def renewed(self, owner: str, *, refused: Secret) -> Secret:
        """Give a token made after the refused one; many callers cause one request."""
        async with self._locks[owner]:
            held = self._held.get(owner)
            if held is None or held.token == refused:
                held = await self._renew(owner)
            return held.token

    async def scopes(self, owner: str) -> frozenset[str]:  # noqa: ARG002 - the same for all
        """Give the one scope that the domain's admin is asked to grant."""
        return frozenset({SCOPE})

    async def _renew(self, owner: str) -> _Held:
        self._held.pop(owner, None)
        began = self._clock.monotonic()
        answer = await self._http.send(self._call(owner))
        if answer.status != HTTPStatus.OK:
            raise token_error_of(
                answer, owner=owner, client_id=self._client_id, now=self._clock.now()
            )
        token, lifetime = _token_in(answer)
        # A life shorter than the margin must still be used for something.
        held = _Held(token, began + max(lifetime - _AHEAD, lifetime / 2))
        self._held[owner] = held
        return held

    def _call(self, owner: str) -> Call:
        form = {"grant_type": _GRANT, "assertion": self._assertion(owner)}
        return Call(
            method="POST",
            url=self._url,
            headers={"content-type": "application/x-www-form-urlencoded"},
            body=urlencode(form).encode(),
            account=str(AccountKey(Provider.GOOGLE, owner)),
            operation="POST /token",
            repeatable=True,
        )

    def _assertion(self, owner: str) -> str:
        now = int(self._clock.now().timestamp())
        claims = {
            "iss": self._issuer,
            "sub": owner,
            "scope": SCOPE,
            "aud": self._audience,
            "iat": now,
            "exp": now + _HOUR,
        }
        encoded: bytes = jwt.encode(self._signer, claims)
        return encoded.decode("ascii")


def _signer(info: Mapping[str, Any]) -> RSASigner:
    try:
        return _read_signer(info.get("private_key"), info.get("private_key_id"))
    except (ValueError, TypeError) as exc:
        raise ValueError("the service account's private key cannot be read") from exc


# OpenSSL proves the primes of every key it reads, which takes 40 ms; a reload brings the same key.
@lru_cache(maxsize=1)
def _read_signer(key: object, key_id: object) -> RSASigner:
    signer: RSASigner = RSASigner.from_string(key, key_id)
    return signer


def _token_in(answer: Answer) -> tuple[Secret, float]:
    try:
        read = object_in(answer)
        token = needed(read, "access_token")
    except Malformed as exc:
        raise Transient("Google's token answer cannot be read.", code="garbled") from exc
    lifetime = read.get("expires_in", _HOUR)
    if not (token.isascii() and token.isprintable() and isinstance(lifetime, int)):
        raise Transient("Google's token answer holds no token.", code="garbled")
    return Secret(token), float(max(0, min(lifetime, _HOUR)))
