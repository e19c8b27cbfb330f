"""An access token: as Zoom grants it, as it is stored, as it is used."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Protocol

from syncd.adapters.http import Answer, Garbled
from syncd.adapters.zoom.errors import auth_lost, error_of, garbled, tidy
from syncd.core.ids import AccountKey
from syncd.core.secret import Secret
from syncd.ports.errors import AuthLost
from syncd.ports.oauth import Grant
from syncd.ports.rows import StoredToken

_TOKEN = re.compile(r"[\x21-\x7e]{1,20000}")
_LONGEST_LIFE = 24 * 3600
_MOST_SCOPES = 200
_LONGEST_SCOPE = 100

Refusal = Callable[[Answer, dict[str, Any]], Exception | None]
"""What a refusal of the token endpoint means; None when it is no refusal in OAuth's own form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A token to call with; `api_url` is where Zoom wants the calls, unchecked.

    `scopes` is empty where they are not known. With `is_consent` they are what a person agreed to:
    what they lack is not even asked. An installation's own app is asked, since Zoom tells of some of
    its scopes late.
    """

    token: Secret
    api_url: str | None
    expires_at: datetime
    generation: int
    scopes: frozenset[str] = frozenset()
    is_consent: bool = False

    @classmethod
    def opened(cls, stored: StoredToken, *, issuer: str) -> Access | None:
        """Read a stored token; None when it was granted to another app or by another server."""
        try:
            parts = json.loads(stored.token.reveal())
        except ValueError:
            return None
        if not isinstance(parts, dict) or parts.get("issuer") != issuer:
            return None
        return cls(
            token=Secret(parts["token"]),
            api_url=parts["api_url"],
            expires_at=stored.expires_at,
            generation=stored.generation,
            scopes=frozenset(parts.get("scopes", ())),
        )


class Tokens(Protocol):
    """Whose access tokens calls are made with."""

    @property
    def account(self) -> AccountKey:
        """Name the account."""
        ...

    async def current(self) -> Access:
        """Give one that is good for some minutes more, as far as anybody knows.

        AuthLost when there is none any more, Transient or RateLimited when Zoom cannot be asked.
        """
        ...

    async def renewed(self, refused: Access) -> Access:
        """Give another than the one Zoom has just refused; raises like `current`."""
        ...


def seal_text(grant: Grant, *, issuer: str) -> Secret:
    """Write what a server-to-server grant is into the one text the store seals."""
    parts = {
        "issuer": issuer,
        "token": grant.access_token.reveal(),
        "api_url": grant.api_url,
        "scopes": sorted(grant.scopes),
    }
    return Secret(json.dumps(parts))


def read_grant(answer: Answer, *, now: datetime, refusal: Refusal | None = None) -> Grant:
    """Read the token endpoint's answer; `now` is when it was asked.

    What `refusal` says when Zoom refuses in OAuth's own form, by default that it refuses the app
    (AuthLost); Transient or RateLimited otherwise: a failing server or a proxy's page says nothing.
    """
    body = json_object(answer)
    if answer.status != HTTPStatus.OK:
        raise (refusal or _app_refused)(answer, body) or error_of(answer, now=now)
    life, api_url, renewal = (body.get(name) for name in ("expires_in", "api_url", "refresh_token"))
    if not isinstance(life, int) or isinstance(life, bool) or life <= 0:
        raise garbled("the life of the token")
    return Grant(
        access_token=_token(body.get("access_token")),
        expires_at=now + timedelta(seconds=min(life, _LONGEST_LIFE)),
        refresh_token=None if renewal is None else _token(renewal),
        scopes=_scopes(body.get("scope")),
        api_url=api_url if isinstance(api_url, str) else None,
    )


def oauth_error(answer: Answer, body: dict[str, Any]) -> str:
    """Give the word of a refusal in OAuth's own form; empty for every other answer."""
    refused = answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED)
    error = body.get("error")
    return error if refused and isinstance(error, str) else ""


def _token(text: object) -> Secret:
    if not isinstance(text, str) or not _TOKEN.fullmatch(text):
        raise garbled("the token")
    return Secret(text)


def _scopes(text: object) -> frozenset[str]:
    names = text.split()[:_MOST_SCOPES] if isinstance(text, str) else []
    return frozenset(name for name in names if len(name) <= _LONGEST_SCOPE and name.isprintable())


def json_object(answer: Answer) -> dict[str, Any]:
    """Give the JSON object of an answer, an empty one when it holds none."""
    try:
        body = answer.json()
    except Garbled:
        return {}
    return body if isinstance(body, dict) else {}


def _app_refused(answer: Answer, body: dict[str, Any]) -> AuthLost | None:
    error = oauth_error(answer, body)
    return auth_lost(f"{tidy(body.get('reason', error))} ({tidy(error)})") if error else None
