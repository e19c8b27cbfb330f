"""How what is sealed is written: one JSON text each, ASCII only."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from syncd.core.secret import Secret
from syncd.ports.oauth import Grant


def written(form: dict[str, Any]) -> bytes:
    """Write a form."""
    return json.dumps(form, ensure_ascii=True, separators=(",", ":")).encode("ascii")


def read(text: bytes) -> dict[str, Any]:
    """Read what `written` wrote; an envelope that opened holds nothing else."""
    form: dict[str, Any] = json.loads(text)
    return form


def grant_form(grant: Grant) -> dict[str, Any]:
    """Give a grant as plain data; ValueError when its end has no time zone."""
    if grant.expires_at.utcoffset() is None:
        raise ValueError("the end of a grant needs a time zone")
    refresh = grant.refresh_token
    return {
        "access_token": grant.access_token.reveal(),
        "expires_at": grant.expires_at.isoformat(),
        "refresh_token": None if refresh is None else refresh.reveal(),
        "scopes": sorted(grant.scopes),
        "api_url": grant.api_url,
    }


def grant_of(form: dict[str, Any]) -> Grant:
    """Give the grant that `grant_form` gave as data."""
    refresh = form["refresh_token"]
    return Grant(
        access_token=Secret(form["access_token"]),
        expires_at=datetime.fromisoformat(form["expires_at"]),
        refresh_token=None if refresh is None else Secret(refresh),
        scopes=frozenset(form["scopes"]),
        api_url=form["api_url"],
    )
