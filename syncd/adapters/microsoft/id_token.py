"""Who Entra says somebody is: the claims of an ID token, judged; pure.

Microsoft identity platform, "ID token claims reference"; OpenID Connect Core 1.0, 3.1.3.7. The
signature is not checked: the token comes straight from the token endpoint over TLS, which that
section lets stand in its place. msal checks the nonce alone (its issue 911), so all else is here.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from syncd.adapters.http import Garbled, sane_json
from syncd.adapters.microsoft.reading import Unclear, needed, text
from syncd.ports.oauth import Identity

PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of all personal accounts."""

_SHARED = ("common", "organizations", "consumers")
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ALGORITHM = "RS256"
_PARTS = 3
_LEEWAY = 300
_LONGEST_TOKEN = 16_384
_LONGEST_ADDRESS = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What an ID token must answer to.

    `tenant` is the one of the configuration, `tenant_id` its id where Entra's discovery tells it.
    `nonce` is None where there was none to send: on another device, and at a renewal.
    """

    login_base: str
    tenant: str
    tenant_id: str
    client_id: str
    nonce: str | None


def is_one_tenant(tenant: str) -> bool:
    """Tell whether a name of the configuration stands for one organisation."""
    return tenant.lower() not in _SHARED


def is_guid(name: str) -> bool:
    """Tell whether a tenant is given by its id."""
    return _GUID.fullmatch(name.lower()) is not None


def identity_of_token(id_token: str, expected: Expected, *, now: datetime) -> Identity:
    """Read an ID token; Unclear says what does not hold."""
    header, claims = _opened(id_token)
    if header.get("alg") != _ALGORITHM:
        raise Unclear("its algorithm is another")
    if "crit" in header:
        raise Unclear("it wants what is not known here")
    tid, oid = _guid(claims, "tid"), _guid(claims, "oid")
    _check_parties(claims, expected, tid)
    _check_tenant(tid, expected)
    _check_nonce(claims, expected.nonce)
    _check_times(claims, int(now.timestamp()))
    return Identity(
        subject=f"{tid}.{oid}",
        tenant=tid,
        address=_address(claims),
        name=text(claims, "name"),
        # Who rules one named tenant rules its names; in all others anybody may have any name.
        is_verified=is_one_tenant(expected.tenant),
    )


def _opened(id_token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    parts = id_token.split(".", _PARTS)
    if len(parts) != _PARTS or len(id_token) > _LONGEST_TOKEN:
        raise Unclear("it is no signed token")
    if not parts[-1]:
        raise Unclear("it is not signed")
    return _object(parts[0]), _object(parts[1])


def _object(part: str) -> Mapping[str, Any]:
    try:
        padded = part.encode("ascii") + b"=" * (-len(part) % 4)
        read = sane_json(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (UnicodeEncodeError, binascii.Error, Garbled) as exc:
        raise Unclear("it cannot be read") from exc
    if not isinstance(read, dict):
        raise Unclear("it cannot be read")
    return read


def _guid(claims: Mapping[str, Any], name: str) -> str:
    value = needed(claims, name)
    if not _GUID.fullmatch(value):
        raise Unclear(f"{name} is none of Microsoft's")
    return value


def _check_parties(claims: Mapping[str, Any], expected: Expected, tid: str) -> None:
    if claims.get("iss") != f"{expected.login_base}/{tid}/v2.0":
        raise Unclear("Entra did not issue it")
    # Entra names one audience, as a text; a list would speak to somebody else as well.
    if claims.get("aud") != expected.client_id:
        raise Unclear("it is meant for another app")


def _check_tenant(tid: str, expected: Expected) -> None:
    tenant = expected.tenant.lower()
    known = tenant if is_guid(tenant) else expected.tenant_id.lower()
    if is_one_tenant(tenant) and is_guid(known) and tid != known:
        raise Unclear("it is of another tenant")
    if tenant == "organizations" and tid == PERSONAL:
        raise Unclear("it is of a personal account")
    if tenant == "consumers" and tid != PERSONAL:
        raise Unclear("it is of no personal account")


def _check_nonce(claims: Mapping[str, Any], nonce: str | None) -> None:
    if nonce is None:
        return
    if not hmac.compare_digest(text(claims, "nonce").encode("utf-8", "replace"), nonce.encode()):
        raise Unclear("it answers another question")


def _check_times(claims: Mapping[str, Any], now: int) -> None:
    if _seconds(claims, "exp") <= now - _LEEWAY:
        raise Unclear("it has expired")
    if _seconds(claims, "nbf") > now + _LEEWAY:
        raise Unclear("it is not valid yet")


def _seconds(claims: Mapping[str, Any], name: str) -> int:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Unclear(f"{name} is no time")
    return value


def _address(claims: Mapping[str, Any]) -> str:
    address = needed(claims, "preferred_username").lower()
    if len(address) > _LONGEST_ADDRESS or not address.isprintable():
        raise Unclear("preferred_username is no address")
    return address
