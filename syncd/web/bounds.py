"""What is refused before any page looks at it: foreign hosts, too much, too large, too slow."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from syncd.ports.clock import Clock
from syncd.web.browsers import cookie_of, session_id
from syncd.web.buckets import Buckets
from syncd.web.origins import is_own_host, sender
from syncd.web.settings import WebSettings

BODY_MOST = 256 * 1024
BODY_SECONDS = 10
AT_ONCE = 64
_RETRY_SECONDS = 5

FailurePage = Callable[[Request, HTTPStatus], Response]


class Bounds:
    """Hands on a request whose body was read whole; every other gets its refusal here."""

    def __init__(
        self, app: ASGIApp, *, settings: WebSettings, clock: Clock, failure: FailurePage
    ) -> None:
        self._app = app
        self._settings = settings
        self._failure = failure
        self._at_once = 0
        rates = settings.rates
        self._addresses = Buckets(rates.address, clock)
        self._sessions = Buckets(rates.session, clock)
        self._consents = Buckets(rates.consent, clock)
        self._hooks = Buckets(rates.hooks, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        request = Request(scope, receive)
        if self._at_once >= AT_ONCE:
            busy = self._refusal(request, HTTPStatus.SERVICE_UNAVAILABLE, wait=_RETRY_SECONDS)
            await busy(scope, receive, send)
            return
        self._at_once += 1
        try:
            refusal = self._judge(request)
            if refusal is not None:
                await refusal(scope, receive, send)
                return
            body = await _body(request)
            if isinstance(body, HTTPStatus):
                await self._refusal(request, body)(scope, receive, send)
                return
            await self._app(scope, _Read(body, receive), send)
        finally:
            self._at_once -= 1

    def _judge(self, request: Request) -> Response | None:
        wait = self._wait(request)
        if wait:
            return self._refusal(request, HTTPStatus.TOO_MANY_REQUESTS, wait=wait)
        # Probes come by the machine's own address.
        is_probe = request.url.path in {"/healthz", "/readyz"}
        if not is_probe and not is_own_host(request, self._settings):
            return self._refusal(request, HTTPStatus.BAD_REQUEST)
        return None

    def _wait(self, request: Request) -> int:
        address, path = sender(request), request.url.path
        if path.startswith("/hooks/"):
            return self._hooks.wait(address)
        wait = self._addresses.wait(address)
        cookie = cookie_of(request)
        # The same few files on every page; the address alone bounds how often they are asked for.
        if not wait and cookie is not None and not path.startswith("/static/"):
            wait = self._sessions.wait(session_id(cookie))
        is_consent = path.endswith("/callback") or request.method == "POST"
        if not wait and is_consent and path.startswith(("/sign-in/", "/connect/")):
            wait = self._consents.wait(address)
        return wait

    def _refusal(self, request: Request, status: HTTPStatus, *, wait: int = 0) -> Response:
        answer = self._failure(request, status)
        if wait:
            answer.headers["retry-after"] = str(wait)
        # What was not read of the body must not be taken for the next request.
        answer.headers["connection"] = "close"
        return answer


class _Read:
    """A body that was read already, then whatever the connection says."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


async def _body(request: Request) -> bytes | HTTPStatus:
    told = request.headers.get("content-length", "0")
    # Longer numbers are refused by their length: reading them takes quadratic time.
    if not (told.isascii() and told.isdigit()) or len(told) > 9 or int(told) > BODY_MOST:  # noqa: PLR2004 - see above
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    read = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                read += chunk
                if len(read) > BODY_MOST:
                    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    except TimeoutError:
        return HTTPStatus.REQUEST_TIMEOUT
    return bytes(read)
