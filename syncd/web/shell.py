"""The outermost layer: an id for every request, the same headers on every answer, the last resort."""

from __future__ import annotations

import logging

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from syncd.ports.clock import Clock

log = logging.getLogger(__name__)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "strict-transport-security": "max-age=31536000",
    "cache-control": "no-store",
}
REQUEST_ID = "x-request-id"


class Shell:
    """Wraps the whole application, so that not even an error escapes without the headers.

    An answer may bring a stricter policy or another cache rule of its own; the rest is fixed.
    """

    def __init__(self, app: ASGIApp, *, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        request_id = self._clock.new_id()
        scope["state"] = {"request_id": request_id}
        has_started = False

        async def dressed(message: Message) -> None:
            nonlocal has_started
            if message["type"] == "http.response.start":
                has_started = True
                _dress(MutableHeaders(scope=message), request_id)
            await send(message)

        try:
            await self._app(scope, receive, dressed)
        except Exception:
            # Neither path nor query: a path may hold an address, a query a code.
            log.exception("a page failed", extra={"request": request_id})
            if not has_started:
                answer = PlainTextResponse(f"Something went wrong. Id: {request_id}", 500)
                await answer(scope, receive, dressed)


def _dress(headers: MutableHeaders, request_id: str) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers[REQUEST_ID] = request_id
