"""What the tests of the Google adapter share: a key, a scripted wire, and the adapter on it."""

from __future__ import annotations

import base64
import json
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from syncd.adapters.google import GoogleCalendars, ServiceAccountTokens
from syncd.adapters.google.writing import SendUpdates
from syncd.adapters.http import Http, Limits
from syncd.core.ids import CalendarKey, EventRef, Provider
from tests.fakes.abilities import FakeAbilities
from tests.fakes.clock import FakeClock

BASE = "https://google.example"
API = f"{BASE}/calendar/v3/"
OAUTH = f"{BASE}/oauth"
ANA = CalendarKey(Provider.GOOGLE, "ana@example.com", "primary")
LIMITS = Limits(concurrency=4, per_second=1000, burst=1000)


@cache
def private_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def service_account(**fields: Any) -> dict[str, Any]:
    """A key as Google makes it."""
    pem = private_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    info = {
        "type": "service_account",
        "client_email": "syncd@project.iam.gserviceaccount.com",
        "client_id": "1234567890",
        "private_key_id": "k1",
        "private_key": pem.decode(),
        "token_uri": "https://oauth2.googleapis.com/token",
    }
    return {**info, **fields}


def claims(request: httpx.Request) -> dict[str, Any]:
    """The claims of the assertion in a request for a token."""
    [assertion] = parse_qs(request.content.decode())["assertion"]
    payload = assertion.split(".")[1]
    read: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return read


def token_answer(name: str = "token-1", lifetime: Any = 3600) -> httpx.Response:
    body = {"access_token": name, "expires_in": lifetime, "token_type": "Bearer"}
    return httpx.Response(200, json=body)


class Wire:
    """Gives the scripted answers in order; asked for a token without one, it makes one."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.token_answers: list[httpx.Response | Exception] = []
        self.calls: list[httpx.Request] = []
        self.token_calls: list[httpx.Request] = []

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/token"):
            self.token_calls.append(request)
            made = token_answer(f"token-{len(self.token_calls)}")
            answer = self.token_answers.pop(0) if self.token_answers else made
        else:
            self.calls.append(request)
            answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def query(self, number: int = -1) -> dict[str, str]:
        return dict(self.calls[number].url.params)

    def body(self, number: int = -1) -> Any:
        return json.loads(self.calls[number].content)


def http_on(wire: Wire, clock: FakeClock) -> Http:
    return Http(
        clock=clock,
        origins=[BASE],
        ca_file=None,
        limits=LIMITS,
        transport=httpx.MockTransport(wire),
    )


def tokens_on(wire: Wire, clock: FakeClock, **fields: Any) -> ServiceAccountTokens:
    info = service_account(**fields)
    return ServiceAccountTokens(http_on(wire, clock), clock, info=info, oauth_base=OAUTH)


def calendars_on(
    wire: Wire, clock: FakeClock | None = None, *, send_updates: SendUpdates = "externalOnly"
) -> GoogleCalendars:
    clock = clock or FakeClock()
    http = http_on(wire, clock)
    tokens = ServiceAccountTokens(http, clock, info=service_account(), oauth_base=OAUTH)
    return GoogleCalendars(
        http,
        tokens,
        clock,
        api_base=API,
        abilities=FakeAbilities(),
        send_updates=send_updates,
    )


def event(**fields: Any) -> dict[str, Any]:
    """A single event as Google answers it."""
    made = {
        "id": "ev1",
        "etag": '"1"',
        "status": "confirmed",
        "iCalUID": "ev1@google.com",
        "updated": "2026-11-30T08:00:00.000Z",
        "summary": "Lunch",
        "start": {"dateTime": "2026-12-02T11:00:00Z", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-12-02T12:00:00Z", "timeZone": "Europe/Berlin"},
        "organizer": {"email": "ana@example.com", "self": True},
    }
    return {**made, **fields}


def page(*items: Any, **fields: Any) -> httpx.Response:
    facts = {"kind": "calendar#events", "timeZone": "Europe/Berlin", "accessRole": "owner"}
    return httpx.Response(200, json={**facts, "items": list(items), **fields})


def ok(body: Any) -> httpx.Response:
    return httpx.Response(200, json=body)


def refused(status: int, reason: str, **headers: str) -> httpx.Response:
    error = {"domain": "calendar", "reason": reason, "message": "no"}
    body = {"error": {"code": status, "message": "no", "errors": [error]}}
    return httpx.Response(status, json=body, headers=headers)


EVENT_1 = EventRef(ANA, "ev1")
