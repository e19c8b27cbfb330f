"""The way to the stand-ins, with poison on it: what it does to a request, and to an event that is read."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import httpx

from tests.integration.adapters.microsoft_sandbox import Wire

SILENCE = 3600.0

Told = httpx.Response | float | None
"""An answer in the provider's place, or the seconds to say nothing; None leaves the request alone."""

Poison = Callable[[httpx.Request], Told]
Spoil = Callable[[dict[str, Any]], None]


class PoisonedWire(httpx.AsyncBaseTransport):
    """Strikes requests by `poisons`, and events by `spoils`, which go by the event's id."""

    def __init__(self, inner: Wire) -> None:
        self._inner = inner
        self.poisons: list[Poison] = []
        self.spoils: dict[str, Spoil] = {}
        self.on_arrival: Callable[[httpx.Request], None] = lambda _: None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        for poison in self.poisons:
            told = poison(request)
            if isinstance(told, httpx.Response):
                return told
            if told is not None:
                await asyncio.sleep(told)
        self.on_arrival(request)
        answer = await self._inner.handle_async_request(request)
        return await self._spoiled(answer) if self.spoils else answer

    async def _spoiled(self, answer: httpx.Response) -> httpx.Response:
        content = await answer.aread()
        struck = [one for event_id, one in self.spoils.items() if event_id.encode() in content]
        if not struck or not answer.is_success:
            return httpx.Response(answer.status_code, headers=answer.headers, content=content)
        body = json.loads(content)
        for item in body.get("items") or body.get("value") or [body]:
            if item.get("id") in self.spoils and "start" in item:
                self.spoils[item["id"]](item)
        return httpx.Response(answer.status_code, json=body)


def about(event_id: str, method: str, told: Callable[[], Told]) -> Poison:
    """Strike the requests of this kind that are about one event."""

    def poison(request: httpx.Request) -> Told:
        is_it = unquote(request.url.path).endswith(f"/{event_id}") and request.method == method
        return told() if is_it else None

    return poison


def within(*texts: str, told: Callable[[], Told]) -> Poison:
    """Strike the requests that have all these texts in their address or body."""

    def poison(request: httpx.Request) -> Told:
        known = unquote(str(request.url)) + request.content.decode("utf-8", "replace")
        return told() if all(text in known for text in texts) else None

    return poison
