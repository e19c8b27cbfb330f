"""The shared server: faults, counts, control routes, and real connections over TLS."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.dropping import ConnectionDropped
from syncd.sandbox.fakes.layer import BODY_CAP
from syncd.sandbox.fakes.server import make_authority, serve
from syncd.sandbox.fakes.world import ProviderName, World

PLAIN = "GET /things/{thingId}"
WRITE = "POST /things"


class Things:
    """A small stand-in: it keeps what is posted."""

    def __init__(self, name: ProviderName) -> None:
        self.name = name
        self.posted: list[bytes] = []
        self.has_post = asyncio.Event()

    def routes(self) -> list[Route]:
        return [
            Route("/v1/things/{thingId}", self.get, methods=["GET"], name=PLAIN),
            Route("/v1/things", self.post, methods=["POST"], name=WRITE),
        ]

    async def get(self, request: Request) -> Response:
        stale = getattr(request.state, "stale", False)
        query = request.url.query
        return JSONResponse({"thing": request.path_params["thingId"], "stale": stale, "q": query})

    async def post(self, request: Request) -> Response:
        self.posted.append(await request.body())
        self.has_post.set()
        return JSONResponse({"ok": True}, status_code=201)

    def snapshot(self) -> dict[str, Any]:
        return {"posted": len(self.posted)}

    def reset(self) -> None:
        self.posted.clear()


def setting() -> tuple[World, Things, httpx.AsyncClient]:
    world = World()
    things = Things("zoom")
    app = build_app(world, [things, Things("google")])
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://sandbox")
    return world, things, client


async def add_fault(client: httpx.AsyncClient, **fault: Any) -> None:
    answer = await client.post("/_sandbox/faults", json={"provider": "zoom", **fault})
    assert answer.status_code == 201, answer.text


async def test_requests_are_counted_by_operation():
    world, _, client = setting()
    await client.get("/zoom/v1/things/7")
    await client.get("/zoom/v1/things/8")
    state = (await client.get("/_sandbox/state")).json()
    assert state["requests"] == {"zoom": {PLAIN: 2}}
    assert state["zoom"] == {"posted": 0}
    assert world.counts[("zoom", PLAIN)] == 2


async def test_a_status_fault_skips_then_strikes_then_is_spent():
    _, things, client = setting()
    await add_fault(
        client,
        operation=WRITE,
        kind="status",
        status=429,
        headers={"Retry-After": "3"},
        body={"code": 429},
        skip=1,
        count=2,
    )
    statuses = [(await client.post("/zoom/v1/things", content=b"x")) for _ in range(4)]
    assert [one.status_code for one in statuses] == [201, 429, 429, 201]
    assert statuses[1].headers["retry-after"] == "3"
    assert statuses[1].json() == {"code": 429}
    assert len(things.posted) == 2


async def test_a_dropped_request_has_no_effect_and_a_dropped_response_has_its():
    _, things, client = setting()
    await add_fault(client, operation=WRITE, kind="drop_request")
    with pytest.raises(ConnectionDropped):
        await client.post("/zoom/v1/things", content=b"a")
    assert things.posted == []
    await add_fault(client, operation=WRITE, kind="drop_response")
    with pytest.raises(ConnectionDropped):
        await client.post("/zoom/v1/things", content=b"b")
    assert things.posted == [b"b"]


async def test_garbage_is_html_after_the_effect():
    _, things, client = setting()
    await add_fault(client, operation=WRITE, kind="garbage")
    answer = await client.post("/zoom/v1/things", content=b"a")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert things.posted == [b"a"]


async def test_stale_reaches_the_handler():
    _, _, client = setting()
    await add_fault(client, operation=PLAIN, kind="stale")
    assert (await client.get("/zoom/v1/things/1")).json()["stale"] is True
    assert (await client.get("/zoom/v1/things/1")).json()["stale"] is False


async def test_delay_lets_the_handler_answer():
    _, _, client = setting()
    await add_fault(client, operation=PLAIN, kind="delay", delay_ms=1)
    assert (await client.get("/zoom/v1/things/1")).json()["thing"] == "1"


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ({"operation": WRITE, "kind": "status", "colour": "red"}, "colour"),
        ({"operation": "POST /thing", "kind": "status"}, "operation"),
        ({"operation": WRITE, "kind": "explode"}, "kind"),
        ({"operation": WRITE, "kind": "status", "status": 42}, "status"),
        ({"operation": WRITE, "kind": "status", "count": 0}, "count"),
        ({"operation": WRITE, "kind": "status", "skip": "2"}, "skip"),
        ({"operation": WRITE, "kind": "status", "headers": {"a": 1}}, "headers"),
        ({"provider": "apple", "operation": WRITE, "kind": "status"}, "provider"),
    ],
)
async def test_a_fault_that_would_test_nothing_is_refused(fault, word):
    world, _, client = setting()
    answer = await client.post("/_sandbox/faults", json={"provider": "zoom", **fault})
    assert answer.status_code == 400
    assert word in answer.json()["problem"]
    assert world.faults == []


async def test_faults_can_be_listed_and_cleared():
    world, _, client = setting()
    await add_fault(client, operation=PLAIN, kind="drop_request")
    listed = (await client.get("/_sandbox/faults")).json()
    assert [(one["operation"], one["kind"]) for one in listed] == [(PLAIN, "drop_request")]
    assert (await client.delete("/_sandbox/faults")).status_code == 204
    assert world.faults == []


async def test_the_clock_advances_and_reset_forgets_everything():
    world, things, client = setting()
    before = world.now()
    assert (await client.post("/_sandbox/advance", json={"seconds": 3600})).status_code == 200
    assert (world.now() - before).total_seconds() >= 3600
    assert (await client.post("/_sandbox/advance", json={"seconds": "x"})).status_code == 400
    await client.post("/zoom/v1/things", content=b"a")
    assert (await client.post("/_sandbox/reset")).status_code == 204
    assert things.posted == []
    assert world.offset.total_seconds() == 0


async def test_unknown_paths_and_methods_are_refused_in_the_providers_shape():
    _, _, client = setting()
    missing = await client.get("/zoom/v1/nothing")
    assert (missing.status_code, missing.json()["code"]) == (404, 2300)
    google = await client.get("/google/v1/nothing")
    assert (google.status_code, google.json()["error"]["code"]) == (404, 404)
    assert (await client.delete("/zoom/v1/things")).status_code == 405


async def test_a_body_over_the_cap_is_refused():
    _, things, client = setting()
    answer = await client.post("/zoom/v1/things", content=b"x" * (BODY_CAP + 1))
    assert answer.status_code == 413
    assert things.posted == []


async def test_google_takes_a_long_get_as_a_post():
    _, _, client = setting()
    headers = {
        "x-http-method-override": "GET",
        "content-type": "application/x-www-form-urlencoded",
    }
    answer = await client.post("/google/v1/things/5?a=1", content=b"b=2", headers=headers)
    assert answer.json() == {"thing": "5", "stale": False, "q": "a=1&b=2"}
    assert (await client.post("/zoom/v1/things/5", headers=headers)).status_code == 405


async def test_over_tls_answers_come_and_faults_break_the_connection():
    world = World()
    app = build_app(world, [Things("zoom")])
    authority = make_authority()
    async with serve(app, authority=authority) as base:
        client = httpx.AsyncClient(
            base_url=base, verify=authority.client_context(), trust_env=False
        )
        async with client:
            assert (await client.get("/zoom/v1/things/1")).json()["thing"] == "1"
            for kind in ("drop_request", "drop_response", "truncate"):
                await add_fault(client, operation=PLAIN, kind=kind)
                with pytest.raises(httpx.TransportError):
                    await client.get("/zoom/v1/things/1")
            assert (await client.get("/zoom/v1/things/2")).json()["thing"] == "2"
    assert world.counts[("zoom", PLAIN)] == 5


async def test_what_has_arrived_takes_its_effect_though_its_sender_is_gone_meanwhile():
    world, things = World(latency_ms=30), Things("zoom")
    authority = make_authority()
    async with serve(build_app(world, [things]), authority=authority) as base:
        host, _, port = base.removeprefix("https://").partition(":")
        _, writer = await asyncio.open_connection(
            host, int(port), ssl=authority.client_context(), server_hostname=host
        )
        writer.write(b"POST /zoom/v1/things HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc")
        await writer.drain()
        writer.close()
        await asyncio.wait_for(things.has_post.wait(), 60)
    assert things.posted == [b"abc"]


async def test_whoever_goes_in_the_middle_of_a_request_leaves_nothing_and_no_complaint():
    world, things = World(), Things("zoom")
    app = build_app(world, [things])
    messages = [
        {"type": "http.request", "body": b"ab", "more_body": True},
        {"type": "http.disconnect"},
    ]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/zoom/v1/things",
        "query_string": b"",
        "headers": [],
    }
    for latency in (0, 1):
        world.latency_ms = latency
        coming, sent = iter(messages), list[Any]()

        async def receive(coming=coming):
            return next(coming)

        async def send(message, sent=sent):
            sent.append(message)

        await app(dict(scope), receive, send)
        assert (sent, things.posted) == ([], [])


async def test_latency_is_waited_for_and_a_bare_status_has_no_body():
    world, _, client = setting()
    world.latency_ms = 1
    await add_fault(client, operation=PLAIN, kind="status", status=503)
    await add_fault(client, operation=PLAIN, kind="status", status=502, body="oops")
    answers = [await client.get("/zoom/v1/things/1") for _ in range(3)]
    assert [(one.status_code, one.text) for one in answers[:2]] == [(503, ""), (502, "oops")]
    assert answers[2].is_success


async def test_a_truncated_answer_breaks_off_in_process_too():
    _, _, client = setting()
    await add_fault(client, operation=PLAIN, kind="truncate")
    with pytest.raises(ConnectionDropped):
        await client.get("/zoom/v1/things/1")


@pytest.mark.parametrize("body", [b"nonsense", b"[]"])
async def test_control_requests_are_json_objects(body):
    _, _, client = setting()
    for path in ("/_sandbox/faults", "/_sandbox/advance"):
        answer = await client.post(path, content=body)
        assert answer.status_code == 400
        assert answer.json()["problem"]


async def test_a_get_sent_as_a_post_can_be_dropped_over_tls():
    world = World()
    app = build_app(world, [Things("google")])
    authority = make_authority()
    async with serve(app, authority=authority) as base:
        world.base = base
        context = authority.client_context()
        async with httpx.AsyncClient(base_url=base, verify=context, trust_env=False) as client:
            fault = {"provider": "google", "operation": PLAIN, "kind": "drop_request"}
            assert (await client.post("/_sandbox/faults", json=fault)).is_success
            headers = {"x-http-method-override": "GET"}
            with pytest.raises(httpx.TransportError):
                await client.post("/google/v1/things/1", content=b"a=1", headers=headers)
            answer = await client.post("/google/v1/things/1", content=b"a=1", headers=headers)
            assert answer.json()["q"] == "a=1"


async def test_an_unknown_path_of_graph_and_of_nobody_is_refused():
    app = build_app(World(), [Things("microsoft")])
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://sandbox") as client:
        graph = await client.get("/microsoft/v1/nothing")
        assert (graph.status_code, graph.json()["error"]["code"]) == (404, "ResourceNotFound")
        assert (await client.get("/apple")).status_code == 404
