"""The token service: codes, refresh tokens and account credentials for access tokens."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from syncd.sandbox.fakes.zoom.account import Account, App
from syncd.sandbox.fakes.zoom.errors import (
    OAuthError,
    bad_client,
    bad_grant_type,
    bad_oauth_request,
)
from syncd.sandbox.fakes.zoom.forms import parameters
from syncd.sandbox.fakes.zoom.tokens import ACCESS_SECONDS, Code, Grant

_UNCACHED = {"Cache-Control": "no-store"}


async def token(account: Account, request: Request) -> Response:
    """Issue tokens for one of the three grant types."""
    values = await parameters(request)
    try:
        answer = _issue(account, _app(account, request), values)
    except OAuthError as error:
        return JSONResponse(error.body, status_code=400, headers=_UNCACHED)
    return JSONResponse(answer, headers=_UNCACHED)


async def revoke(account: Account, request: Request) -> Response:
    """Kill the grant of an access token, its refresh token with it."""
    values = await parameters(request)
    try:
        app = _app(account, request)
        grant = account.tokens.revocable(values.get("token", ""), app.client_id, account.now())
    except OAuthError as error:
        return JSONResponse(error.body, status_code=400, headers=_UNCACHED)
    account.tokens.revoke(grant)
    return JSONResponse({"status": "success"}, headers=_UNCACHED)


def _app(account: Account, request: Request) -> App:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    try:
        decoded = base64.b64decode(credentials, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise bad_client() from None
    client_id, _, secret = decoded.partition(":")
    app = account.app(client_id)
    if scheme.lower() != "basic" or app is None or secret != app.client_secret:
        raise bad_client()
    return app


def _issue(account: Account, app: App, values: Mapping[str, str]) -> dict[str, Any]:
    match values.get("grant_type"), app.user_managed:
        case "account_credentials", False:
            return _for_account(account, app, values)
        case "authorization_code", True:
            return _for_code(account, app, values)
        case "refresh_token", True:
            now = account.now()
            spent = values.get("refresh_token", "")
            return _with_refresh(account, account.tokens.refreshable(spent, app.client_id, now))
        case None, _:
            raise bad_oauth_request()
        case _:
            raise bad_grant_type()


def _for_account(account: Account, app: App, values: Mapping[str, str]) -> dict[str, Any]:
    if values.get("account_id") != account.account_id:
        raise bad_oauth_request()
    return _answer(account, account.tokens.grant(app.client_id, None, account.s2s_scopes))


def _for_code(account: Account, app: App, values: Mapping[str, str]) -> dict[str, Any]:
    code = account.tokens.take_code(values.get("code", ""), app.client_id, account.now())
    if values.get("redirect_uri") != code.redirect_uri:
        raise OAuthError("Redirect URI mismatch", "invalid_request", code=4709)
    if not _proven(code, values.get("code_verifier")):
        raise OAuthError("Invalid code verifier", "invalid_grant")
    return _with_refresh(account, account.tokens.grant(app.client_id, code.email, code.scopes))


def _proven(code: Code, verifier: str | None) -> bool:
    if code.challenge is None:
        # A verifier without a challenge: somebody took the challenge out (RFC 9700, 2.1.1).
        return verifier is None
    if verifier is None:
        return False
    shown = verifier
    if code.method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        shown = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return hmac.compare_digest(shown.encode(), code.challenge.encode())


def _with_refresh(account: Account, grant: Grant) -> dict[str, Any]:
    answer = _answer(account, grant)
    return answer | {"refresh_token": account.tokens.add_refresh(grant, account.now())}


def _answer(account: Account, grant: Grant) -> dict[str, Any]:
    return {
        "access_token": account.tokens.add_access(grant, account.now()),
        "token_type": "bearer",
        "expires_in": ACCESS_SECONDS,
        "scope": " ".join(grant.scopes),
        "api_url": f"{account.world.base}/zoom",
    }
