"""What the tests of the Microsoft adapter share: a scripted wire, tokens, and the adapter on it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx

from syncd.adapters.http import Http
from syncd.adapters.microsoft import LIMITS, GraphCalendars, PersonTokens
from syncd.ports.errors import ProviderError
from tests.fakes.clock import FakeClock
from tests.unit.adapters.microsoft_items import graph_error

ORIGIN = "https://graph.example"
API = f"{ORIGIN}/v1.0"


class Wire:
    """Gives the scripted answers in order; an exception is raised."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.calls: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.calls.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def body(self, number: int = -1) -> Any:
        return json.loads(self.calls[number].content)


class Tokens:
    """Gives `token-1`, then another after each refusal."""

    def __init__(self, *, error: ProviderError | None = None) -> None:
        self.error = error
        self.refused: list[str] = []

    async def token(self) -> str:
        if self.error is not None:
            raise self.error
        return f"token-{len(self.refused) + 1}"

    async def renewed(self, *, refused: str) -> str:
        self.refused.append(refused)
        return await self.token()


def calendars_on(
    wire: Wire, *, clock: FakeClock | None = None, tokens: Tokens | PersonTokens | None = None
) -> GraphCalendars:
    clock = clock or FakeClock()
    http = Http(
        clock=clock,
        origins=[ORIGIN],
        ca_file=None,
        limits=LIMITS,
        transport=httpx.MockTransport(wire),
    )
    tokens = tokens or Tokens()
    person_tokens = PersonTokens(None, tokens) if isinstance(tokens, Tokens) else tokens
    return GraphCalendars(http, person_tokens, clock, api_base=API, horizon=timedelta(days=60))


def ok(body: Any) -> httpx.Response:
    return httpx.Response(200, json=body)


def refused(status: int, code: str, **headers: str) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, json=graph_error(code), headers=named)


def page(*items: Any, following: str | None = None, delta: str | None = None) -> httpx.Response:
    """A page of a round; its link is below the base of the API."""
    body: dict[str, Any] = {"@odata.context": "x", "value": list(items)}
    if following is not None:
        body["@odata.nextLink"] = f"{API}/{following}"
    if delta is not None:
        body["@odata.deltaLink"] = f"{API}/{delta}"
    return ok(body)
