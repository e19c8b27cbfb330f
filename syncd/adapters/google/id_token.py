"""Who Google says somebody is: the claims of an ID token and of userinfo, judged; pure.

OpenID Connect Core 1.0, 3.1.3.7. The signature is not checked: the token comes straight from the
token endpoint over TLS, which that section lets stand in its place. The algorithm is checked all the
same, so that no token of another make is taken.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from syncd.adapters.google.reading import Malformed, flag, needed, text
from syncd.adapters.http import Garbled, sane_json
from syncd.ports.oauth import Identity

ISSUER = "https://accounts.google.com"

_ISSUERS = (ISSUER, "accounts.google.com")
_ALGORITHM = "RS256"
_PARTS = 3
_LEEWAY = 300
_OLDEST = 3600
_LONGEST_SUBJECT = 255
_LONGEST_TOKEN = 16_384


def identity_of_token(id_token: str, *, client_id: str, nonce: str, now: datetime) -> Identity:
    """Read an ID token that answers to `nonce`; Malformed says what does not hold."""
    header, claims = _opened(id_token)
    if header.get("alg") != _ALGORITHM:
        raise Malformed("its algorithm is another")
    if "crit" in header:
        raise Malformed("it wants what is not known here")
    _check_parties(claims, client_id)
    _check_nonce(claims, nonce)
    _check_times(claims, int(now.timestamp()))
    return identity_in(claims)


def identity_in(claims: Mapping[str, Any]) -> Identity:
    """Read the claims about a person; Malformed without a subject or an address."""
    subject = needed(claims, "sub")
    if len(subject) > _LONGEST_SUBJECT or not (subject.isascii() and subject.isprintable()):
        raise Malformed("sub is none of Google's")
    return Identity(
        subject=subject,
        tenant=text(claims, "hd").lower(),
        address=needed(claims, "email").lower(),
        name=text(claims, "name"),
        is_verified=flag(claims, "email_verified"),
    )


def _opened(id_token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    parts = id_token.split(".", _PARTS)
    if len(parts) != _PARTS or len(id_token) > _LONGEST_TOKEN:
        raise Malformed("it is no signed token")
    return _object(parts[0]), _object(parts[1])


def _object(part: str) -> Mapping[str, Any]:
    try:
        padded = part.encode("ascii") + b"=" * (-len(part) % 4)
        read = sane_json(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (UnicodeEncodeError, binascii.Error, Garbled) as exc:
        raise Malformed("it cannot be read") from exc
    if not isinstance(read, dict):
        raise Malformed("it cannot be read")
    return read


def _check_parties(claims: Mapping[str, Any], client_id: str) -> None:
    if claims.get("iss") not in _ISSUERS:
        raise Malformed("Google did not issue it")
    # Google names one audience, as a text; a list would speak to somebody else as well.
    if claims.get("aud") != client_id:
        raise Malformed("it is meant for another app")
    if claims.get("azp", client_id) != client_id:
        raise Malformed("it was given to another app")


def _check_nonce(claims: Mapping[str, Any], nonce: str) -> None:
    if not hmac.compare_digest(text(claims, "nonce").encode("utf-8", "replace"), nonce.encode()):
        raise Malformed("it answers another question")


def _check_times(claims: Mapping[str, Any], now: int) -> None:
    issued, expires = _seconds(claims, "iat"), _seconds(claims, "exp")
    if expires <= now - _LEEWAY:
        raise Malformed("it has expired")
    if not now - _OLDEST <= issued <= now + _LEEWAY:
        raise Malformed("it was not issued now")


def _seconds(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Malformed(f"{name} is no time")
    return value
