"""Authorised calls to the Calendar API: built and decoded by Google's library, carried by ours.

Each carries the token of the one account it is for (I14).
"""

from __future__ import annotations

import hashlib
import logging
from functools import cache
from http import HTTPStatus
from typing import Any, NoReturn

import httplib2
from googleapiclient.discovery import build
from googleapiclient.http import HttpRequest
from googleapiclient.model import JsonModel

from syncd.adapters.google.errors import Asked, error_of, no_event
from syncd.adapters.google.tokens import Tokens
from syncd.adapters.http import Answer, Call, Garbled, Http, sane_json
from syncd.core.secret import Secret
from syncd.ports import sending
from syncd.ports.clock import Clock

# At its lower levels the library writes whole addresses and bodies.
logging.getLogger("googleapiclient").setLevel(logging.WARNING)

_OPERATIONS = {
    "calendar.events.list": "GET /calendars/{calendarId}/events",
    "calendar.events.get": "GET /calendars/{calendarId}/events/{eventId}",
    "calendar.events.instances": "GET /calendars/{calendarId}/events/{eventId}/instances",
    "calendar.events.patch": "PATCH /calendars/{calendarId}/events/{eventId}",
    "calendar.events.insert": "POST /calendars/{calendarId}/events",
    "calendar.calendarList.list": "GET /users/me/calendarList",
}
# The library's own wishes for its own transport.
_LEFT_OUT = frozenset({"accept-encoding", "content-length", "user-agent"})
_MOST_QUOTA_USER = 40
_SUCCESSES = range(200, 300)


class _NoTransport:
    """Stands where the library would put its blocking transport."""

    def request(self, *_args: object, **_kwargs: object) -> NoReturn:
        raise RuntimeError("a request was about to bypass the transport")


class _Model(JsonModel):  # type: ignore[misc]  # the library is untyped
    """The library's JSON, within our bounds of size, depth and numbers."""

    def deserialize(self, content: bytes) -> Any:
        return sane_json(content)


class Request(HttpRequest):  # type: ignore[misc]  # the library is untyped
    """A request as the library builds it, to be sent by somebody else."""

    def call(self, *, account: str, token: Secret) -> Call:
        """Make it ready for our transport; only a GET may be sent twice."""
        headers = {name: value for name, value in self.headers.items() if name not in _LEFT_OUT}
        # Google compresses only for clients that name gzip here.
        headers["user-agent"] = "syncd (gzip)"
        headers["authorization"] = f"Bearer {token.reveal()}"
        return Call(
            method=self.method,
            url=self.uri,
            headers=headers,
            body=None if self.body is None else self.body.encode(),
            account=account,
            operation=_OPERATIONS[self.methodId],
            repeatable=self.method == "GET",
            send_by=sending.latest(),
        )

    def decoded(self, answer: Answer) -> Any:
        """Decode a success; Garbled when it is no sane JSON."""
        return self.postproc(httplib2.Response({"status": str(answer.status)}), answer.body)


class Client:
    """Sends the requests of two shared resources as the owner of each calendar."""

    def __init__(self, http: Http, tokens: Tokens, clock: Clock, *, api_base: str) -> None:
        self._http = http
        self._tokens = tokens
        self._clock = clock
        self.events, self.calendar_list = _resources(api_base)

    async def scopes(self, owner: str) -> frozenset[str]:
        """Tell what may be asked in the name of this person."""
        return await self._tokens.scopes(owner)

    async def send(self, request: Request, asked: Asked) -> dict[str, Any]:
        """Send, with one new token if the first is refused, and give the decoded object.

        Raises the errors of ports.
        """
        account = str(asked.calendar.account)
        token = await self._tokens.token(asked.owner)
        answer = await self._http.send(request.call(account=account, token=token))
        if answer.status == HTTPStatus.UNAUTHORIZED:
            token = await self._tokens.renewed(asked.owner, refused=token)
            answer = await self._http.send(request.call(account=account, token=token))
        if answer.status not in _SUCCESSES:
            raise error_of(answer, asked, now=self._clock.now())
        return _object(request, answer, asked)


def quota_user(owner: str) -> str:
    """Name whom a call is charged to: the owner, not the service account; 40 characters at most."""
    if len(owner) <= _MOST_QUOTA_USER:
        return owner
    return hashlib.sha256(owner.encode()).hexdigest()[:_MOST_QUOTA_USER]


def _service(api_base: str) -> Any:
    return build(
        "calendar",
        "v3",
        http=_NoTransport(),
        requestBuilder=Request,
        model=_Model(),
        cache_discovery=False,
        static_discovery=True,
        # Given, lest the environment decides it.
        client_options={"api_endpoint": api_base, "universe_domain": "googleapis.com"},
    )


@cache
def _resources(api_base: str) -> tuple[Any, Any]:
    """Make the events and the calendar list once: it takes a while, and they hold no state."""
    service = _service(api_base)
    return service.events(), service.calendarList()


def _object(request: Request, answer: Answer, asked: Asked) -> dict[str, Any]:
    try:
        read = request.decoded(answer)
    except Garbled as exc:
        raise no_event(asked) from exc
    if not isinstance(read, dict):
        raise no_event(asked)
    return read
