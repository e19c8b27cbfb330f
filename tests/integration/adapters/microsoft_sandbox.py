"""A stage for the Microsoft adapter: the sandbox in the same process, and its owner's own app."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

import httpx

from syncd.adapters.http import Http, Limits
from syncd.adapters.microsoft import GraphCalendars, PersonTokens
from syncd.core.ids import CalendarKey, Provider
from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.dropping import ConnectionDropped
from syncd.sandbox.fakes.microsoft import MicrosoftStandIn
from syncd.sandbox.fakes.world import Fault, World
from tests.fakes.clock import FakeClock

BASE = "https://sandbox.example"
API = f"{BASE}/microsoft/v1.0"
IMMUTABLE = 'IdType="ImmutableId"'
OPERATIONS = {
    "changes": "GET /users/{user-id}/calendarView/delta",
    "get": "GET /users/{user-id}/events/{event-id}",
    "create": "POST /users/{user-id}/calendar/events",
    "write": "PATCH /users/{user-id}/events/{event-id}",
}


class Wire(httpx.ASGITransport):
    """The application as a transport; a dropped connection looks as it does on a socket."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await super().handle_async_request(request)
        except ConnectionDropped as exc:
            raise httpx.ReadError("dropped") from exc


class SandboxTokens:
    """Tokens of the application, straight from the stand-in."""

    def __init__(self, stand_in: MicrosoftStandIn) -> None:
        self._stand_in = stand_in
        self._token = self._issue()
        self.renewals = 0

    async def token(self) -> str:
        return self._token

    async def renewed(self, *, refused: str) -> str:
        assert refused == self._token
        self.renewals += 1
        self._token = self._issue()
        return self._token

    def _issue(self) -> str:
        grants = self._stand_in.exchange.grants
        return grants.issue_access(None, grants.client_id, frozenset({"Calendars.ReadWrite"}))


class MicrosoftStage:
    """One world, Ana's mailbox in it, and the adapter; pages hold two items."""

    def __init__(self) -> None:
        self.world = World(people=3)
        self.world.base = BASE
        self.microsoft = MicrosoftStandIn(self.world)
        self.exchange = self.microsoft.exchange
        self.ana, self.bo, *_ = self.world.people
        wire = Wire(app=build_app(self.world, [self.microsoft]))
        self.app = httpx.AsyncClient(transport=wire)
        self.clock = FakeClock(self.world.now())
        self.tokens = SandboxTokens(self.microsoft)
        self.http = Http(
            clock=self.clock,
            origins=[BASE],
            ca_file=None,
            limits=Limits(concurrency=3, per_second=1000, burst=1000),
            transport=wire,
        )
        self.provider = self.acting_by(PersonTokens(None, self.tokens))
        self.calendar = CalendarKey(Provider.MICROSOFT, self.ana.email, "primary")
        self.stranger = CalendarKey(Provider.MICROSOFT, "eve@elsewhere.example", "primary")

    def acting_by(self, tokens: PersonTokens) -> GraphCalendars:
        """Give the adapter with other tokens."""
        return GraphCalendars(
            self.http,
            tokens,
            self.clock,
            api_base=API,
            horizon=timedelta(days=60),
            page_size=2,
        )

    async def now(self) -> datetime:
        return self.world.now()

    async def advance(self, seconds: float) -> None:
        self.world.advance(seconds)
        self.clock.advance(seconds)

    async def add(
        self, *, title: str, start: datetime, minutes: int, guests: tuple[str, ...] = ()
    ) -> str:
        made = await self.create(
            subject=title,
            start=at(start),
            end=at(start + timedelta(minutes=minutes)),
            attendees=[{"type": "required", "emailAddress": {"address": g}} for g in guests],
        )
        event_id: str = made["id"]
        return event_id

    async def edit(self, event_id: str, *, title: str) -> None:
        await self.patch(event_id, subject=title)

    async def delete(self, event_id: str) -> None:
        await self.call("DELETE", f"/me/events/{event_id}")

    async def expire_cursors(self) -> None:
        self.exchange.rounds.forget()

    async def break_next(self, operation: Literal["changes", "get", "write"]) -> None:
        self._fault(operation, kind="status", status=503, count=5)

    async def lose_next_write_answer(self) -> None:
        self._fault("write", kind="drop_response")

    async def lose_next_create_answer(self) -> None:
        self._fault("create", kind="drop_response")

    async def mails_sent(self) -> int:
        return len(self.world.mails)

    async def create(self, **fields: Any) -> dict[str, Any]:
        """Make an event as Ana does in Outlook."""
        return await self.call("POST", "/me/events", json=fields)

    async def patch(self, event_id: str, **fields: Any) -> dict[str, Any]:
        return await self.call("PATCH", f"/me/events/{event_id}", json=fields)

    async def call(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        """Send a request as Ana."""
        headers = {"authorization": f"Bearer {self.ana.microsoft_token}", "prefer": IMMUTABLE}
        answer = await self.app.request(method, f"{API}{path}", headers=headers, **more)
        assert answer.is_success, answer.text
        content: dict[str, Any] = answer.json() if answer.content else {}
        return content

    def _fault(self, operation: str, **fields: Any) -> None:
        self.world.faults.append(
            Fault(provider="microsoft", operation=OPERATIONS[operation], **fields)
        )


def at(moment: datetime) -> dict[str, str]:
    """Write a moment (UTC) as Graph takes it."""
    return {"dateTime": moment.replace(tzinfo=None).isoformat(), "timeZone": "UTC"}
