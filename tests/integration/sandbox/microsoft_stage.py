"""A stage for tests of the Microsoft stand-in: people, tokens, and checked requests."""

from __future__ import annotations

import re
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.routing import Match, Mount

from syncd.sandbox.fakes.microsoft import MicrosoftStandIn
from syncd.sandbox.fakes.world import World
from tests.integration.sandbox.microsoft_schema import check_answer, check_request

IMMUTABLE = {"Prefer": 'IdType="ImmutableId"'}
WINDOW = "startDateTime=2026-12-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z"
MARK = "String {abcdef01-2222-3333-4444-555555555555} Name syncdMeeting"


class Stage:
    """One world, its Microsoft stand-in, and a client that checks all it sends and gets."""

    def __init__(self, *, people: int = 3) -> None:
        self.world = World(people=people)
        self.microsoft = MicrosoftStandIn(self.world)
        self.exchange = self.microsoft.exchange
        self.ana, self.bo, *_ = self.world.people
        self.routes = self.microsoft.routes()
        app = Starlette(routes=[Mount("/microsoft", routes=self.routes)])
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="https://sandbox"
        )

    async def call(
        self, method: str, path: str, *, json=None, headers=None, token=None, strict=True
    ):
        """Send a request to Graph; `path` is below v1.0, or a whole link."""
        url = path if path.startswith("https://") else f"https://sandbox/microsoft/v1.0{path}"
        bearer = {"Authorization": f"Bearer {token or self.ana.microsoft_token}"}
        answer = await self.http.request(
            method, url, json=json, headers={**bearer, **(headers or {})}
        )
        self._check(method, answer, json, strict=strict)
        return answer

    async def get(self, path: str, status: int = 200, **more: Any) -> Any:
        answer = await self.call("GET", path, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def post(self, path: str, json: Any, status: int = 201, **more: Any) -> Any:
        answer = await self.call("POST", path, json=json, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def patch(self, event: Any, json: Any, status: int = 200, **more: Any) -> Any:
        answer = await self.call("PATCH", f"/me/events/{event['id']}", json=json, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def delete(self, event: Any, status: int = 204, **more: Any) -> None:
        answer = await self.call("DELETE", f"/me/events/{event['id']}", **more)
        assert answer.status_code == status, answer.text

    async def create(self, **fields: Any) -> Any:
        """Create an event as Ana, seen by its immutable id."""
        return await self.post("/me/events", a_meeting(**fields), headers=IMMUTABLE)

    async def copy_of(self, event: Any, person: Any) -> Any:
        """Find a person's own copy of a meeting."""
        token = person.microsoft_token
        listed = await self.get("/me/events?$top=999", token=token, headers=IMMUTABLE)
        return next(one for one in listed["value"] if one["iCalUId"] == event["iCalUId"])

    def mails(self) -> list[tuple[str, str]]:
        """Give all mails so far as address and reason, and forget them."""
        sent = [(mail.to, str(mail.reason)) for mail in self.world.mails]
        self.world.mails.clear()
        return sent

    def _check(self, method: str, answer: httpx.Response, json: Any, *, strict: bool) -> None:
        operation = self._operation(method, answer.request.url.path)
        if operation is None:
            return
        if json is not None and strict:
            check_request(operation, json)
        check_answer(operation, answer.status_code, answer.json() if answer.content else None)
        assert answer.headers["request-id"]

    def _operation(self, method: str, path: str) -> str | None:
        inner = path.removeprefix("/microsoft")
        scope = {"type": "http", "path": inner, "method": method, "root_path": ""}
        names = [one.name for one in self.routes if one.matches(scope)[0] is Match.FULL]
        assert len(names) <= 1, names
        return names[0] if names and inner.startswith("/v1.0") else None


def a_time(text: str, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": text, "timeZone": zone}


def a_meeting(*, day: str = "2026-12-07", hour: int = 9, **fields: Any) -> dict[str, Any]:
    """Make the body of a POST: an hour's meeting unless told otherwise."""
    return {
        "subject": "Planning",
        "start": a_time(f"{day}T{hour:02}:00:00"),
        "end": a_time(f"{day}T{hour + 1:02}:00:00"),
        **fields,
    }


def an_attendee(address: str) -> dict[str, Any]:
    return {"type": "required", "emailAddress": {"address": address, "name": address}}


def weekly(*days: str, first: str = "2026-12-07", **span: Any) -> dict[str, Any]:
    """Make a weekly recurrence, endless unless told otherwise."""
    return {
        "pattern": {
            "type": "weekly",
            "interval": 1,
            "daysOfWeek": list(days),
            "firstDayOfWeek": "sunday",
        },
        "range": {"type": "noEnd", "startDate": first, **span},
    }


def text_of(content: str) -> str:
    """Give what stands between the body tags of stored HTML."""
    match = re.search(r"<body>\r\n(.*)\r\n</body>", content, re.DOTALL)
    return match[1] if match else ""
