"""An access token: as Zoom grants it, as it is stored, as it is used."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from syncd.adapters.http import Answer, Garbled
from syncd.adapters.zoom.errors import auth_lost, error_of, garbled, tidy
from syncd.core.secret import Secret
from syncd.ports.errors import AuthLost
from syncd.ports.rows import StoredToken

_TOKEN = re.compile(r"[\x21-\x7e]+")
_LONGEST_LIFE = 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A token to call with; `api_url` is where Zoom wants the calls, unchecked."""

    token: Secret
    api_url: str | None
    expires_at: datetime
    generation: int

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
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What the token endpoint gave; not yet stored, so without a generation."""

    token: Secret
    api_url: str | None
    expires_at: datetime

    def access(self, generation: int) -> Access:
        """Give it for use, once it is stored."""
        return Access(
            token=self.token,
            api_url=self.api_url,
            expires_at=self.expires_at,
            generation=generation,
        )


def seal_text(grant: Grant, *, issuer: str) -> Secret:
    """Write everything of a grant into the one text the store seals."""
    parts = {"issuer": issuer, "token": grant.token.reveal(), "api_url": grant.api_url}
    return Secret(json.dumps(parts))


def read_grant(answer: Answer, *, now: datetime) -> Grant:
    """Read the token endpoint's answer; `now` is when it was asked.

    AuthLost when it refuses the app in OAuth's own form, Transient or RateLimited otherwise: a
    failing server or a proxy's page says nothing about the app.
    """
    body = _object(answer)
    if answer.status != HTTPStatus.OK:
        raise _refusal(answer, body) or error_of(answer, now=now)
    token, life, api_url = body.get("access_token"), body.get("expires_in"), body.get("api_url")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise garbled("the token")
    if not isinstance(life, int) or isinstance(life, bool) or life <= 0:
        raise garbled("the life of the token")
    return Grant(
        token=Secret(token),
        api_url=api_url if isinstance(api_url, str) else None,
        expires_at=now + timedelta(seconds=min(life, _LONGEST_LIFE)),
    )


def _object(answer: Answer) -> dict[str, Any]:
    try:
        body = answer.json()
    except Garbled:
        return {}
    return body if isinstance(body, dict) else {}


def _refusal(answer: Answer, body: dict[str, Any]) -> AuthLost | None:
    refused = answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED)
    error = body.get("error")
    if not refused or not isinstance(error, str):
        return None
    return auth_lost(f"{tidy(body.get('reason', error))} ({tidy(error)})")
