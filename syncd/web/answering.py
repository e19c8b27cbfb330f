"""Which requests have no answer yet: what they work with stays open until they have."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send


class Answering:
    """Hands every request on, and knows which of them have no answer yet."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._under_way: set[asyncio.Future[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        answered = asyncio.get_running_loop().create_future()
        self._under_way.add(answered)
        try:
            await self._app(scope, receive, send)
        finally:
            self._under_way.discard(answered)
            answered.set_result(None)

    async def settled(self, *, patience: float) -> None:
        """Wait for the answers to what came until now, so many seconds at most."""
        waiting = set(self._under_way)
        if waiting:
            await asyncio.wait(waiting, timeout=patience)
