"""The routes below `/oauth`: consent, tokens, revocation and who a token is."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.sandbox.fakes.google.consent import consent_given, consent_page, ticked_boxes
from syncd.sandbox.fakes.google.core import Core
from syncd.sandbox.fakes.google.identity import profile
from syncd.sandbox.fakes.google.oauth_errors import OAuthError
from syncd.sandbox.fakes.google.token_endpoint import read_form, read_pairs, token_answer


def oauth_routes(core: Core) -> list[Route]:
    """Give the routes."""
    endpoints = _Endpoints(core)
    return [
        Route("/oauth/auth", endpoints.ask, methods=["GET"], name="GET /auth"),
        Route("/oauth/auth", endpoints.agree, methods=["POST"], name="POST /auth"),
        Route("/oauth/token", endpoints.token, methods=["POST"], name="POST /token"),
        Route("/oauth/revoke", endpoints.revoke, methods=["POST"], name="POST /revoke"),
        Route("/oauth/userinfo", endpoints.userinfo, methods=["GET"], name="GET /userinfo"),
    ]


def bearer_token(request: Request) -> str:
    """Give the bearer token of a request, empty without."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.casefold() == "bearer" else ""


@dataclass(frozen=True)
class _Endpoints:
    core: Core

    async def ask(self, request: Request) -> Response:
        return consent_page(self.core, request.query_params)

    async def agree(self, request: Request) -> Response:
        form = ticked_boxes(await read_pairs(request))
        return consent_given(self.core, form, form.get("sandbox_person", ""))

    async def token(self, request: Request) -> Response:
        form = await read_form(request)
        try:
            answer = token_answer(self.core, form, request.headers.get("authorization", ""))
        except OAuthError as error:
            return error.response()
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    async def revoke(self, request: Request) -> Response:
        form = await read_form(request)
        token = form.get("token", request.query_params.get("token", ""))
        if self.core.grants.revoke(token):
            return JSONResponse({})
        return OAuthError(400, "invalid_token", "Token expired or revoked").response()

    async def userinfo(self, request: Request) -> Response:
        access = self.core.grants.bearer(bearer_token(request))
        person = self.core.world.person(access.email) if access else None
        if access is None or person is None:
            return OAuthError(401, "invalid_request", "Invalid Credentials").response()
        return JSONResponse(profile(person, access.scopes))
