"""One request to the API: who asks, for what, and the way every answer takes."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.sandbox.fakes.zoom.access import Caller, caller
from syncd.sandbox.fakes.zoom.account import Account
from syncd.sandbox.fakes.zoom.errors import INVALID, ZoomError, bad_request, validation_failed
from syncd.sandbox.fakes.zoom.pace import Label


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request that passed the doors: token, pace and scope."""

    account: Account
    caller: Caller
    path: Mapping[str, str]
    query: Mapping[str, str]
    raw_body: bytes
    stale: bool
    now: datetime

    @property
    def meeting_id(self) -> int:
        """Give the meeting id of the path; raises ZoomError 400 when it is no number."""
        text = self.path["meetingId"]
        if not (text.isascii() and text.isdigit()):
            raise bad_request("Invalid meeting id.")
        return int(text)

    def body(self) -> dict[str, Any]:
        """Give the JSON object of the request; raises ZoomError 400."""
        try:
            body = json.loads(self.raw_body)
        except ValueError:
            body = None
        if not isinstance(body, dict):
            raise bad_request("Request Body should be a valid JSON object.")
        return body

    def flag(self, name: str, *, default: bool) -> bool:
        """Read a true or false of the query; raises ZoomError 400."""
        value = self.query.get(name)
        if value not in {None, "true", "false"}:
            raise validation_failed([(name, INVALID)])
        return default if value is None else value == "true"


Act = Callable[[Call], Response]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation of the API reference: its scope and its rate label.

    The name is the method, a blank, and the path of the reference.
    """

    name: str
    scope: str
    label: Label
    act: Act

    def route(self, account: Account) -> Route:
        """Give the route below the stand-in's mount."""
        method, path = self.name.split()
        return Route(f"/v2{path}", _endpoint(account, self), methods=[method], name=self.name)


def _endpoint(account: Account, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        raw_body = await request.body()
        try:
            response = operation.act(_admit(account, operation, request, raw_body))
        except ZoomError as error:
            response = JSONResponse(error.body, status_code=error.status, headers=error.headers)
        response.headers["x-zm-trackingid"] = f"WEB_{account.world.random.getrandbits(128):032x}"
        return response

    return handle


def _admit(account: Account, operation: Operation, request: Request, raw_body: bytes) -> Call:
    who = caller(account, request.headers.get("authorization", ""))
    now = account.now()
    if not who.human:
        account.pace.enter(account.plan, operation.label, now)
    who.require(operation.scope)
    return Call(
        account=account,
        caller=who,
        path=request.path_params,
        query=request.query_params,
        raw_body=raw_body,
        stale=getattr(request.state, "stale", False),
        now=now,
    )
