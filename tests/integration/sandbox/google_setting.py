"""Small factories for the tests of the Google stand-in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.google import GoogleStandIn
from syncd.sandbox.fakes.world import World

ANA, BO = "ana@example.com", "bo@example.com"
EVENTS = "/calendars/primary/events"
OAUTH = "/google/oauth"
EVENTS_SCOPE = "https://www.googleapis.com/auth/calendar.events"


@dataclass
class Setting:
    world: World
    google: GoogleStandIn
    client: httpx.AsyncClient

    async def call(self, method: str, path: str, *, who: int = 0, **options: Any) -> httpx.Response:
        headers = {
            "authorization": f"Bearer {self.world.people[who].google_token}",
            **options.pop("headers", {}),
        }
        return await self.client.request(
            method, f"/google/calendar/v3{path}", headers=headers, **options
        )

    async def ok(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        answer = await self.call(method, path, **options)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def insert(
        self, *, query: dict[str, Any] | None = None, who: int = 0, **fields: Any
    ) -> dict[str, Any]:
        return await self.ok("POST", EVENTS, params=query, json=event(**fields), who=who)

    async def patch(
        self, event_id: str, *, query: dict[str, Any] | None = None, who: int = 0, **fields: Any
    ) -> dict[str, Any]:
        return await self.ok("PATCH", f"{EVENTS}/{event_id}", params=query, json=fields, who=who)

    async def get(self, event_id: str, *, who: int = 0, **options: Any) -> dict[str, Any]:
        return await self.ok("GET", f"{EVENTS}/{event_id}", who=who, **options)

    async def list(self, *, who: int = 0, **query: Any) -> dict[str, Any]:
        return await self.ok("GET", EVENTS, params=query, who=who)


def setting(*, people: int = 2) -> Setting:
    world = World(people=people)
    world.base = "https://sandbox"
    google = GoogleStandIn(world)
    transport = httpx.ASGITransport(app=build_app(world, [google]))
    client = httpx.AsyncClient(transport=transport, base_url=world.base)
    return Setting(world, google, client)


def event(**fields: Any) -> dict[str, Any]:
    return {
        "summary": "Planning",
        "start": {"dateTime": "2027-01-11T10:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2027-01-11T11:00:00+01:00", "timeZone": "Europe/Berlin"},
        **fields,
    }


def reason(answer: httpx.Response) -> tuple[int, str]:
    """Give status and reason of a refusal, which are all that a client should look at."""
    return answer.status_code, answer.json()["error"]["errors"][0]["reason"]


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


def bearer(text: str) -> dict[str, str]:
    return {"authorization": f"Bearer {text}"}
