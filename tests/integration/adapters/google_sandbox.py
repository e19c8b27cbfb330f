"""The Google adapter over the sandbox's stand-in, and a person who works there herself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import httpx

from syncd.adapters.google import GoogleCalendars, ServiceAccountTokens
from syncd.adapters.google.ability import ConferenceData
from syncd.adapters.google.writing import SendUpdates
from syncd.adapters.http import Http
from syncd.core.ids import CalendarKey, Provider
from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.dropping import ConnectionDropped
from syncd.sandbox.fakes.google import GoogleStandIn
from syncd.sandbox.fakes.world import Fault, World
from tests.fakes.abilities import FakeAbilities
from tests.fakes.clock import FakeClock
from tests.integration.adapters.google_wire import LIMITS

BASE = "https://sandbox.example"
API = f"{BASE}/google/calendar/v3/"
OAUTH = f"{BASE}/google/oauth"
OPERATIONS = {
    "changes": "GET /calendars/{calendarId}/events",
    "get": "GET /calendars/{calendarId}/events/{eventId}",
    "write": "PATCH /calendars/{calendarId}/events/{eventId}",
    "create": "POST /calendars/{calendarId}/events",
    "token": "POST /token",
}
# So often the transport sends what may be repeated.
SENDINGS = {"changes": 3, "get": 3, "write": 1}


class Wire(httpx.AsyncBaseTransport):
    """The stand-in in-process, with small pages and with connections that can break."""

    def __init__(self, app: Any) -> None:
        self._inner = httpx.ASGITransport(app=app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if "maxResults" in request.url.params:
            request.url = request.url.copy_set_param("maxResults", "2")
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionDropped as exc:
            raise httpx.ReadError("dropped") from exc


class GoogleStage:
    """Ana's primary calendar. Lists come in pages of two and begin with an empty one."""

    def __init__(
        self,
        *,
        send_updates: SendUpdates = "externalOnly",
        conference_data: ConferenceData = "auto",
    ) -> None:
        self.world = World()
        self.world.base = BASE
        self.google = GoogleStandIn(self.world)
        self.google.google_empty_pages = True
        self.ana, self.bo = self.world.people
        self.clock = FakeClock(self.world.now())
        self._wire = Wire(build_app(self.world, [self.google]))
        self.abilities = FakeAbilities()
        self.provider = self._provider(send_updates, conference_data)
        self.calendar = CalendarKey(Provider.GOOGLE, self.ana.email, "primary")
        self.stranger = CalendarKey(Provider.GOOGLE, "nobody@example.com", "primary")

    def _provider(
        self, send_updates: SendUpdates, conference_data: ConferenceData
    ) -> GoogleCalendars:
        http = Http(
            clock=self.clock, origins=[BASE], ca_file=None, limits=LIMITS, transport=self._wire
        )
        info = self.google.service_account_info()
        tokens = ServiceAccountTokens(http, self.clock, info=info, oauth_base=OAUTH)
        return GoogleCalendars(
            http,
            tokens,
            self.clock,
            api_base=API,
            abilities=self.abilities,
            send_updates=send_updates,
            conference_data=conference_data,
        )

    async def person(self, method: str, path: str, **body: Any) -> dict[str, Any]:
        """Let Ana do something by the ordinary API, below her calendar."""
        async with httpx.AsyncClient(transport=self._wire) as client:
            answer = await client.request(
                method,
                f"{API}calendars/primary/{path}",
                json=body or None,
                headers={"authorization": f"Bearer {self.ana.google_token}"},
            )
        answer.raise_for_status()
        read: dict[str, Any] = answer.json() if answer.content else {}
        return read

    async def now(self) -> datetime:
        return self.world.now()

    async def add(
        self,
        *,
        title: str,
        start: datetime,
        minutes: int,
        guests: tuple[str, ...] = (),
        **more: Any,
    ) -> str:
        made = await self.person(
            "POST",
            "events?conferenceDataVersion=1",
            summary=title,
            **_from(start, minutes),
            attendees=[{"email": guest} for guest in guests],
            **more,
        )
        event_id: str = made["id"]
        return event_id

    async def edit(self, event_id: str, *, title: str) -> None:
        await self.person("PATCH", f"events/{event_id}", summary=title)

    async def delete(self, event_id: str) -> None:
        await self.person("DELETE", f"events/{event_id}")

    async def expire_cursors(self) -> None:
        self.google.expire_sync_tokens()

    async def break_next(self, operation: Literal["changes", "get", "write"]) -> None:
        self.strike(operation, kind="status", status=503, count=SENDINGS[operation])

    async def lose_next_write_answer(self) -> None:
        self.strike("write", kind="drop_response")

    async def lose_next_create_answer(self) -> None:
        self.strike("create", kind="drop_response")

    async def mails_sent(self) -> int:
        return len(self.world.mails)

    def strike(self, operation: str, **fault: Any) -> None:
        self.world.faults.append(Fault(provider="google", operation=OPERATIONS[operation], **fault))

    def count(self, operation: str) -> int:
        return self.world.counts["google", OPERATIONS[operation]]

    def stored(self, event_id: str) -> dict[str, Any]:
        """The event as it stands in Ana's calendar."""
        calendars: Mapping[str, Any] = self.google.snapshot()["calendars"]
        events = calendars[self.ana.email]["events"]
        [found] = [event for event in events if event["id"] == event_id]
        return dict(found)


def _from(start: datetime, minutes: int) -> dict[str, Any]:
    end = start.timestamp() + minutes * 60
    zone = "Europe/Berlin"
    return {
        "start": {"dateTime": start.isoformat(), "timeZone": zone},
        "end": {
            "dateTime": datetime.fromtimestamp(end, start.tzinfo).isoformat(),
            "timeZone": zone,
        },
    }
