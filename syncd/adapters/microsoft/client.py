"""Authorised calls to Graph."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol

from syncd.adapters.http import Answer, Call, Garbled, Http, Limits
from syncd.adapters.microsoft.errors import Purpose, error_code, garbled, refusal
from syncd.core.ids import AccountKey
from syncd.ports.clock import Clock

logger = logging.getLogger(__name__)

# Graph's throttling limits for Outlook: 4 requests at once and 10,000 in ten minutes per app and
# mailbox. One of the four is left, because the service counts a little later than we do.
LIMITS = Limits(concurrency=3, per_second=15, burst=30)

_PREFERENCES = ('IdType="ImmutableId"', 'outlook.timezone="UTC"')


class AccessTokens(Protocol):
    """Where bearer tokens come from; both methods raise the errors of the ports."""

    async def token(self) -> str:
        """Give a token that should be good."""
        ...

    async def renewed(self, *, refused: str) -> str:
        """Give another one than the one that was refused."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call to Graph; `url` is whole, `operation` is the documented path template."""

    purpose: Purpose
    account: AccountKey
    url: str = field(repr=False)
    operation: str
    preferences: tuple[str, ...] = ()
    if_match: str | None = None
    body: Mapping[str, Any] | None = field(default=None, repr=False)


class Graph:
    """Sends requests with a token, and gives back JSON or raises an error of the ports."""

    def __init__(self, *, http: Http, tokens: AccessTokens, clock: Clock) -> None:
        self._http = http
        self._tokens = tokens
        self._clock = clock

    async def ask(self, request: Request) -> Mapping[str, Any]:
        """Send a request; a token that is refused is replaced once."""
        token = await self._tokens.token()
        answer = await self._send(request, token)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            token = await self._tokens.renewed(refused=token)
            answer = await self._send(request, token)
        return self._content(request, answer)

    async def _send(self, request: Request, token: str) -> Answer:
        writes = request.purpose is Purpose.WRITE
        return await self._http.send(
            Call(
                method="PATCH" if writes else "GET",
                url=request.url,
                headers=self._headers(request, token),
                body=None if request.body is None else json.dumps(request.body).encode(),
                account=str(request.account),
                operation=request.operation,
                repeatable=not writes,
            )
        )

    def _headers(self, request: Request, token: str) -> dict[str, str]:
        headers = {
            "authorization": f"Bearer {token}",
            "accept": "application/json",
            "prefer": ", ".join((*_PREFERENCES, *request.preferences)),
            "client-request-id": self._clock.new_id(),
        }
        if request.if_match is not None:
            headers["if-match"] = request.if_match
        if request.body is not None:
            headers["content-type"] = "application/json"
        return headers

    def _content(self, request: Request, answer: Answer) -> Mapping[str, Any]:
        if answer.status != HTTPStatus.OK:
            self._note(request, answer)
            raise refusal(answer, purpose=request.purpose, now=self._clock.now())
        try:
            content = answer.json()
        except Garbled as exc:
            raise garbled(request.purpose) from exc
        if not isinstance(content, dict):
            raise garbled(request.purpose)
        return content

    def _note(self, request: Request, answer: Answer) -> None:
        """Keep what Microsoft's support asks for."""
        logger.info(
            "refused by Graph",
            extra={
                "operation": request.operation,
                "account": str(request.account),
                "status": answer.status,
                "code": error_code(answer),
                "request_id": answer.headers.get("request-id", ""),
            },
        )
