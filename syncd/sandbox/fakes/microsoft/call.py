"""One request to Graph: who asks, whose mailbox, with which preferences."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias
from uuid import UUID

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from syncd.sandbox.fakes.microsoft import ids
from syncd.sandbox.fakes.microsoft.errors import (
    GraphError,
    denied,
    irresolvable_conflict,
    item_not_found,
    unauthorised,
)
from syncd.sandbox.fakes.microsoft.exchange import Exchange
from syncd.sandbox.fakes.microsoft.grants import Access
from syncd.sandbox.fakes.microsoft.item import Item
from syncd.sandbox.fakes.microsoft.mailbox import Calendar, Mailbox
from syncd.sandbox.fakes.microsoft.moments import show_instant
from syncd.sandbox.fakes.microsoft.prefer import Prefer, read_prefer
from syncd.sandbox.fakes.microsoft.series import Shelf, lookup

_NO_BODY = object()


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request whose caller may do what it asks."""

    exchange: Exchange
    mailbox: Mailbox
    access: Access
    request: Request
    prefer: Prefer
    body: Any
    calendar: Calendar | None
    """The calendar of the path; None when the path is of the whole mailbox."""

    @property
    def stale(self) -> bool:
        """Tell whether this reader shall see what was before the last change; writers never do."""
        return self.request.method == "GET" and bool(getattr(self.request.state, "stale", False))

    @property
    def shelf(self) -> Shelf:
        """Give the items as this reader sees them."""
        return self.mailbox.shelf(stale=self.stale)

    @property
    def shown_calendar(self) -> Calendar:
        """Give the calendar of the path, or the default one."""
        return self.calendar or self.mailbox.default

    def item(self) -> Item:
        """Find the event of the path; raise GraphError 400 or 404."""
        decoded = ids.decode(self.request.path_params["event_id"])
        item = lookup(self.shelf, decoded.key)
        if item is None or decoded.calendar not in (None, item.calendar):
            raise item_not_found()
        if self.calendar is not None and item.calendar != self.calendar.key:
            raise item_not_found()
        self.check_may_write(item.calendar)
        return item

    def check_may_write(self, calendar: str) -> None:
        """Refuse whatever is no reading in a calendar, named by its key, that is only to be read."""
        if self.request.method != "GET" and calendar in self.exchange.knobs.read_only:
            raise denied()

    def check_match(self, item: Item) -> None:
        """Refuse a write whose If-Match names another version of the item."""
        wanted = self.request.headers.get("if-match")
        if wanted not in (None, "*", ids.etag(item.change_key)):
            raise irresolvable_conflict()

    def link(self, **params: str) -> str:
        """Give the address of this resource with other query parameters."""
        url = self.request.url.include_query_params(**params)
        base = self.exchange.world.base or f"{url.scheme}://{url.netloc}"
        return f"{base}{url.path}?{url.query}"


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a handler answers."""

    content: dict[str, Any] | None = None
    status: int = 200


Handle: TypeAlias = Callable[[Call], Reply]


class Endpoint:
    """Wraps a handler with all that every request to Graph goes through."""

    def __init__(
        self,
        exchange: Exchange,
        handle: Handle,
        *,
        needs: frozenset[str],
        needs_mailbox: bool = True,
    ) -> None:
        """Take the permissions of which the caller needs one."""
        self._exchange = exchange
        self._handle = handle
        self._needs = needs
        self._outlook = needs_mailbox

    async def respond(self, request: Request) -> Response:
        """Answer a request; refusals are in Graph's shape, each answer has a request-id."""
        raw = await request.body()
        headers = self._headers(request)
        try:
            call = self._open(request, raw)
            reply = self._handle(call)
        except GraphError as refusal:
            return self._refused(refusal, headers)
        if call.prefer.applied:
            headers["Preference-Applied"] = ", ".join(call.prefer.applied)
        if reply.content is None:
            return Response(status_code=reply.status, headers=headers)
        return JSONResponse(reply.content, status_code=reply.status, headers=headers)

    def _open(self, request: Request, raw: bytes) -> Call:
        access = self._access(request)
        mailbox = self._mailbox(request, access)
        if not access.scopes & self._needs:
            raise denied()
        if self._outlook:
            self._throttle(mailbox)
        return Call(
            exchange=self._exchange,
            mailbox=mailbox,
            access=access,
            request=request,
            prefer=read_prefer(request.headers.getlist("prefer")),
            body=_read_json(raw),
            calendar=_calendar(mailbox, request),
        )

    def _access(self, request: Request) -> Access:
        scheme, _, text = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not text:
            raise unauthorised("Access token is empty.")
        access = self._exchange.grants.accesses.get(text.strip())
        if access is None:
            raise unauthorised("CompactToken parsing failed with error code: 80049217.")
        if access.expires is not None and access.expires <= self._exchange.world.now():
            raise unauthorised("Lifetime validation failed, the token is expired.")
        return access

    def _mailbox(self, request: Request, access: Access) -> Mailbox:
        wanted = request.path_params.get("user_id")
        if wanted is None:
            if access.person is None:
                message = "/me request is only valid with delegated authentication flow."
                raise GraphError(400, "BadRequest", message)
            return self._exchange.mailboxes[access.person.email]
        mailbox = self._exchange.mailbox(wanted)
        if access.person is not None and (mailbox is None or mailbox.person != access.person):
            raise denied()
        if mailbox is None:
            raise GraphError(404, "ErrorInvalidUser", f"The requested user '{wanted}' is invalid.")
        return mailbox

    def _throttle(self, mailbox: Mailbox) -> None:
        self._exchange.throttle.enter(
            mailbox.person.email,
            at=asyncio.get_running_loop().time(),
            latency=self._exchange.world.latency_ms / 1000,
        )

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {"request-id": str(UUID(int=self._exchange.world.random.getrandbits(128)))}
        sent = request.headers.get("client-request-id")
        return {**headers, "client-request-id": sent or headers["request-id"]}

    def _refused(self, refusal: GraphError, headers: dict[str, str]) -> JSONResponse:
        inner = {
            "date": show_instant(self._exchange.world.now())[:19],
            "request-id": headers["request-id"],
            "client-request-id": headers["client-request-id"],
        }
        error = {"code": refusal.code, "message": refusal.message, "innerError": inner}
        return JSONResponse(
            {"error": error}, status_code=refusal.status, headers={**headers, **refusal.headers}
        )


def _calendar(mailbox: Mailbox, request: Request) -> Calendar | None:
    wanted = request.path_params.get("calendar_id")
    if wanted is not None:
        for calendar in mailbox.calendars.values():
            if calendar.id == wanted:
                return calendar
        raise item_not_found()
    # Below `/calendar` only the default calendar is seen, below the mailbox all are.
    return mailbox.default if "/calendar/" in f"{request.url.path}/" else None


def _read_json(raw: bytes) -> Any:
    if not raw:
        return None
    try:
        return json.loads(raw)
    except ValueError as problem:
        message = (
            "Unable to read JSON request payload. Please ensure Content-Type header is set and "
            "payload is of valid JSON format."
        )
        raise GraphError(400, "BadRequest", message) from problem
