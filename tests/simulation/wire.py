"""The network between one process and the stand-ins: every call passes here, and may be struck."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import httpx
from starlette.types import ASGIApp

from tests.simulation.faults import Faults, Strike
from tests.simulation.process import Killed, Process

_NAMES = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"/zoom/v2/users/[^/]+/meetings$", "/users/{id}/meetings"),
        (r"/zoom/v2/users/[^/]+$", "/users/{id}"),
        (r"/zoom/v2/meetings/[0-9]+$", "/meetings/{id}"),
        (r"/zoom/v2/meetings/[0-9]+/invitation$", "/meetings/{id}/invitation"),
        (r"/zoom/oauth/token$", "token"),
        (r"/google/oauth/token$", "token"),
        (r"/google/calendar/v3/calendars/[^/]+/events$", "/events"),
        (r"/google/calendar/v3/calendars/[^/]+/events/[^/]+$", "/events/{id}"),
        (r"/google/calendar/v3/calendars/[^/]+/events/[^/]+/instances$", "/instances"),
        (r"/microsoft/v1.0/users/[^/]+/calendarView/delta$", "/delta"),
        (r"/microsoft/v1.0/users/[^/]+/events/[^/]+$", "/events/{id}"),
        (r"/microsoft/v1.0/users/[^/]+/events/[^/]+/instances$", "/instances"),
        (r"/microsoft/v1.0/users/[^/]+/.*$", "/other"),
    )
)


def named(request: httpx.Request) -> str:
    """Give a call's name, e.g. `zoom POST /users/{id}/meetings`."""
    path = request.url.path
    method = request.headers.get("x-http-method-override", request.method)
    return f"{path.split('/')[1]} {method} {_name_of(path)}"


@lru_cache(maxsize=4096)
def _name_of(path: str) -> str:
    return next((name for pattern, name in _NAMES if pattern.fullmatch(path)), path)


async def answered(app: ASGIApp, request: httpx.Request, *, stale: bool = False) -> httpx.Response:
    """Let the stand-ins answer a request."""
    content = await request.aread()
    state: dict[str, Any] = {"stale": True} if stale else {}
    url = request.url
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "scheme": "https",
        "path": url.path,
        "raw_path": url.raw_path.partition(b"?")[0],
        "query_string": url.query,
        "server": (url.host, 443),
        "client": ("127.0.0.1", 1),
        "root_path": "",
        "state": state,
    }
    answer: dict[str, Any] = {}
    body = bytearray()
    asked = [{"type": "http.request", "body": content, "more_body": False}]

    async def receive() -> dict[str, Any]:
        return asked.pop() if asked else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.update(message)
        else:
            body.extend(message.get("body", b""))

    await app(scope, receive, send)
    return httpx.Response(
        answer["status"], headers=answer["headers"], content=bytes(body), request=request
    )


class People(httpx.AsyncBaseTransport):
    """The network of people's own apps, which never fails."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await answered(self._app, request)


class Witnessing(Protocol):
    """Who looks at each call, and makes it happen."""

    def always(self, name: str) -> Strike | None:
        """Give what befalls every such call at this moment."""
        ...

    def sending(self, process: Process, request: httpx.Request, strike: Strike | None) -> None:
        """See a call that its process sends."""
        ...

    async def happening(
        self, process: Process, request: httpx.Request, *, stale: bool
    ) -> httpx.Response:
        """Let it take its effect."""
        ...

    def answering(self, request: httpx.Request, response: httpx.Response | None) -> None:
        """See what its process learns of it; None is silence."""
        ...


@dataclass(frozen=True, slots=True)
class Seam:
    """Between a process and the world: what strikes it, who looks, and where it is written down."""

    process: Process
    faults: Faults
    witness: Witnessing
    note: Callable[[str], None]


class Wire(httpx.AsyncBaseTransport):
    """The network of one process."""

    def __init__(self, seam: Seam, chance: random.Random) -> None:
        self._process = seam.process
        self._faults = seam.faults
        self._witness = seam.witness
        self._note = seam.note
        self._chance = chance

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        process = self._process
        await process.goes_on()
        name = named(request)
        strike = self._faults.at(name) or self._witness.always(name)
        self._note(f"{process.name} {name}{f' {strike}' if strike else ''}")
        self._witness.sending(process, request, strike)
        try:
            response = await self._exchanged(request, strike)
        except httpx.ConnectError:
            # Certainly not sent.
            self._witness.answering(request, httpx.Response(400, request=request))
            raise
        except BaseException:
            self._witness.answering(request, None)
            raise
        self._witness.answering(request, response)
        return response

    async def _exchanged(self, request: httpx.Request, strike: Strike | None) -> httpx.Response:
        process = self._process
        # Drawn always, so that a run without this fault has the same other chances.
        way, back = self._chance.uniform(0.02, 0.2), self._chance.uniform(0.02, 0.2)
        await asyncio.sleep(way)
        if process.is_dead:
            raise Killed
        if strike is not None:
            return await self._struck(request, strike, back)
        response = await self._happen(request)
        await asyncio.sleep(back)
        await process.goes_on()
        return response

    async def _happen(self, request: httpx.Request, *, stale: bool = False) -> httpx.Response:
        response = await self._witness.happening(self._process, request, stale=stale)
        self._note(f"{self._process.name} {named(request)} -> {response.status_code}")
        return response

    async def _struck(  # noqa: C901, PLR0911, PLR0912, PLR0915 - one case for each kind of a closed set
        self, request: httpx.Request, strike: Strike, back: float
    ) -> httpx.Response:
        process = self._process
        match strike.kind:
            case "killed before":
                process.kill()
                raise Killed
            case "killed after":
                await self._happen(request)
                process.kill()
                raise Killed
            case "lost":
                return await self._silence(request, strike)
            case "unanswered" | "failed after" | "garbage":
                await self._happen(request)
                if strike.kind == "unanswered":
                    return await self._silence(request, strike)
                text = "<html>It works!</html>"
                return httpx.Response(
                    200 if strike.kind == "garbage" else 502, text=text, request=request
                )
            case "late":
                self._later(request, strike.seconds)
                return await self._silence(request, strike)
            case "frozen before":
                process.freeze(strike.seconds)
                # The request has left this process's last look at the clock behind it.
                await process.goes_on()
                return await self._happen(request)
            case "frozen after":
                response = await self._happen(request)
                process.freeze(strike.seconds)
                await process.goes_on()
                return response
            case "refused":
                if strike.seconds < 1:
                    raise httpx.ConnectError("injected", request=request)
                return httpx.Response(503, json={}, request=request)
            case "slow":
                response = await self._happen(request)
                await asyncio.sleep(strike.seconds)
                await process.goes_on()
                return response
            case "told to wait":
                headers = {"retry-after": str(int(strike.seconds))}
                return httpx.Response(429, headers=headers, json={}, request=request)
            case "stale":
                response = await self._happen(request, stale=True)
                await asyncio.sleep(back)
                return response
            case "expired":
                body = {"error": {"code": "SyncStateNotFound", "message": "gone"}}
                return httpx.Response(410, json=body, request=request)

    async def _silence(self, request: httpx.Request, strike: Strike) -> httpx.Response:
        """Be cut off at once, or wait until the deadline ends it."""
        if strike.seconds < 5:
            raise httpx.ReadError("injected", request=request)
        await asyncio.sleep(3600)
        raise httpx.ReadTimeout("injected", request=request)

    def _later(self, request: httpx.Request, seconds: float) -> None:
        """Let the call happen when nobody waits for it any more, even by a process that is dead."""

        async def happen() -> None:
            await asyncio.sleep(seconds)
            await self._happen(request)
            self._faults.on_their_way -= 1

        self._faults.on_their_way += 1

        context = Context()
        loop = asyncio.get_running_loop()
        task = loop.create_task(happen(), context=context)
        _LATE.add(task)
        task.add_done_callback(_LATE.discard)


# The loop itself keeps no task alive.
_LATE: set[asyncio.Task[None]] = set()
