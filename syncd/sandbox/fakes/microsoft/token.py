"""The token endpoint: four grants, one shape of answer."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from syncd.sandbox.fakes.microsoft.aadsts import (
    LoginError,
    invalid_client,
    invalid_grant,
    needed,
    unknown_client,
)
from syncd.sandbox.fakes.microsoft.assertion import JWT_BEARER, verify
from syncd.sandbox.fakes.microsoft.authorize import client_info
from syncd.sandbox.fakes.microsoft.exchange import Exchange
from syncd.sandbox.fakes.microsoft.forms import login_base, read_form, refused
from syncd.sandbox.fakes.microsoft.grants import ACCESS_LIFE, permissions
from syncd.sandbox.fakes.microsoft.id_tokens import Subject
from syncd.sandbox.fakes.world import Person

Form = Mapping[str, str]
_DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
_SHARED_TENANTS = ("common", "organizations", "consumers")


@dataclass(frozen=True, kw_only=True)
class _Ask:
    """One token request: its form, the tenant of its path, and the address it came to."""

    form: Form
    tenant: str
    base: str


class TokenEndpoint:
    """POST /{tenant}/oauth2/v2.0/token."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._grants = exchange.grants

    async def post(self, request: Request) -> Response:
        """Answer with tokens, or refuse with an AADSTS number."""
        ask = _Ask(
            form=await read_form(request),
            tenant=request.path_params["tenant"],
            base=login_base(self._exchange.world, request),
        )
        try:
            content = self._answer(ask)
        except LoginError as refusal:
            return refused(self._exchange.world, refusal, request)
        return JSONResponse(content, headers={"Cache-Control": "no-store"})

    def _answer(self, ask: _Ask) -> dict[str, Any]:
        client = needed(ask.form, "client_id")
        if client != self._grants.client_id:
            raise unknown_client(client)
        match needed(ask.form, "grant_type"):
            case "authorization_code":
                self._authenticate(ask)
                return self._by_code(ask)
            case "refresh_token":
                return self._by_refresh(ask)
            case "client_credentials":
                self._authenticate(ask)
                return self._by_client(ask)
            case grant if grant == _DEVICE_CODE:
                return self._by_device(ask)
            case grant:
                text = f"The provided grant_type '{grant}' is not supported."
                raise LoginError("unsupported_grant_type", 70003, text)

    def _authenticate(self, ask: _Ask) -> None:
        form = ask.form
        if form.get("client_assertion"):
            self._check_assertion(ask)
        elif "client_secret" not in form:
            text = (
                "The request body must contain the following parameter: "
                "'client_assertion' or 'client_secret'."
            )
            raise invalid_client(7000218, text)
        elif form["client_secret"] != self._grants.client_secret:
            raise invalid_client(7000215, "Invalid client secret provided.")

    def _check_assertion(self, ask: _Ask) -> None:
        if ask.form.get("client_assertion_type") != JWT_BEARER:
            raise invalid_client(7000219, "The client_assertion_type is not supported.")
        world = self._exchange.world
        verify(
            ask.form["client_assertion"],
            certificates=self._grants.certificates,
            client=self._grants.client_id,
            audiences=frozenset(
                f"{ask.base}/{tenant}/{end}"
                for tenant in (ask.tenant, self._grants.tenant_id)
                for end in ("oauth2/v2.0/token", "v2.0")
            ),
            now=world.now() - world.offset,
        )

    def _by_code(self, ask: _Ask) -> dict[str, Any]:
        code = self._grants.take_code(needed(ask.form, "code"))
        if code.redirect_uri != ask.form.get("redirect_uri"):
            raise invalid_grant(500112, "The reply address does not match the one of the code.")
        _check_pkce(code.challenge, ask.form.get("code_verifier"))
        scope = ask.form.get("scope") or code.scope
        _check_scope(scope, code.scope)
        return self._tokens(ask, code.person, scope=scope, consented=code.scope, nonce=code.nonce)

    def _by_refresh(self, ask: _Ask) -> dict[str, Any]:
        refresh = self._grants.find_refresh(needed(ask.form, "refresh_token"))
        if not refresh.public:
            self._authenticate(ask)
        scope = ask.form.get("scope") or refresh.scope
        _check_scope(scope, refresh.scope)
        return self._tokens(
            ask, refresh.person, scope=scope, consented=refresh.scope, public=refresh.public
        )

    def _by_client(self, ask: _Ask) -> dict[str, Any]:
        scope = needed(ask.form, "scope")
        if ask.tenant in _SHARED_TENANTS:
            text = "No tenant-identifying information found in either the request or credentials."
            raise LoginError("invalid_request", 50059, text)
        if not scope.endswith("/.default"):
            text = f"The provided value for scope {scope} is not valid."
            raise LoginError("invalid_scope", 1002012, text)
        roles = self._exchange.knobs.application_roles
        return {
            "token_type": "Bearer",
            "expires_in": int(ACCESS_LIFE.total_seconds()),
            "ext_expires_in": int(ACCESS_LIFE.total_seconds()),
            "access_token": self._grants.issue_access(None, self._grants.client_id, roles),
        }

    def _by_device(self, ask: _Ask) -> dict[str, Any]:
        device = self._grants.devices.get(needed(ask.form, "device_code"))
        if device is None:
            raise LoginError("bad_verification_code", 70007, "The device_code is not known.")
        if device.expires <= self._exchange.world.now():
            raise LoginError("expired_token", 70020, "The device code has expired.")
        if device.state == "declined":
            raise LoginError("authorization_declined", 65004, "User declined to consent.")
        if device.person is None:
            text = "OAuth 2.0 device flow error. Authorization is pending. Continue polling."
            raise LoginError("authorization_pending", 70016, text)
        del self._grants.devices[ask.form["device_code"]]
        return self._tokens(
            ask, device.person, scope=device.scope, consented=device.scope, public=True
        )

    def _tokens(
        self,
        ask: _Ask,
        person: Person,
        *,
        scope: str,
        consented: str,
        nonce: str | None = None,
        public: bool = False,
    ) -> dict[str, Any]:
        client = self._grants.client_id
        granted = permissions(consented if scope.endswith("/.default") else scope)
        answer: dict[str, Any] = {
            "token_type": "Bearer",
            # MSAL files a token under this text, so it is the one that was asked for.
            "scope": scope,
            "expires_in": int(ACCESS_LIFE.total_seconds()),
            "ext_expires_in": int(ACCESS_LIFE.total_seconds()),
            "access_token": self._grants.issue_access(person, client, granted),
        }
        if "offline_access" in consented.split():
            answer["refresh_token"] = self._grants.issue_refresh(
                person, client, consented, public=public
            )
        if "openid" in consented.split():
            answer["id_token"] = self._id_token(ask, person, nonce)
        if ask.form.get("client_info") == "1":
            answer["client_info"] = client_info(self._exchange, person)
        return answer

    def _id_token(self, ask: _Ask, person: Person, nonce: str | None) -> str:
        world = self._exchange.world
        # Clients compare these times with their own clock, which the sandbox cannot move.
        now = int((world.now() - world.offset).timestamp())
        subject = Subject(
            person=person,
            issuer_base=ask.base,
            tenant=self._exchange.tenant_of(person),
            client=self._grants.client_id,
            nonce=nonce,
            now=now,
        )
        return self._exchange.id_tokens.issue(subject, self._exchange.knobs.forgery)


def _check_pkce(challenge: str | None, verifier: str | None) -> None:
    if challenge is None and verifier is None:
        return
    if challenge is None:
        # Somebody took the challenge out on the way (RFC 9700, 2.1.1).
        raise invalid_grant(501481, "There was no code_challenge in the authorization request.")
    if not verifier:
        text = "The request body must contain the following parameter: 'code_verifier'."
        raise invalid_grant(50148, text)
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest())
    if digest.rstrip(b"=").decode() != challenge:
        text = "The Code_Verifier does not match the code_challenge of the authorization request."
        raise invalid_grant(501481, text)


def _check_scope(scope: str, consented: str) -> None:
    extra = permissions(scope) - permissions(consented) - {".default"}
    if extra:
        text = f"The user or administrator has not consented to use the application: {min(extra)}."
        raise invalid_grant(65001, text, suberror="consent_required")
