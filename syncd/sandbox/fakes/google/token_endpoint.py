"""The token endpoint: codes, refresh tokens and assertions become access tokens."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import Request

from syncd.sandbox.fakes.google.assertion import impersonate
from syncd.sandbox.fakes.google.core import Core
from syncd.sandbox.fakes.google.grants import ACCESS_LIFETIME, Code, Grant
from syncd.sandbox.fakes.google.identity import LONG_NAMES
from syncd.sandbox.fakes.google.oauth_errors import (
    OAuthError,
    invalid_client,
    invalid_grant,
    invalid_request,
)

_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"

Form = Mapping[str, str]


async def read_form(request: Request) -> dict[str, str]:
    """Read the form body of a request; of a repeated field the last counts."""
    return dict(await read_pairs(request))


async def read_pairs(request: Request) -> list[tuple[str, str]]:
    """Read the fields of the form body of a request, repeated ones included."""
    return parse_qsl((await request.body()).decode("utf-8", "replace"))


def token_answer(core: Core, form: Form, authorization: str) -> dict[str, Any]:
    """Answer a token request; `authorization` is the header, empty without. Raises OAuthError."""
    match form.get("grant_type"):
        case None:
            raise invalid_request("Missing required parameter: grant_type")
        case "authorization_code":
            _check_client(core, form, authorization)
            return _exchange(core, form)
        case "refresh_token":
            _check_client(core, form, authorization)
            return _refresh(core, form)
        case kind if kind == _JWT_BEARER:
            return _delegate(core, form)
        case kind:
            message = f"Invalid grant_type: {kind}"
            raise OAuthError(400, "unsupported_grant_type", message)


def _delegate(core: Core, form: Form) -> dict[str, Any]:
    person, scopes = impersonate(core, form.get("assertion", ""))
    token = core.grants.new_access(person.email, scopes)
    return {"access_token": token, "expires_in": _seconds(), "token_type": "Bearer"}


def _exchange(core: Core, form: Form) -> dict[str, Any]:
    code = core.grants.take_code(form.get("code", ""))
    if code is None:
        raise invalid_grant("Malformed auth code.")
    if form.get("redirect_uri") != code.redirect_uri:
        raise OAuthError(400, "redirect_uri_mismatch", "Bad Request")
    _check_verifier(code, form.get("code_verifier", ""))
    answer = _answer(core, code.grant, nonce=code.nonce)
    if code.offline:
        answer["refresh_token"] = core.grants.new_refresh(code.grant)
        if core.knobs.refresh_lifetime is not None:
            seconds = int(core.knobs.refresh_lifetime.total_seconds())
            answer["refresh_token_expires_in"] = seconds
    return answer


def _refresh(core: Core, form: Form) -> dict[str, Any]:
    lifetime = core.knobs.refresh_lifetime
    grant = core.grants.refresh(form.get("refresh_token", ""), lifetime=lifetime)
    if grant is None or grant.email in core.knobs.suspended:
        raise invalid_grant("Token has been expired or revoked.")
    asked = form.get("scope", "").split()
    if not set(asked) <= set(grant.scopes):
        raise OAuthError(400, "invalid_scope", "Bad Request")
    return _answer(core, grant)


def _answer(core: Core, grant: Grant, *, nonce: str = "") -> dict[str, Any]:
    long = {short: name for name, short in LONG_NAMES.items()}
    answer: dict[str, Any] = {
        "access_token": core.grants.new_access(grant.email, grant.scopes, grant),
        "expires_in": _seconds(),
        "scope": " ".join(long.get(one, one) for one in grant.scopes),
        "token_type": "Bearer",
    }
    person = core.world.person(grant.email)
    if "openid" in grant.scopes and person is not None:
        answer["id_token"] = core.identity.id_token(
            person, grant.scopes, nonce=nonce, forgery=core.knobs.forge_id_token
        )
    return answer


def _seconds() -> int:
    return int(ACCESS_LIFETIME.total_seconds()) - 1


def _check_client(core: Core, form: Form, authorization: str) -> None:
    """Check id and secret, from the Basic header or from the body."""
    given = _basic(authorization) or (form.get("client_id", ""), form.get("client_secret", ""))
    wanted = (core.identity.client_id, core.identity.client_secret)
    if not all(hmac.compare_digest(*pair) for pair in zip(given, wanted, strict=True)):
        raise invalid_client()


def _basic(authorization: str) -> tuple[str, str] | None:
    kind, _, text = authorization.partition(" ")
    if kind.casefold() != "basic":
        return None
    try:
        name, _, secret = base64.b64decode(text, validate=True).decode("ascii").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise invalid_client() from None
    return unquote_plus(name), unquote_plus(secret)


def _check_verifier(code: Code, verifier: str) -> None:
    if not code.challenge:
        if verifier:
            # Somebody took the challenge out on its way here.
            raise invalid_grant("code_verifier was not expected.")
        return
    if not verifier:
        raise invalid_grant("Missing code verifier.")
    digest = hashlib.sha256(verifier.encode()).digest()
    hashed = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    found = hashed if code.challenge_method == "S256" else verifier
    if found != code.challenge:
        raise invalid_grant("Invalid code verifier.")
