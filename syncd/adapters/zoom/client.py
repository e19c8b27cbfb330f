"""Authorised calls: the token put on, and renewed once when Zoom refuses it."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from syncd.adapters.http import Answer, Call, Http
from syncd.adapters.zoom.access import Access, Tokens
from syncd.adapters.zoom.errors import read_problem, scope_missing, token_refused
from syncd.adapters.zoom.origins import regional_base
from syncd.adapters.zoom.scopes import lacking
from syncd.ports import sending

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One API call; `operation` is Zoom's method and path template, `path` the filled-in path."""

    operation: str
    path: str
    body: Mapping[str, Any] | None = None
    repeatable: bool = True
    send_by: float | None = None


class ZoomClient:
    """Calls the API for one account: everybody's, or one person's own, with its token alone (I14)."""

    def __init__(self, http: Http, tokens: Tokens, api_base: str) -> None:
        self._http = http
        self._tokens = tokens
        self._api_base = api_base

    async def call(self, ask: Ask) -> Answer:
        """Give Zoom's answer of any status.

        A refused token means that nothing was done, so then the call is made once more with another
        one; refused again, the answer is given back. What the consent is known not to cover is not
        even asked (Forbidden). Raises what the transport and tokens raise.
        """
        access = await self._tokens.current()
        if access.is_consent and (scope := lacking(ask.operation, access.scopes)):
            raise scope_missing(scope)
        answer = await self._send(ask, access)
        if token_refused(answer):
            answer = await self._send(ask, await self._tokens.renewed(access))
        return answer

    async def scopes(self) -> frozenset[str]:
        """Give what Zoom told of the scopes of the token; empty where it told nothing."""
        return (await self._tokens.current()).scopes

    async def _send(self, ask: Ask, access: Access) -> Answer:
        answer = await self._http.send(self._call(ask, access))
        if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
            self._note(ask, answer)
        return answer

    def _call(self, ask: Ask, access: Access) -> Call:
        headers = {
            "authorization": f"Bearer {access.token.reveal()}",
            "accept": "application/json",
        }
        if ask.body is not None:
            headers["content-type"] = "application/json"
        return Call(
            method=ask.operation.partition(" ")[0],
            url=base_of(access.api_url, self._http, self._api_base) + ask.path,
            headers=headers,
            body=None if ask.body is None else json.dumps(ask.body).encode(),
            account=str(self._tokens.account),
            operation=ask.operation,
            repeatable=ask.repeatable,
            send_by=sending.latest() if ask.send_by is None else ask.send_by,
        )

    def _note(self, ask: Ask, answer: Answer) -> None:
        problem = read_problem(answer)
        logger.info(
            "zoom refused",
            extra={
                "operation": ask.operation,
                "status": answer.status,
                "zoom_code": problem.code if problem else None,
                # What Zoom's support asks for.
                "tracking_id": answer.headers.get("x-zm-trackingid", "")[:100],
            },
        )


def base_of(api_url: str | None, http: Http, api_base: str) -> str:
    """Give where to call for a grant: its region, or the global host."""
    base = regional_base(api_url, api_base=api_base)
    # A region that is not known yet is reached through the global host as well.
    return base if http.allows(base) else api_base.rstrip("/")
