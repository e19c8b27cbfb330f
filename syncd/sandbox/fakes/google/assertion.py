"""The JWT bearer grant: a service account acts for a person of its domain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from syncd.sandbox.fakes.google.core import Core
from syncd.sandbox.fakes.google.identity import GOOGLE_TOKEN_URL, decoded
from syncd.sandbox.fakes.google.oauth_errors import OAuthError, invalid_grant, unauthorised_client
from syncd.sandbox.fakes.world import Person

_LONGEST, _SKEW = 3600, 300
_TIME_FRAME = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)


def impersonate(core: Core, assertion: str) -> tuple[Person, tuple[str, ...]]:
    """Give the person and the scopes that an assertion asks for. Raises OAuthError."""
    header, claims = decoded(assertion, 0), decoded(assertion, 1)
    if header is None or claims is None or header.get("alg") != "RS256":
        raise invalid_grant("Bad Request")
    if claims.get("iss") != core.identity.account_email:
        raise invalid_grant("Invalid grant: account not found")
    if not core.identity.is_signed(assertion):
        raise invalid_grant("Invalid JWT Signature.")
    if claims.get("aud") not in (GOOGLE_TOKEN_URL, core.identity.token_url):
        raise invalid_grant("Invalid JWT: Failed audience check.")
    # The one who signs lives in real time: it cannot know how far the sandbox's clock was moved.
    _check_times(claims, core.world.now() - core.world.offset)
    return _person(core, claims), _scopes(core, claims)


def _check_times(claims: dict[str, Any], now: datetime) -> None:
    issued, expires = claims.get("iat"), claims.get("exp")
    if not isinstance(issued, int | float) or not isinstance(expires, int | float):
        raise invalid_grant(_TIME_FRAME)
    moment = now.timestamp()
    in_frame = issued - _SKEW <= moment <= expires + _SKEW
    if not in_frame or not 0 < expires - issued <= _LONGEST:
        raise invalid_grant(_TIME_FRAME)


def _person(core: Core, claims: dict[str, Any]) -> Person:
    subject = claims.get("sub")
    person = core.world.person(subject) if isinstance(subject, str) else None
    if person is None or person.email in core.knobs.suspended:
        raise invalid_grant("Invalid email or User ID")
    return person


def _scopes(core: Core, claims: dict[str, Any]) -> tuple[str, ...]:
    scopes = tuple(str(claims.get("scope", "")).split())
    if not scopes:
        message = "Invalid OAuth scope or ID token audience provided."
        raise OAuthError(400, "invalid_scope", message)
    if not set(scopes) <= core.knobs.delegated_scopes:
        raise unauthorised_client()
    return scopes
