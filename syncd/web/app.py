"""The whole of the pages as one ASGI application."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from syncd.ports.clock import Clock
from syncd.web.bounds import Bounds
from syncd.web.browsers import cookie_of, new_cookie
from syncd.web.door import Door
from syncd.web.entrance import Entrance
from syncd.web.failures import status_page
from syncd.web.pages.machines import machine_routes
from syncd.web.rendering import Rendering
from syncd.web.routes import PAGES
from syncd.web.settings import WebSettings
from syncd.web.shell import Shell
from syncd.web.visit import Site, Visit

_STATIC = Path(__file__).parent / "static"


def build(door: Door, settings: WebSettings, clock: Clock) -> ASGIApp:
    """Make the application. It starts nothing, keeps rates in memory and the rest behind the door."""
    site = Site(door=door, settings=settings, clock=clock, rendering=Rendering(settings))

    def failure(request: Request, status: HTTPStatus) -> Response:
        return status_page(_stranger(site, request), status)

    async def on_status(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        answer = failure(request, HTTPStatus(status))
        if isinstance(error, HTTPException) and error.headers:
            answer.headers.update(error.headers)
        return answer

    inner = Starlette(
        routes=routes(site), exception_handlers={HTTPException: on_status, Exception: on_status}
    )
    inner.router.redirect_slashes = False
    bounded = Bounds(inner, settings=settings, clock=clock, failure=failure)
    return Shell(bounded, clock=clock)


def routes(site: Site) -> list[BaseRoute]:
    """Give every route there is; the tests take their lists from here."""
    return [
        *(
            Route(page.path, _endpoint(Entrance(site, page)), methods=[page.method])
            for page in PAGES
        ),
        *machine_routes(site.door),
        Mount("/static", _Static(directory=_STATIC), name="static"),
    ]


def _endpoint(entrance: Entrance) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await entrance(request)

    return endpoint


class _Static(StaticFiles):
    """Files of ours; browsers keep them and ask each time whether they are still the same."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer one file."""
        answer = await super().get_response(path, scope)
        answer.headers["cache-control"] = "no-cache"
        return answer


def _stranger(site: Site, request: Request) -> Visit:
    return Visit(site=site, request=request, cookie=cookie_of(request) or new_cookie())
