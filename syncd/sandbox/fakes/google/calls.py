"""One call of the Calendar API: who calls, which method, with what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from syncd.sandbox.fakes.google.access import may_write
from syncd.sandbox.fakes.google.calendars import Calendar, Event
from syncd.sandbox.fakes.google.core import Core
from syncd.sandbox.fakes.google.discovery import Method
from syncd.sandbox.fakes.google.errors import (
    GoogleError,
    condition_not_met,
    insufficient_scope,
    no_writer_access,
    not_found,
    unauthenticated,
)
from syncd.sandbox.fakes.google.fields import keep_fields
from syncd.sandbox.fakes.google.oauth_routes import bearer_token
from syncd.sandbox.fakes.google.parameters import Query, read_query
from syncd.sandbox.fakes.world import Person


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call whose token, scopes and query are in order."""

    core: Core
    request: Request
    person: Person
    query: Query

    @property
    def path(self) -> Mapping[str, str]:
        """Give the parameters of the path."""
        return self.request.path_params

    @property
    def stale(self) -> bool:
        """Say whether the call is to be answered from a replica that lags behind."""
        return bool(getattr(self.request.state, "stale", False))

    def calendar(self) -> Calendar:
        """Find the calendar of the path. Raises GoogleError (404) unless it is the caller's."""
        return self.own_calendar(self.path["calendarId"])

    def own_calendar(self, name: str) -> Calendar:
        """Find a calendar by its id or `primary`.

        Raises GoogleError: 404 unless it is the caller's, 403 for a write where she may only read.
        """
        calendar = self.core.calendars.get(self.person.email if name == "primary" else name)
        if calendar is None or calendar.owner is not self.person:
            raise not_found()
        if self.request.method != "GET" and not may_write(self.core.role(calendar)):
            raise no_writer_access()
        return calendar

    def check_if_match(self, event: Event) -> None:
        """Refuse a write meant for another version. Raises GoogleError (412)."""
        wanted = self.request.headers.get("if-match", "*")
        if wanted not in ("*", event["etag"]):
            raise condition_not_met()

    def has(self, event: Event) -> bool:
        """Say whether If-None-Match names the event as it is."""
        return bool(self.request.headers.get("if-none-match") == event["etag"])


Action = Callable[[Call], Awaitable[Event | Response]]


def endpoint(
    core: Core, method: Method, action: Action
) -> Callable[[Request], Awaitable[Response]]:
    """Give the handler of a method: it checks the call, acts, and cuts the answer to `fields`."""

    async def handle(request: Request) -> Response:
        try:
            call = _call(core, method, request)
            answer = await action(call)
            if isinstance(answer, Response):
                return answer
            return _response(answer, call.query)
        except GoogleError as error:
            return error.response()

    return handle


def _call(core: Core, method: Method, request: Request) -> Call:
    access = core.grants.bearer(bearer_token(request))
    person = core.world.person(access.email) if access else None
    if access is None or person is None:
        raise unauthenticated()
    if access.scopes is not None and not access.scopes & method.scopes:
        raise insufficient_scope(method.id)
    core.quota[person.email] += method.cost
    query = read_query(method, request.query_params.multi_items())
    return Call(core=core, request=request, person=person, query=query)


def _response(answer: dict[str, Any], query: Query) -> Response:
    shown = keep_fields(answer, query["fields"]) if "fields" in query else answer
    headers = {"ETag": answer["etag"]} if "etag" in answer else None
    return JSONResponse(shown, headers=headers)
