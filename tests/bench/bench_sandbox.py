"""How fast the sandbox answers, in wall time and in CPU time of its own process.

`python -m tests.bench.bench_sandbox [REQUESTS]` prints JSON. The CPU figures hold still where other
work shares the machine; every figure stands beside that of a trivial route of the same server.
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.server import make_authority, serve
from syncd.sandbox.fakes.stand_ins import StandIns
from syncd.sandbox.fakes.world import World

CONNECTIONS = 20
REQUESTS = 2000
EVENTS = 50
TRIVIAL = "/_bench/trivial"


@dataclass(frozen=True)
class Server:
    process: subprocess.Popen[str]
    base: str
    ca_pem: str
    tokens: dict[str, str]

    def cpu_seconds(self) -> float:
        """User and system time of the process so far."""
        text = Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = text.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=self.ca_pem)


@dataclass(frozen=True)
class Shot:
    """One request to be repeated."""

    name: str
    method: str
    url: str
    token: str = ""
    body: dict[str, Any] | None = None

    def wire(self) -> bytes:
        parts = urlsplit(self.url)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        body = json.dumps(self.body).encode() if self.body is not None else b""
        head = [f"{self.method} {target} HTTP/1.1", f"Host: {parts.netloc}"]
        head += [f"Authorization: Bearer {self.token}", f"Content-Length: {len(body)}"]
        head += ["Content-Type: application/json"] if body else []
        return "\r\n".join([*head, "", ""]).encode() + body


async def serve_forever() -> None:
    """The server's side: say on one line where it is, then serve until the end of stdin."""
    world = World(people=2)
    app = build_app(world, StandIns.of(world).all())
    app.router.routes.append(Route(TRIVIAL, _trivial))
    authority = make_authority()
    person = world.people[0]
    async with serve(app, authority=authority) as base:
        world.base = base
        tokens = {
            "google": person.google_token,
            "microsoft": person.microsoft_token,
            "zoom": person.zoom_token,
        }
        line = {"base": base, "ca_pem": authority.ca_pem.decode(), "tokens": tokens}
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


async def _trivial(_request: Request) -> Response:
    return JSONResponse({"ok": True})


@contextmanager
def server() -> Iterator[Server]:
    command = [sys.executable, "-m", "tests.bench.bench_sandbox", "--serve"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        line = json.loads(process.stdout.readline())
        yield Server(process, line["base"], line["ca_pem"], line["tokens"])
    finally:
        process.stdin.close()
        process.wait(timeout=10)
        process.stdout.close()


def prepare(one: Server) -> list[Shot]:
    """Fill the calendars and give what is to be measured."""
    with httpx.Client(base_url=one.base, verify=one.context(), trust_env=False) as client:
        return [
            Shot("baseline", "GET", one.base + TRIVIAL),
            *_google_shots(client, one),
            *_microsoft_shots(client, one),
            *_zoom_shots(client, one),
        ]


def _google_shots(client: httpx.Client, one: Server) -> list[Shot]:
    token = one.tokens["google"]
    url = f"{one.base}/google/calendar/v3/calendars/primary/events"
    body = {
        "summary": "Planning",
        "description": "agenda " * 20,
        "start": {"dateTime": "2027-01-11T10:00:00+01:00"},
        "end": {"dateTime": "2027-01-11T11:00:00+01:00"},
        "attendees": [{"email": "pat@partner.test"}],
    }
    made = [_json(client, "POST", url, token, body=body) for _ in range(EVENTS)]
    sync = _json(client, "GET", url, token)["nextSyncToken"]
    patch = {"location": "https://zoom.test/j/1", "description": "agenda " * 30}
    return [
        Shot("google events.list with syncToken", "GET", f"{url}?syncToken={sync}", token),
        Shot("google events.list in full", "GET", url, token),
        Shot("google events.get", "GET", f"{url}/{made[0]['id']}", token),
        Shot("google events.patch", "PATCH", f"{url}/{made[0]['id']}", token, patch),
    ]


def _microsoft_shots(client: httpx.Client, one: Server) -> list[Shot]:
    token = one.tokens["microsoft"]
    url = f"{one.base}/microsoft/v1.0/me"
    body = {
        "subject": "Planning",
        "start": {"dateTime": "2027-01-11T10:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2027-01-11T11:00:00", "timeZone": "UTC"},
    }
    made = [_json(client, "POST", f"{url}/events", token, body=body) for _ in range(EVENTS)]
    window = "startDateTime=2027-01-01T00:00:00Z&endDateTime=2027-02-01T00:00:00Z"
    page = _json(client, "GET", f"{url}/calendarView/delta?{window}", token)
    while "@odata.nextLink" in page:
        page = _json(client, "GET", page["@odata.nextLink"], token)
    event = f"{url}/events/{made[0]['id']}"
    return [
        Shot("microsoft calendarView/delta", "GET", page["@odata.deltaLink"], token),
        Shot("microsoft event", "GET", event, token),
        Shot("microsoft event", "PATCH", event, token, {"location": {"displayName": "here"}}),
    ]


def _zoom_shots(client: httpx.Client, one: Server) -> list[Shot]:
    token = one.tokens["zoom"]
    url = f"{one.base}/zoom/v2"
    body = {"topic": "Planning", "type": 2, "start_time": "2027-01-11T10:00:00Z", "duration": 60}
    made = [
        _json(client, "POST", f"{url}/users/me/meetings", token, body=body) for _ in range(EVENTS)
    ]
    meeting = f"{url}/meetings/{made[0]['id']}"
    listing = f"{url}/users/me/meetings?type=scheduled&page_size=300"
    return [
        Shot("zoom meeting", "GET", meeting, token),
        Shot("zoom meetings", "GET", listing, token),
    ]


def _json(
    client: httpx.Client, method: str, url: str, token: str, *, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    answer = client.request(method, url, headers={"authorization": f"Bearer {token}"}, json=body)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


async def _connection(one: Server, shot: Shot, context: ssl.SSLContext, count: int) -> None:
    parts = urlsplit(one.base)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, ssl=context)
    wire = shot.wire()
    for _ in range(count):
        writer.write(wire)
        await _answer(reader, shot)
    writer.close()
    await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader, shot: Shot) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
    body = await reader.readexactly(int(length or 0))
    if not head.startswith((b"http/1.1 200", b"http/1.1 204")):
        raise RuntimeError(f"{shot.name}: {head[:40]!r} {body[:500]!r}")


async def measure(one: Server, shot: Shot, requests: int) -> dict[str, float]:
    context = one.context()
    count = requests // CONNECTIONS
    await _connection(one, shot, context, 20)
    cpu, wall = one.cpu_seconds(), perf_counter()
    await asyncio.gather(*(_connection(one, shot, context, count) for _ in range(CONNECTIONS)))
    cpu, wall = one.cpu_seconds() - cpu, perf_counter() - wall
    done = count * CONNECTIONS
    return {
        "requests_per_second": round(done / wall),
        "requests_per_cpu_second": round(done / cpu),
        "cpu_ms_per_request": round(1000 * cpu / done, 3),
    }


def run(requests: int) -> dict[str, Any]:
    with server() as one:
        found = {
            f"{shot.name}, {shot.method}": asyncio.run(measure(one, shot, requests))
            for shot in prepare(one)
        }
    trivial = found["baseline, GET"]["cpu_ms_per_request"]
    for figures in found.values():
        figures["cpu_to_baseline"] = round(figures["cpu_ms_per_request"] / trivial, 2)
    return {"connections": CONNECTIONS, "requests": requests, "figures": found}


def main() -> None:
    if sys.argv[1:] == ["--serve"]:
        asyncio.run(serve_forever())
        return
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS
    sys.stdout.write(json.dumps(run(requests), indent=2) + "\n")


if __name__ == "__main__":
    main()
