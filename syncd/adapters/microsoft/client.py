"""Authorised calls to Graph."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote

from syncd.adapters.http import Answer, Call, Garbled, Http, Limits
from syncd.adapters.microsoft.errors import Purpose, error_code, garbled, refusal
from syncd.core.ids import AccountKey
from syncd.ports import sending
from syncd.ports.clock import Clock
from syncd.ports.connections import StoredGrant

logger = logging.getLogger(__name__)

# Graph's throttling limits for Outlook: 4 requests at once and 10,000 in ten minutes per app and
# mailbox. One of the four is left, because the service counts a little later than we do.
LIMITS = Limits(concurrency=3, per_second=15, burst=30)

_SUCCESSES = (HTTPStatus.OK, HTTPStatus.CREATED)
_PREFERENCES = ('IdType="ImmutableId"', 'outlook.timezone="UTC"')


@dataclass(frozen=True, slots=True)
class Access:
    """A bearer token; `own` is the grant it comes from where its owner connected an account."""

    token: str = field(repr=False)
    own: StoredGrant | None = None

    def mailbox(self, owner: str) -> str:
        """Name the owner's mailbox in a path: whoever consents is `/me`, by whatever address."""
        return "/me" if self.own is not None else f"/users/{quote(owner, safe='@')}"


class AccessTokens(Protocol):
    """Where bearer tokens come from; all methods raise the errors of the ports."""

    async def access(self, owner: str) -> Access:
        """Give one that should be good for this person's mailbox."""
        ...

    async def renewed(self, owner: str, *, refused: Access) -> Access:
        """Give another one than the one that was refused."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call to Graph: by a path below the mailbox of its account, or by a link that Graph gave.

    `template` is the path as Graph's reference writes it.
    """

    purpose: Purpose
    account: AccountKey
    path: str = field(default="", repr=False)
    link: str = field(default="", repr=False)
    template: str
    method: str = "GET"
    preferences: tuple[str, ...] = ()
    if_match: str | None = None
    body: Mapping[str, Any] | None = field(default=None, repr=False)


class Graph:
    """Sends requests with a token, and gives back JSON or raises an error of the ports.

    `base` is Graph's address with its version.
    """

    def __init__(self, *, http: Http, tokens: AccessTokens, clock: Clock, base: str) -> None:
        self._http = http
        self._tokens = tokens
        self._clock = clock
        self._base = base.rstrip("/")

    def leads(self, link: str) -> bool:
        """Tell whether a link leads to Graph; our tokens go nowhere else."""
        return link.startswith(f"{self._base}/")

    async def mailbox(self, owner: str) -> str:
        """Give the address of a person's mailbox, which is another once they connect it."""
        access = await self._tokens.access(owner)
        return f"{self._base}{access.mailbox(owner)}"

    async def ask(self, request: Request) -> Mapping[str, Any]:
        """Send a request; a token that is refused is replaced once."""
        owner = request.account.address
        access = await self._tokens.access(owner)
        answer = await self._send(request, access)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            access = await self._tokens.renewed(owner, refused=access)
            answer = await self._send(request, access)
        return self._content(request, answer, access)

    async def _send(self, request: Request, access: Access) -> Answer:
        mailbox = access.mailbox(request.account.address)
        whose = "/me" if access.own is not None else "/users/{user-id}"
        return await self._http.send(
            Call(
                method=request.method,
                url=request.link or f"{self._base}{mailbox}{request.path}",
                headers=self._headers(request, access.token),
                body=None if request.body is None else json.dumps(request.body).encode(),
                account=str(request.account),
                operation=f"{request.method} {whose}{request.template}",
                repeatable=request.method == "GET",
                send_by=sending.latest(),
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

    def _content(self, request: Request, answer: Answer, access: Access) -> Mapping[str, Any]:
        if answer.status not in _SUCCESSES:
            self._note(request, answer)
            is_own = access.own is not None
            now = self._clock.now()
            raise refusal(answer, purpose=request.purpose, now=now, is_own=is_own)
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
                "operation": f"{request.method} {request.template}",
                "account": str(request.account),
                "status": answer.status,
                "code": error_code(answer),
                "request_id": answer.headers.get("request-id", ""),
            },
        )
