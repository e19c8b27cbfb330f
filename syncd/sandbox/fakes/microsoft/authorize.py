"""The authorize endpoint: who signs in, what is consented to, and the way back with a code."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from syncd.sandbox.fakes.microsoft import pages
from syncd.sandbox.fakes.microsoft.aadsts import LoginError, unknown_client
from syncd.sandbox.fakes.microsoft.exchange import Exchange
from syncd.sandbox.fakes.microsoft.forms import read_form
from syncd.sandbox.fakes.microsoft.grants import Code, permissions
from syncd.sandbox.fakes.microsoft.id_tokens import PERSONAL_TENANT
from syncd.sandbox.fakes.world import Person


def client_info(exchange: Exchange, person: Person) -> str:
    """Give the base64url JSON by which MSAL names an account."""
    raw = {"uid": person.microsoft_id, "utid": exchange.tenant_of(person)}
    return base64.urlsafe_b64encode(json.dumps(raw).encode()).rstrip(b"=").decode()


class Authorize:
    """GET shows the consent page or answers at once, POST takes the person's decision."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    async def get(self, request: Request) -> Response:
        """Begin a sign-in; `sandbox_person=ADDRESS` consents without a page."""
        query = dict(request.query_params)
        try:
            self._check_client(query)
        except LoginError as refusal:
            return pages.notice("Sign in", str(refusal), status=400)
        try:
            self._check_request(query)
        except LoginError as refusal:
            return self._refuse(query, refusal)
        self._record(query, request.path_params["tenant"])
        if "sandbox_person" in query:
            return self._answer(request, query, query["sandbox_person"])
        return pages.consent(
            self._exchange.world.people,
            scope=query["scope"],
            hint=query.get("login_hint", ""),
            action=str(request.url.path),
            extra=query,
        )

    async def post(self, request: Request) -> Response:
        """Take the decision of the consent page, whose form carries the query along."""
        form = await read_form(request)
        query = {name: form[name] for name in form if name not in ("person", "decision")}
        try:
            self._check_client(query)
            self._check_request(query)
        except LoginError as refusal:
            return pages.notice("Sign in", str(refusal), status=400)
        if form.get("decision") != "accept":
            text = "User declined to consent to access the app."
            return self._refuse(query, LoginError("access_denied", 65004, text))
        return self._answer(request, query, form.get("person", ""))

    def _record(self, query: Mapping[str, str], tenant: str) -> None:
        shown = ("client_id", "redirect_uri", "scope", "prompt", "code_challenge_method")
        secret = ("state", "nonce", "code_challenge")
        self._exchange.consents.append(
            {"tenant": tenant}
            | {name: query.get(name, "") for name in shown}
            | {f"has_{name}": bool(query.get(name)) for name in secret}
        )

    def _answer(self, request: Request, query: Mapping[str, str], address: str) -> Response:
        person = self._exchange.world.person(address)
        if person is None:
            text = f"The user account {address} does not exist in the directory."
            return self._refuse(query, LoginError("access_denied", 50034, text))
        try:
            self._check_account(person, request.path_params["tenant"])
        except LoginError as refusal:
            return self._refuse(query, refusal)
        if self._exchange.knobs.require_admin_consent and _wants_more(query["scope"]):
            text = "The application needs permissions that only an administrator can grant."
            return self._refuse(query, LoginError("access_denied", 90094, text))
        fields = {"code": self._code(query, person), "state": query.get("state", "")}
        if query.get("client_info") == "1":
            fields["client_info"] = client_info(self._exchange, person)
        return _go_back(query, {**fields, "session_state": person.microsoft_id})

    def _check_account(self, person: Person, tenant: str) -> None:
        """Refuse an account that is not of this tenant's kind, and whatever a knob refuses."""
        is_personal = self._exchange.tenant_of(person) == PERSONAL_TENANT
        barred = (
            ("consumers",)
            if not is_personal
            else (
                "organizations",
                self._exchange.grants.tenant,
                self._exchange.grants.tenant_id,
            )
        )
        if tenant in barred:
            text = f"User account '{person.email}' does not exist in tenant '{tenant}'."
            raise LoginError("invalid_request", 50020, text)
        number = self._exchange.knobs.refuse_consent
        if number:
            raise LoginError("access_denied", number, "The sandbox was told to refuse.")

    def _code(self, query: Mapping[str, str], person: Person) -> str:
        return self._exchange.grants.issue_code(
            Code(
                person=person,
                client=query["client_id"],
                redirect_uri=query["redirect_uri"],
                scope=query["scope"],
                challenge=query.get("code_challenge"),
                nonce=query.get("nonce"),
                expires=self._exchange.world.now(),
            )
        )

    def _refuse(self, query: Mapping[str, str], refusal: LoginError) -> Response:
        fields = {"error": refusal.error, "error_description": str(refusal)}
        return _go_back(query, {**fields, "state": query.get("state", "")})

    def _check_client(self, query: Mapping[str, str]) -> None:
        """Refuse what may not be sent back to the redirect URI, for it is not to be trusted."""
        client = query.get("client_id", "")
        if client != self._exchange.grants.client_id:
            raise unknown_client(client)
        parts = urlsplit(query.get("redirect_uri", ""))
        local = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.scheme != "https" and not (parts.scheme == "http" and local):
            text = "The redirect URI specified in the request does not match those configured."
            raise LoginError("invalid_request", 50011, text)

    def _check_request(self, query: Mapping[str, str]) -> None:
        if query.get("response_type") != "code":
            text = "The response type is not supported."
            raise LoginError("unsupported_response_type", 700054, text)
        if not query.get("scope"):
            text = "The request must contain the following parameter: 'scope'."
            raise LoginError("invalid_request", 900144, text)
        method = query.get("code_challenge_method")
        if "code_challenge" in query and method != "S256":
            text = "Only S256 is supported as code_challenge_method."
            raise LoginError("invalid_request", 501491, text)


def _wants_more(scope: str) -> bool:
    return bool(permissions(scope))


def _go_back(query: Mapping[str, str], fields: Mapping[str, str]) -> Response:
    target = query["redirect_uri"]
    if query.get("response_mode") == "form_post":
        return pages.posted_back(target, fields)
    joint = "&" if urlsplit(target).query else "?"
    return RedirectResponse(f"{target}{joint}{urlencode(fields)}", status_code=302)
