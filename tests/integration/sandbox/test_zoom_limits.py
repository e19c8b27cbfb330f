"""Zoom's limits: a hundred writes a day per host, rates by plan, one DELETE at a time."""

from __future__ import annotations

import pytest

from syncd.sandbox.fakes.zoom.pace import Plan
from tests.integration.sandbox.zoom_stage import NOW, Stage, refusal, starting

DAY_SPENT = {
    "code": 429,
    "message": (
        "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests "
        "permitted for this particular user. You may resume these requests at GMT 00:00:00."
    ),
}


async def an_app(plan: Plan = "business") -> tuple[Stage, str]:
    """Give a stage of a plan and a token of the account's app."""
    stage = Stage()
    stage.zoom.plan = plan
    return stage, await stage.account_token()


async def spend_all(stage: Stage, token: str, path: str) -> None:
    """Use up a host's day slowly enough for every plan."""
    for number in range(100):
        stage.world.advance(1)
        answer = await stage.call("POST", path, token=token, json={"topic": str(number)})
        assert answer.status_code == 201, answer.text


async def test_a_host_has_a_hundred_creates_and_updates_a_day():
    stage, token = await an_app()
    path = f"/users/{stage.ana.email}/meetings"
    await spend_all(stage, token, path)
    (meeting, *_) = stage.zoom.snapshot()["meetings"]
    for method, where in (("POST", path), ("PATCH", f"/meetings/{meeting['id']}")):
        answer = await stage.call(method, where, token=token, json={})
        assert (answer.status_code, answer.json()) == (429, DAY_SPENT)
        assert not {"retry-after", "x-ratelimit-type"} & set(answer.headers)
    assert stage.zoom.snapshot()["budget"] == {stage.ana.email: 100, stage.bo.email: 0}


async def test_other_hosts_reading_and_deleting_are_not_held_up_by_a_spent_day():
    stage, token = await an_app()
    await spend_all(stage, token, f"/users/{stage.ana.email}/meetings")
    (meeting, *_) = stage.zoom.snapshot()["meetings"]
    await stage.get(f"/meetings/{meeting['id']}", token)
    answer = await stage.call("DELETE", f"/meetings/{meeting['id']}", token=token)
    assert answer.status_code == 204
    await stage.create(token, stage.bo.email)


async def test_the_day_begins_anew_at_midnight_utc():
    stage, token = await an_app()
    stage.world.advance(14 * 3600)
    token = await stage.account_token()
    await spend_all(stage, token, f"/users/{stage.ana.email}/meetings")
    stage.world.advance(3600)
    token = await stage.account_token()
    await stage.create(token, stage.ana.email)
    assert stage.zoom.snapshot()["budget"][stage.ana.email] == 1


async def test_refused_bodies_count_and_unknown_hosts_do_not():
    stage, token = await an_app()
    await stage.call("POST", f"/users/{stage.ana.email}/meetings", token=token, json={"topic": 1})
    await stage.call("POST", "/users/x@example.com/meetings", token=token, json={})
    assert stage.zoom.snapshot()["budget"] == {stage.ana.email: 1, stage.bo.email: 0}


async def test_humans_in_zoom_itself_spend_nothing():
    stage = Stage()
    stage.zoom.plan = "free"
    stage.zoom.daily_limit = 0
    for _ in range(5):
        await stage.create()
    assert stage.zoom.snapshot()["budget"] == {stage.ana.email: 0, stage.bo.email: 0}


@pytest.mark.parametrize(
    ("plan", "light", "medium"), [("free", 4, 2), ("pro", 30, 20), ("business", 80, 60)]
)
async def test_each_plan_allows_so_many_requests_a_second(plan, light, medium):
    stage, token = await an_app(plan)
    for category, limit, path in (
        ("Light", light, f"/users/{stage.ana.email}"),
        ("Medium", medium, f"/users/{stage.ana.email}/meetings"),
    ):
        for _ in range(limit):
            await stage.get(path, token)
        answer = await stage.call("GET", path, token=token)
        assert refusal(answer) == (429, 429)
        assert "maximum per-second rate limit" in answer.json()["message"]
        shown = {name: answer.headers[f"x-ratelimit-{name}"] for name in ("category", "type")}
        assert shown == {"category": category, "type": "QPS"}
        assert answer.headers["x-ratelimit-limit"] == str(limit)
        assert answer.headers["x-ratelimit-remaining"] == "0"
        assert answer.headers["x-ratelimit-reset"] == str(int(NOW.timestamp()) + 1)
    stage.world.advance(1)
    await stage.get(f"/users/{stage.ana.email}", token)


async def test_a_free_account_has_so_many_requests_a_day_and_says_when_to_come_back():
    stage, _ = await an_app("free")
    for _ in range(2000):
        stage.zoom.pace.enter("free", "Medium", stage.world.now())
        stage.world.advance(0.5)
    token = await stage.account_token()
    answer = await stage.call("GET", f"/users/{stage.ana.email}/meetings", token=token)
    assert refusal(answer) == (429, 429)
    assert answer.headers["x-ratelimit-type"] == "Daily-limit"
    assert answer.headers["retry-after"] == "2026-12-02T00:00:00Z"
    await stage.get(f"/users/{stage.ana.email}", token)


async def test_one_delete_per_host_is_under_way_at_a_time():
    stage, token = await an_app()
    ids = [
        (await stage.create(token, user, start_time=starting(days=1)))["id"]
        for user in (stage.ana.email, stage.ana.email, stage.bo.email)
    ]
    stage.world.latency_ms = 50
    answers = [await stage.call("DELETE", f"/meetings/{one}", token=token) for one in ids]
    assert [answer.status_code for answer in answers] == [204, 429, 204]
    assert answers[1].json()["message"].startswith("Too many concurrent requests.")
    stage.world.advance(0.05)
    again = await stage.call("DELETE", f"/meetings/{ids[1]}", token=token)
    assert again.status_code == 204


async def test_a_reset_forgets_meetings_and_quotas_but_no_knob():
    stage, token = await an_app("free")
    await stage.create(token, stage.ana.email)
    stage.zoom.reset()
    state = stage.zoom.snapshot()
    assert state == {
        "meetings": [],
        "deleted": [],
        "users": {stage.ana.email: 2, stage.bo.email: 1},
        "budget": {stage.ana.email: 0, stage.bo.email: 0},
        "consents": [],
        "grants": {},
        "deliveries": [],
    }
    assert stage.zoom.plan == "free"
