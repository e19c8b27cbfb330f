"""The authorisation endpoint: who asks for what, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from starlette.responses import RedirectResponse, Response

from syncd.sandbox.fakes.google.consent_pages import (
    BASIC,
    ask_consent,
    bad_request,
    blocked,
    choose_account,
)
from syncd.sandbox.fakes.google.core import Core
from syncd.sandbox.fakes.world import Person

Parameters = Mapping[str, str]

_RECORDED = (
    "client_id", "redirect_uri", "scope", "access_type", "prompt", "login_hint",
    "code_challenge_method", "include_granted_scopes",
)  # fmt: skip


class BadConsentRequest(Exception):
    """A request that Google answers with an error page, because there is nowhere to redirect."""


@dataclass(frozen=True, kw_only=True)
class _Asked:
    redirect_uri: str
    state: str
    nonce: str
    scopes: tuple[str, ...]
    challenge: tuple[str, str]
    access_type: str
    prompt: str


def consent_page(core: Core, parameters: Parameters) -> Response:
    """Lead a browser through the consent; with `sandbox_person` go straight back to the client."""
    try:
        asked = _read(core, parameters)
    except BadConsentRequest as error:
        return bad_request(str(error))
    if "sandbox_account" not in parameters:
        _record(core, parameters)
    if "sandbox_person" in parameters:
        return consent_given(core, parameters, parameters["sandbox_person"])
    if core.knobs.consent_refusal:
        return blocked(parameters, core.knobs.consent_refusal)
    person = core.world.person(parameters.get("sandbox_account", ""))
    if person is None:
        hint = parameters.get("login_hint", "").casefold()
        people = sorted(core.world.people, key=lambda one: one.email != hint)
        return choose_account(parameters, people)
    shown = {key: value for key, value in parameters.items() if key != "sandbox_account"}
    if _is_known(core, asked, person):
        return consent_given(core, shown, person.email)
    return ask_consent(shown, person, asked.scopes, core.knobs.unticked)


def consent_given(core: Core, parameters: Parameters, email: str) -> Response:
    """Redirect to the client with a code, or with an error: `access_denied` for nobody.

    `sandbox_scope`, if given, lists the scopes that the person leaves ticked.
    """
    try:
        asked = _read(core, parameters)
    except BadConsentRequest as error:
        return bad_request(str(error))
    if core.knobs.consent_refusal:
        return _back(asked, {"error": core.knobs.consent_refusal})
    person = core.world.person(email)
    if person is None:
        return _back(asked, {"error": "access_denied"})
    scopes = _ticked(core, asked, parameters.get("sandbox_scope"))
    return _back(asked, {"code": _code(core, asked, person, scopes), "scope": " ".join(scopes)})


def _ticked(core: Core, asked: _Asked, left: str | None) -> tuple[str, ...]:
    if left is None:
        return tuple(one for one in asked.scopes if one not in core.knobs.unticked)
    return tuple(one for one in asked.scopes if one in left.split())


def _is_known(core: Core, asked: _Asked, person: Person) -> bool:
    """Say whether there is nothing new to ask: all of it was granted before."""
    granted = core.grants.granted_scopes(core.identity.client_id, person.email)
    return "consent" not in asked.prompt and set(asked.scopes) <= granted


def _record(core: Core, parameters: Parameters) -> None:
    told = {name: parameters[name] for name in _RECORDED if name in parameters}
    lengths = {
        f"{name}_length": len(parameters.get(name, ""))
        for name in ("state", "nonce", "code_challenge")
    }
    core.authorisations.append({**told, **lengths})


def _code(core: Core, asked: _Asked, person: Person, scopes: tuple[str, ...]) -> str:
    """Make the code; a refresh token comes offline only, and again only after a new consent."""
    known = core.grants.has_refresh_token(core.identity.client_id, person.email)
    offline = asked.access_type == "offline" and (not known or "consent" in asked.prompt)
    grant = core.grants.new_grant(core.identity.client_id, person, scopes)
    return core.grants.new_code(
        grant,
        redirect_uri=asked.redirect_uri,
        challenge=asked.challenge,
        nonce=asked.nonce,
        offline=offline,
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
        nonce=parameters.get("nonce", ""),
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


def ticked_boxes(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Read the form of the consent page; of a repeated field other than the boxes the last counts."""
    form = {key: value for key, value in pairs if key != "sandbox_ticked"}
    if form.pop("sandbox_form", "") and "sandbox_scope" not in form:
        boxes = [value for key, value in pairs if key == "sandbox_ticked"]
        form["sandbox_scope"] = " ".join([*sorted(BASIC), *boxes])
    return form
