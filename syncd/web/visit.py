"""One request of one browser, as a page's function gets it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from syncd.core.ids import Provider
from syncd.ports.clock import Clock
from syncd.ports.connections import SessionRow
from syncd.web.browsers import form_token, session_id
from syncd.web.door import Door
from syncd.web.forms import EMPTY, Form
from syncd.web.rendering import Rendering
from syncd.web.settings import WebSettings


class Who(StrEnum):
    """Whom a page is for."""

    ANYBODY = "anybody"
    PERSON = "person"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What all pages share."""

    door: Door
    settings: WebSettings
    clock: Clock
    rendering: Rendering


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request; `session` is None before sign-in."""

    site: Site
    request: Request
    cookie: str
    session: SessionRow | None = None
    form: Form = EMPTY

    @property
    def door(self) -> Door:
        """Give what answers."""
        return self.site.door

    @property
    def session_id(self) -> str:
        """Give the hash by which this browser is known."""
        return session_id(self.cookie)

    @property
    def person(self) -> str:
        """Give who is signed in; LookupError when nobody is, which no page for people sees."""
        if self.session is None:
            raise LookupError("nobody is signed in")
        return self.session.person

    @property
    def is_admin(self) -> bool:
        """Tell whether an admin is signed in."""
        return self.session is not None and self.session.person in self.site.settings.admins

    @property
    def request_id(self) -> str:
        """Give the id under which this request stands in log and audit."""
        return str(self.request.state.request_id)

    @property
    def provider(self) -> Provider:
        """Give the provider that the path names; LookupError for any other word."""
        word = self.request.path_params.get("provider", "")
        if word not in {str(one) for one in Provider}:
            raise LookupError("there is no such provider")
        return Provider(word)

    def query(self, name: str) -> str:
        """Give a word of the query, empty when it is not there."""
        return self.request.query_params.get(name, "")

    def page(self, name: str, *, status: HTTPStatus = HTTPStatus.OK, **values: object) -> Response:
        """Render a page of ours for this browser."""
        return self.site.rendering.page(
            name,
            status=status,
            path=self.request.url.path,
            person=self.session.person if self.session else "",
            is_admin=self.is_admin,
            form_token=form_token(self.cookie),
            request_id=self.request_id,
            **values,
        )

    def go(self, path: str) -> Response:
        """Send the browser to another page of ours."""
        return RedirectResponse(path, HTTPStatus.SEE_OTHER)

    def leave(self, url: str, *, to: str) -> Response:
        """Send the browser away, after a form, to a place called `to`.

        Chromium holds a redirect after a form to the policy's `form-action 'self'`. A browser that
        says it navigates therefore gets a page that goes on by itself, which is no form any more.
        """
        if self.request.headers.get("sec-fetch-mode") != "navigate":
            return RedirectResponse(url, HTTPStatus.SEE_OTHER)
        answer = self.page("leaving", to=to)
        answer.headers["refresh"] = f"0; url={url}"
        return answer


Endpoint = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page: where it is, how it is asked for, whom it is for, and what makes it."""

    path: str
    method: str
    who: Who
    endpoint: Endpoint
