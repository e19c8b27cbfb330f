"""A provider whose every answer stands in one document, which may say anything at all."""

from __future__ import annotations

import json
import ssl
from functools import cache
from typing import Any
from unittest.mock import patch

import httpx

from syncd.adapters.http import Http, Limits
from tests.fakes.clock import FakeClock

GOOGLE = "https://google.example"
GRAPH = "https://graph.example"
ZOOM = "https://zoom.example"

_LIMITS = Limits(concurrency=3, per_second=10_000, burst=10_000)
_STATUSES = range(100, 600)
_MOST_CALLS = 200


class Script:
    """Answers by what is asked: a page of a list, one event, a write, and so on.

    An answer is the body by itself, or `{"$status": 503, "$headers": {...}, "$body": ...}`. A body
    that is a text goes out as it is. Pages go out one after the other, the others again and again;
    after too many calls nothing answers any more.
    """

    def __init__(self, document: Any) -> None:
        told = document if isinstance(document, dict) else {"pages": [document]}
        pages = told.get("pages", [])
        self._pages = list(pages) if isinstance(pages, list) else [pages]
        self._answers = told
        self._calls = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self._calls += 1
        if self._calls > _MOST_CALLS:
            raise httpx.ReadError("nobody answers")
        kind = kind_of(request.method, request.url.path)
        if kind == "pages":
            return _response(self._pages.pop(0) if self._pages else {}, kind)
        return _response(self._answers.get(kind, {}), kind)


def kind_of(method: str, path: str) -> str:
    """Name what is asked, the same for all providers."""
    if method == "PATCH":
        return "patched"
    if method == "POST":
        return "created"
    last = path.rstrip("/").rpartition("/")[2]
    if last in ("instances", "invitation", "calendars", "calendarList", "calendar"):
        return last
    if "/meetings" in path:
        return "pages" if path.endswith("/meetings") else "meeting"
    if "/events/" in path:
        return "event"
    return "user" if path.startswith("/v2/users/") else "pages"


def http_on(document: Any, clock: FakeClock) -> Http:
    """Give a transport that leads to nothing but this document."""
    # Certificates are read for longer than all the rest takes, and nobody asks for one.
    with patch.object(ssl, "create_default_context", lambda **_: _no_certificates()):
        return Http(
            clock=clock,
            origins=[GOOGLE, GRAPH, ZOOM],
            ca_file=None,
            limits=_LIMITS,
            transport=httpx.MockTransport(Script(document)),
        )


@cache
def _no_certificates() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _response(answer: Any, kind: str) -> httpx.Response:
    told = answer if isinstance(answer, dict) and "$body" in answer else {"$body": answer}
    status, body = told.get("$status"), told["$body"]
    if not isinstance(status, int) or status not in _STATUSES:
        status = 201 if kind == "created" else 200
    raw = body if isinstance(body, str) else json.dumps(body)
    return httpx.Response(
        status, headers=_sent(told.get("$headers")), content=raw.encode(errors="replace")
    )


def _sent(headers: Any) -> dict[str, str]:
    """Give the headers that can come over a wire at all."""
    several = headers.items() if isinstance(headers, dict) else ()
    told = {str(name): value for name, value in several if isinstance(value, str)}
    return {
        name: value
        for name, value in told.items()
        if name.isascii() and name.replace("-", "").isalnum() and _is_header(value)
    } | {"content-type": "application/json"}


def _is_header(value: str) -> bool:
    return all(" " <= sign <= "~" or "\xa0" <= sign <= "\xff" for sign in value)
