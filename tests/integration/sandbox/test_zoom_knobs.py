"""What a test in another process turns at Zoom, and what the control routes tell of it."""

from __future__ import annotations

import pytest

from syncd.sandbox.fakes import control
from syncd.sandbox.fakes.google.core import Core
from syncd.sandbox.fakes.google.knobs import Board as GoogleBoard
from syncd.sandbox.fakes.microsoft.exchange import Exchange
from syncd.sandbox.fakes.microsoft.knobs import Board as MicrosoftBoard
from syncd.sandbox.fakes.world import World
from syncd.sandbox.fakes.zoom.account import Account
from syncd.sandbox.fakes.zoom.knobs import Board as ZoomBoard
from tests.integration.sandbox.zoom_stage import Stage, refusal, starting


async def turn(stage: Stage, **settings: object) -> None:
    answer = await stage.http.post("/zoom/_knobs", json=settings)
    assert answer.status_code == 200, answer.text


async def test_a_person_makes_a_webinar_of_a_meeting_and_takes_it_back():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    path = f"/meetings/{made['id']}"
    await turn(stage, webinars=[made["id"]])
    assert refusal(await stage.call("GET", path)) == (400, 3000)
    await turn(stage, webinars=[])
    assert (await stage.get(path))["join_url"] == made["join_url"]


async def test_a_meeting_that_runs_cannot_be_deleted():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    await turn(stage, running=[made["id"]])
    assert (await stage.get(f"/meetings/{made['id']}"))["status"] == "started"
    assert (await stage.call("DELETE", f"/meetings/{made['id']}")).status_code == 400


async def test_a_user_changes_the_type_and_leaves():
    stage = Stage()
    app = await stage.account_token()
    await turn(stage, user_types={stage.ana.email: 1})
    assert (await stage.get(f"/users/{stage.ana.email}", app))["type"] == 1
    assert stage.zoom.snapshot()["users"] == {stage.ana.email: 1, stage.bo.email: 1}
    await turn(stage, absent=[stage.ana.email])
    assert refusal(await stage.call("GET", f"/users/{stage.ana.email}", token=app)) == (404, 1001)
    assert stage.zoom.snapshot()["users"] == {stage.bo.email: 1}
    stage.zoom.reset()
    assert stage.zoom.snapshot()["users"] == {stage.ana.email: 2, stage.bo.email: 1}


async def test_scopes_change_with_the_next_token():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    path = f"/meetings/{made['id']}/invitation"
    old = await stage.account_token()
    assert refusal(await stage.call("GET", path, token=old)) == (400, 4711)
    scopes = [*stage.zoom.s2s_scopes, "meeting:read:invitation:admin"]
    await turn(stage, s2s_scopes=scopes, expire_tokens=True)
    assert refusal(await stage.call("GET", path, token=old)) == (401, 124)
    told = await stage.get(path, await stage.account_token())
    assert "Join Zoom Meeting" in told["invitation"]


async def test_limits_are_set():
    stage = Stage()
    app = await stage.account_token()
    await turn(stage, daily_limit=0, plan="free", user_scopes=["user:read:user"])
    refused = await stage.call("POST", f"/users/{stage.ana.email}/meetings", token=app, json={})
    assert refused.status_code == 429
    assert (stage.zoom.plan, stage.zoom.user_scopes) == ("free", ("user:read:user",))


@pytest.mark.parametrize(
    "settings",
    [
        {"colour": 1},
        {"plan": "gold"},
        {"user_types": {"nobody@example.com": 1}},
        {"user_types": {"ana@example.com": 3}},
        {"absent": ["nobody@example.com"]},
        {"webinars": 5},
        [],
    ],
)
async def test_a_knob_that_does_not_exist_or_fit_is_refused(settings):
    answer = await Stage().http.post("/zoom/_knobs", json=settings)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_every_knob_is_told_of_in_one_place():
    world = World()
    parts = control.__doc__.split("_knobs`")[-3:]
    turns = (
        GoogleBoard(Core(world)).turns(),
        MicrosoftBoard(Exchange(world)).turns(),
        ZoomBoard(Account(world)).turns(),
    )
    for text, knobs in zip(parts, turns, strict=True):
        assert [name for name in knobs if f"`{name}`" not in text] == []
