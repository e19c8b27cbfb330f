"""The page where a person lets the user-managed app in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from syncd.sandbox.fakes.world import Person
from syncd.sandbox.fakes.zoom.account import Account, Consent
from syncd.sandbox.fakes.zoom.forms import parameters
from syncd.sandbox.fakes.zoom.tokens import Code

_METHODS = ("S256", "plain")
_NOT_APPROVED = "This app is not approved by the administrator of your account. (4,738)"
_CARRIED = (
    "response_type",
    "client_id",
    "redirect_uri",
    "state",
    "scope",
    "optional_scope",
    "code_challenge",
    "code_challenge_method",
)


class ConsentError(Exception):
    """A refusal shown to the person; such a request is never sent back to the app."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class _Asked:
    client_id: str
    redirect_uri: str
    state: str | None
    named: str | None
    scopes: tuple[str, ...]
    challenge: str | None
    method: str

    def back(self, answer: Mapping[str, str]) -> Response:
        """Send the person back to the app with an answer and the app's own state."""
        state = {} if self.state is None else {"state": self.state}
        joint = "&" if "?" in self.redirect_uri else "?"
        url = f"{self.redirect_uri}{joint}{urlencode({**answer, **state})}"
        return RedirectResponse(url, status_code=302)


async def authorise(account: Account, request: Request) -> Response:
    """Show the page; with a person chosen (`sandbox_person`), go back to the app at once."""
    values = await parameters(request)
    try:
        asked = _read(account, values)
        if values.get("decision") == "deny":
            return asked.back({"error": "access_denied"})
        if account.app_not_approved:
            return asked.back({"error": "access_denied", "error_description": _NOT_APPROVED})
        if "sandbox_person" not in values:
            return HTMLResponse(_page(account, values, asked))
        person = _person(account, values["sandbox_person"])
    except ConsentError as error:
        text = f"<!doctype html><title>Zoom</title><p>{escape(str(error))} ({error.code})</p>"
        return HTMLResponse(text, status_code=400)
    return asked.back({"code": _code(account, asked, person)})


def _read(account: Account, values: Mapping[str, str]) -> _Asked:
    if values.get("client_id") != account.user_client_id:
        raise ConsentError("Invalid client_id", "4,702")
    redirect_uri = values.get("redirect_uri", "")
    if not _may_return(account, redirect_uri):
        raise ConsentError("Invalid redirect", "4,709")
    if values.get("response_type") != "code":
        raise ConsentError("Invalid response_type", "4,700")
    method = values.get("code_challenge_method", "plain")
    if method not in _METHODS:
        raise ConsentError("Invalid code_challenge_method", "4,700")
    return _Asked(
        client_id=account.user_client_id,
        redirect_uri=redirect_uri,
        state=values.get("state"),
        named=values.get("scope"),
        scopes=_scopes(account, values),
        challenge=values.get("code_challenge"),
        method=method,
    )


def _may_return(account: Account, uri: str) -> bool:
    if account.redirect_uris:
        return uri in account.redirect_uris
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    is_here = parts.hostname in ("127.0.0.1", "localhost")
    return parts.hostname is not None and (
        parts.scheme == "https" or (parts.scheme == "http" and is_here)
    )


def _person(account: Account, name: str) -> Person:
    person = account.person(name)
    if person is None:
        raise ConsentError("User does not exist", "1,001")
    return person


def _scopes(account: Account, values: Mapping[str, str]) -> tuple[str, ...]:
    """Give what will be granted: all scopes of the app, or those of them that were named."""
    wanted = values.get("scope", "").split()
    if not set(wanted) <= set(account.user_scopes):
        raise ConsentError("Invalid scope", "4,700")
    named = {*wanted, *values.get("optional_scope", "").split()}
    return tuple(scope for scope in account.user_scopes if not named or scope in named)


def _code(account: Account, asked: _Asked, person: Person) -> str:
    account.consents.append(
        Consent(
            person=person.email,
            redirect_uri=asked.redirect_uri,
            asked=asked.named,
            granted=asked.scopes,
            method=None if asked.challenge is None else asked.method,
        )
    )
    return account.tokens.add_code(
        Code(
            client_id=asked.client_id,
            email=person.email,
            scopes=asked.scopes,
            redirect_uri=asked.redirect_uri,
            challenge=asked.challenge,
            method=asked.method,
            issued=account.now(),
        )
    )


def _page(account: Account, values: Mapping[str, str], asked: _Asked) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(values[name])}">'
        for name in _CARRIED
        if name in values
    )
    people = "".join(
        f'<option value="{escape(person.email)}">{escape(person.name)} '
        f"({escape(person.email)})</option>"
        for person in account.world.people
        if person.email not in account.absent
    )
    scopes = "".join(f"<li>{escape(scope)}</li>" for scope in asked.scopes)
    title = "Zoom (sandbox): an app asks to act for you"
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title></head><body><main><h1>{title}</h1>"
        f'<p>It may then:</p><ul>{scopes}</ul><form method="post">{hidden}'
        f'<p><label>Account <select name="sandbox_person">{people}</select></label></p>'
        '<button name="decision" value="allow">Allow</button> '
        '<button name="decision" value="deny">Decline</button></form></main></body></html>'
    )
