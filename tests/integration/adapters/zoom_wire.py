"""A Zoom that answers as it is told, and the adapter that asks it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx

from syncd.adapters.http import Http, Limits
from syncd.adapters.zoom import DEFAULT_API_BASE, ZoomMeetings, ZoomTokens, origins
from syncd.core.meeting import MeetingSpec
from syncd.core.secret import Secret
from tests.fakes.clock import FakeClock
from tests.fakes.token_store import FakeTokenStore

OAUTH = "https://zoom.us/oauth"
MEETING = {"id": 93_000_000_001, "join_url": "https://zoom.us/j/93000000001"}
SPEC = MeetingSpec(
    topic="Planning",
    start=datetime(2026, 12, 3, 10, 0, tzinfo=UTC),
    duration_minutes=45,
    zone="America/Toronto",
    invitees=(),
    agenda="syncd:a:b",
    waiting_room=False,
    join_before_host=True,
    sign_in_only=False,
)


def refused(status: int, code: int, message: str = "No.", **more) -> httpx.Response:
    return httpx.Response(status, json={"code": code, "message": message} | more)


class Zoom:
    """Gives out tokens, and for each API request the next answer; the last one stays."""

    def __init__(self, *answers: httpx.Response | Exception, api_url: str | None = None) -> None:
        self.answers = list(answers)
        self.api_url = api_url
        self.requests: list[httpx.Request] = []
        self.granted = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            self.granted += 1
            grant = {"access_token": f"token-{self.granted}", "expires_in": 3599}
            return httpx.Response(200, json=grant | {"api_url": self.api_url})
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def bodies(self) -> list[dict[str, object]]:
        return [json.loads(request.content) for request in self.requests]


def meetings(zoom: Zoom, clock: FakeClock | None = None) -> ZoomMeetings:
    clock = clock or FakeClock()
    http = Http(
        clock=clock,
        origins=origins(api_base=DEFAULT_API_BASE, oauth_base=OAUTH),
        ca_file=None,
        limits=Limits(concurrency=4, per_second=1000),
        transport=httpx.MockTransport(zoom),
    )
    tokens = ZoomTokens(
        http,
        FakeTokenStore(),
        clock,
        account_id="acc",
        client_id="app",
        client_secret=Secret("hidden"),
        oauth_base=OAUTH,
        holder="one",
    )
    return ZoomMeetings(http, tokens, clock, DEFAULT_API_BASE)
