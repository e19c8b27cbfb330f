"""The user-managed app in the sandbox: where it may send people back, who may not, what it is told."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.sandbox.fakes.server import make_authority, serve
from tests.integration.sandbox.zoom_stage import CALLBACK, Stage, refusal


async def turn(stage: Stage, **settings: object) -> None:
    answer = await stage.http.post("/zoom/_knobs", json=settings)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("uri", "status"),
    [
        ("https://syncd.example/connect/zoom/callback", 302),
        ("http://127.0.0.1:41234/zoom/callback", 302),
        ("http://localhost/zoom", 302),
        ("http://syncd.example/callback", 400),
        ("javascript:alert(1)", 400),
        ("https://[", 400),
        ("", 400),
    ],
)
async def test_with_no_address_registered_https_and_this_machine_are_good(uri: str, status: int):
    stage = Stage()
    await turn(stage, redirect_uris=[])
    answer = await stage.authorise(sandbox_person=stage.ana.email, redirect_uri=uri)
    assert answer.status_code == status


async def test_an_app_that_is_not_approved_is_sent_back_with_the_reason():
    stage = Stage()
    await turn(stage, app_not_approved=True)
    answer = await stage.authorise(state="s")
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert (query["error"], query["state"]) == (["access_denied"], ["s"])
    assert "not approved by the administrator" in query["error_description"][0]
    await turn(stage, app_not_approved=False)
    assert (await stage.authorise()).status_code == 200


async def test_how_people_were_asked_is_told():
    stage = Stage()
    await stage.code(scope="user:read:user", code_challenge="c" * 43, code_challenge_method="S256")
    assert stage.zoom.snapshot()["consents"] == [
        {
            "person": stage.ana.email,
            "redirect_uri": CALLBACK,
            "asked": "user:read:user",
            "granted": ("user:read:user",),
            "method": "S256",
        }
    ]


async def test_a_dead_grant_is_invalid_and_its_tokens_are_refused():
    stage = Stage()
    tokens = await stage.consented()
    assert list(stage.zoom.snapshot()["grants"]) == [stage.ana.email]
    await turn(stage, dead_grants=[stage.ana.email])
    assert (await stage.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"
    answer = await stage.call("GET", "/users/me", token=tokens["access_token"])
    assert refusal(answer) == (401, 124)
    assert stage.zoom.snapshot()["grants"] == {}


async def test_a_user_token_does_what_was_granted_and_nothing_else():
    stage = Stage()
    await turn(stage, user_scopes=["user:read:user", "meeting:write:meeting"])
    token = (await stage.consented())["access_token"]
    made = await stage.create(token=token)
    for method in ("GET", "DELETE"):
        answer = await stage.call(method, f"/meetings/{made['id']}", token=token)
        assert refusal(answer) == (400, 4711)


async def test_removing_the_app_ends_the_grant_and_signs_what_is_told():
    stage = Stage()
    tokens = await stage.consented()
    await turn(stage, remove_app=stage.ana.email)
    assert (await stage.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"
    [delivery] = stage.zoom.snapshot()["deliveries"]
    assert (delivery["event"], delivery["status"]) == ("app_deauthorized", None)
    payload = json.loads(delivery["body"])["payload"]
    assert payload["user_id"] == stage.ana.zoom_id
    assert payload["client_id"] == stage.zoom.user_client_id
    at, body = delivery["headers"]["x-zm-request-timestamp"], delivery["body"]
    mac = hmac.new(stage.zoom.webhooks.secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256)
    assert delivery["headers"]["x-zm-signature"] == f"v0={mac.hexdigest()}"


@pytest.mark.parametrize("url", ["http://syncd.example/hooks", "ftp://x", "file:///etc/passwd"])
async def test_deliveries_go_by_https_or_stay_here(url: str):
    answer = await Stage().http.post("/zoom/_knobs", json={"webhook_url": url})
    assert answer.status_code == 400


async def test_a_delivery_goes_out_over_tls_and_its_answer_is_kept():
    got: list[bytes] = []

    async def take(request: Request) -> Response:
        got.append(await request.body())
        return JSONResponse({"plainToken": "abc"})

    stage = Stage()
    app = Starlette(routes=[Route("/hooks/zoom", take, methods=["POST"])])
    async with serve(app, authority=make_authority()) as base:
        await turn(stage, webhook_url=f"{base}/hooks/zoom", validate_webhook="abc")
        await asyncio.gather(*stage.zoom.webhooks.under_way())
    [delivery] = stage.zoom.snapshot()["deliveries"]
    assert (delivery["status"], delivery["answer"]) == (200, '{"plainToken":"abc"}')
    assert got == [delivery["body"].encode()]


async def test_a_delivery_that_nobody_takes_is_told():
    stage = Stage()
    await turn(stage, webhook_url="https://127.0.0.1:1/hooks", validate_webhook="abc")
    await asyncio.gather(*stage.zoom.webhooks.under_way())
    assert stage.zoom.snapshot()["deliveries"][0]["status"] == 0
