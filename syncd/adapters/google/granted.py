"""A success of the token endpoint, as a grant; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from syncd.adapters.google import scopes
from syncd.adapters.google.reading import Malformed, needed, object_in, text
from syncd.adapters.http import Answer
from syncd.core.secret import Secret
from syncd.ports.errors import Transient
from syncd.ports.oauth import Grant

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Granted:
    """A grant, and the ID token beside it; empty without."""

    grant: Grant
    id_token: str = field(repr=False)


def granted_in(answer: Answer, *, now: datetime, before: Grant | None = None) -> Granted:
    """Read a token answer; Transient when it is none.

    What an answer to a refresh leaves out stays as it was `before`.
    """
    try:
        return _granted(object_in(answer), now=now, before=before)
    except Malformed as exc:
        raise Transient("Google's token answer cannot be read.", code="garbled") from exc


def _granted(read: Mapping[str, Any], *, now: datetime, before: Grant | None) -> Granted:
    told = text(read, "scope")
    lifetime = read.get("expires_in", _HOUR)
    if isinstance(lifetime, bool) or not isinstance(lifetime, int):
        raise Malformed("expires_in is no number")
    grant = Grant(
        access_token=Secret(_token(needed(read, "access_token"))),
        expires_at=now + timedelta(seconds=max(0, min(lifetime, _HOUR))),
        refresh_token=_refresh_token(read) or (before.refresh_token if before else None),
        scopes=scopes.granted_in(told) if told or before is None else before.scopes,
    )
    return Granted(grant, text(read, "id_token"))


def _refresh_token(read: Mapping[str, Any]) -> Secret | None:
    token = text(read, "refresh_token")
    return Secret(_token(token)) if token else None


def _token(value: str) -> str:
    if not (value.isascii() and value.isprintable()):
        raise Malformed("a token cannot stand in a header")
    return value
