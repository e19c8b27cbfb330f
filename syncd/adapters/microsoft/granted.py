"""A success of the token endpoint, as a grant; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from syncd.adapters.microsoft import login_errors, scopes
from syncd.adapters.microsoft.reading import Unclear, needed, text
from syncd.core.secret import Secret
from syncd.ports.oauth import Grant

# Entra makes access tokens last up to 28 hours, by continuous access evaluation.
_LONGEST = 28 * 3600


def grant_in(
    content: Mapping[str, Any], *, resource: str, now: datetime, before: Grant | None = None
) -> Grant:
    """Read a token answer; Transient `garbled` when it is none.

    What an answer to a refresh leaves out stays as it was `before`.
    """
    try:
        return _grant(content, resource=resource, now=now, before=before)
    except Unclear as exc:
        raise login_errors.garbled() from exc


def _grant(
    content: Mapping[str, Any], *, resource: str, now: datetime, before: Grant | None
) -> Grant:
    told = text(content, "scope")
    lifetime = content.get("expires_in", 0)
    if isinstance(lifetime, bool) or not isinstance(lifetime, int):
        raise Unclear("expires_in is no number")
    refresh = text(content, "refresh_token")
    former = before.refresh_token if before is not None else None
    known = before.scopes if before is not None else frozenset[str]()
    return Grant(
        access_token=_token(needed(content, "access_token")),
        expires_at=now + timedelta(seconds=max(0, min(lifetime, _LONGEST))),
        refresh_token=_token(refresh) if refresh else former,
        scopes=scopes.granted_in(told, resource=resource) if told else known,
    )


def _token(value: str) -> Secret:
    if not (value.isascii() and value.isprintable()):
        raise Unclear("a token cannot stand in a header")
    return Secret(value)
