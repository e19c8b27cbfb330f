"""The authorisation endpoint: who asks for what, and the page on which a person says yes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode, urlsplit

from starlette.responses import HTMLResponse, RedirectResponse, Response

from syncd.sandbox.fakes.google.core import Core
from syncd.sandbox.fakes.world import Person

Parameters = Mapping[str, str]


class BadConsentRequest(Exception):
    """A request that Google answers with an error page, because there is nowhere to redirect."""


@dataclass(frozen=True, kw_only=True)
class _Asked:
    redirect_uri: str
    state: str
    scopes: tuple[str, ...]
    challenge: tuple[str, str]
    access_type: str
    prompt: str


def consent_page(core: Core, parameters: Parameters) -> Response:
    """Show whom one may be; with `sandbox_person` go straight back to the client."""
    try:
        _read(core, parameters)
    except BadConsentRequest as error:
        return HTMLResponse(f"<h1>Error 400</h1><p>{escape(str(error))}</p>", status_code=400)
    if "sandbox_person" in parameters:
        return consent_given(core, parameters, parameters["sandbox_person"])
    return HTMLResponse(_page(core, parameters))


def consent_given(core: Core, parameters: Parameters, email: str) -> Response:
    """Redirect to the client with a code, or with `access_denied` for nobody.

    `sandbox_scope`, if given, lists the scopes that the person leaves ticked.
    """
    try:
        asked = _read(core, parameters)
    except BadConsentRequest as error:
        return HTMLResponse(f"<h1>Error 400</h1><p>{escape(str(error))}</p>", status_code=400)
    person = core.world.person(email)
    if person is None:
        return _back(asked, {"error": "access_denied"})
    ticked = parameters.get("sandbox_scope")
    scopes = tuple(one for one in asked.scopes if ticked is None or one in ticked.split())
    return _back(asked, {"code": _code(core, asked, person, scopes), "scope": " ".join(scopes)})


def _code(core: Core, asked: _Asked, person: Person, scopes: tuple[str, ...]) -> str:
    """Make the code; a refresh token comes offline only, and again only after a new consent."""
    known = core.grants.has_refresh_token(core.identity.client_id, person.email)
    offline = asked.access_type == "offline" and (not known or "consent" in asked.prompt)
    grant = core.grants.new_grant(core.identity.client_id, person, scopes)
    return core.grants.new_code(
        grant, redirect_uri=asked.redirect_uri, challenge=asked.challenge, offline=offline
    )


def _read(core: Core, parameters: Parameters) -> _Asked:
    if parameters.get("client_id") != core.identity.client_id:
        raise BadConsentRequest("invalid_client: The OAuth client was not found.")
    if parameters.get("response_type") != "code":
        raise BadConsentRequest("unsupported_response_type: response_type is code")
    if not parameters.get("scope"):
        raise BadConsentRequest("invalid_request: Missing required parameter: scope")
    method = parameters.get("code_challenge_method", "plain")
    if method not in ("plain", "S256"):
        raise BadConsentRequest("invalid_request: Invalid code_challenge_method")
    return _Asked(
        redirect_uri=_redirect_uri(core, parameters),
        state=parameters.get("state", ""),
        scopes=tuple(parameters["scope"].split()),
        challenge=(parameters.get("code_challenge", ""), method),
        access_type=parameters.get("access_type", "online"),
        prompt=parameters.get("prompt", ""),
    )


def _redirect_uri(core: Core, parameters: Parameters) -> str:
    uri = parameters.get("redirect_uri", "")
    parts = urlsplit(uri)
    local = parts.hostname in ("127.0.0.1", "localhost")
    known = core.knobs.redirect_uris
    if not (parts.scheme == "https" or (parts.scheme == "http" and local)):
        raise BadConsentRequest("redirect_uri_mismatch: redirect_uri must use https")
    if known and uri not in known:
        raise BadConsentRequest("redirect_uri_mismatch")
    return uri


def _back(asked: _Asked, answer: dict[str, str]) -> Response:
    state = {"state": asked.state} if asked.state else {}
    joint = "&" if "?" in asked.redirect_uri else "?"
    return RedirectResponse(f"{asked.redirect_uri}{joint}{urlencode({**state, **answer})}", 302)


def _page(core: Core, parameters: Parameters) -> str:
    hint = parameters.get("login_hint", "").casefold()
    people = sorted(core.world.people, key=lambda one: one.email != hint)
    hidden = "".join(
        f'<input type="hidden" name="{escape(key)}" value="{escape(value)}">'
        for key, value in parameters.items()
    )
    buttons = "".join(
        f'<button name="sandbox_person" value="{escape(one.email)}">{escape(one.name)}</button>'
        for one in people
    )
    deny = '<button name="sandbox_person" value="">Cancel</button>'
    title = "Sign in with Google (sandbox)"
    return (
        f'<!doctype html><html lang="en"><title>{title}</title><h1>{title}</h1>'
        f'<form method="post">{hidden}{buttons}{deny}</form></html>'
    )
