"""The layer around every operation: it counts, makes waiting times and strikes with faults."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import assert_never

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from syncd.sandbox.fakes.dropping import Recording, drop
from syncd.sandbox.fakes.world import Fault, ProviderName, World

BODY_CAP = 2 * 1024 * 1024
"""Bytes of a request body; a longer one is answered with 413."""

_GARBAGE = "<html><body><h1>It works!</h1></body></html>"


def layered(world: World, provider: ProviderName, route: Route) -> Route:
    """Give the same route with the layer around its handler."""
    operation = Operation(world=world, provider=provider, name=route.name, app=route.app)
    methods = sorted(route.methods or ())
    return Route(route.path, endpoint=operation, methods=methods or None, name=route.name)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation of one provider as an ASGI application."""

    world: World
    provider: ProviderName
    name: str
    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request: count, wait, and either strike it or let the handler answer."""
        self.world.counts[(self.provider, self.name)] += 1
        arriving = capped(receive)
        try:
            if self.world.latency_ms:
                # What has arrived takes its effect, whether or not anybody waits for the answer.
                arriving = await whole(arriving)
                await asyncio.sleep(self.world.latency_ms / 1000)
            fault = self.world.strike(self.provider, self.name)
            if fault is None:
                await self.app(scope, arriving, send)
            else:
                await self._struck(fault, scope, arriving, send, wire=receive)
        except ClientDisconnect:
            # Whoever asks may be killed in the middle of a request: nobody is left to answer.
            return

    async def _struck(
        self, fault: Fault, scope: Scope, receive: Receive, send: Send, *, wire: Receive
    ) -> None:
        match fault.kind:
            case "drop_request":
                await drop(wire)
            case "drop_response":
                await self.app(scope, receive, Recording())
                await drop(wire)
            case "status":
                await _canned(fault)(scope, receive, send)
            case "delay":
                arrived = await whole(receive)
                await asyncio.sleep(fault.delay_ms / 1000)
                await self.app(scope, arrived, send)
            case "garbage":
                await self.app(scope, receive, Recording())
                await HTMLResponse(_GARBAGE)(scope, receive, send)
            case "truncate":
                answer = Recording()
                await self.app(scope, receive, answer)
                await answer.send_half(send)
                await drop(wire)
            case "stale":
                await self.app(_as_stale(scope), receive, send)
            case _:
                assert_never(fault.kind)


def capped(receive: Receive, *, cap: int = BODY_CAP) -> Receive:
    """Give a `receive` that raises HTTPException 413 once the body is longer than `cap` bytes."""
    seen = 0

    async def limited() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > cap:
            raise HTTPException(413, "Request Entity Too Large")
        return message

    return limited


async def whole(receive: Receive) -> Receive:
    """Take in the whole request, and give a `receive` that hands it out however late."""
    messages = [await receive()]
    while messages[-1].get("more_body", False):
        messages.append(await receive())
    waiting = iter(messages)

    async def replayed() -> Message:
        kept = next(waiting, None)
        return await receive() if kept is None else kept

    return replayed


def _as_stale(scope: Scope) -> Scope:
    return {**scope, "state": {**scope.get("state", {}), "stale": True}}


def _canned(fault: Fault) -> Response:
    headers = dict(fault.headers)
    if fault.body is None:
        return Response(status_code=fault.status, headers=headers)
    if isinstance(fault.body, str):
        return PlainTextResponse(fault.body, status_code=fault.status, headers=headers)
    return JSONResponse(fault.body, status_code=fault.status, headers=headers)
