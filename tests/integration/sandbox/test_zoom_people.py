"""What people do in Zoom itself: name alternative hosts, make webinars, look into the trash."""

from __future__ import annotations

import pytest

from tests.integration.sandbox.zoom_stage import Stage, refusal, starting


@pytest.mark.parametrize("who", ["bo@example.com", "x@elsewhere.example"])
async def test_an_alternative_host_is_a_licensed_user_of_the_account(who: str):
    stage = Stage(people=3)
    settings = {"alternative_hosts": f"{stage.world.people[2].email};{who}"}
    body = {"start_time": starting(days=1), "settings": settings}
    assert stage.bo.email == "bo@example.com"
    refused = await stage.call("POST", "/users/me/meetings", json=body)
    assert refusal(refused) == (400, 300)
    made = await stage.create(start_time=starting(days=1))
    refused = await stage.call("PATCH", f"/meetings/{made['id']}", json={"settings": settings})
    assert refusal(refused) == (400, 300)
    assert (await stage.get(f"/meetings/{made['id']}"))["settings"]["alternative_hosts"] == ""


async def test_a_webinar_is_no_meeting_any_more():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    stage.zoom.webinars.add(made["id"])
    path = f"/meetings/{made['id']}"
    for method, where in (("GET", ""), ("DELETE", ""), ("GET", "/invitation")):
        assert refusal(await stage.call(method, path + where)) == (400, 3000)
    assert refusal(await stage.call("PATCH", path, json={"topic": "x"})) == (400, 3000)
    assert (await stage.listed())["meetings"] == []


async def test_a_deleted_meeting_comes_back_from_the_trash_with_its_link():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    path = f"/meetings/{made['id']}"
    await stage.call("DELETE", path)
    answer = await stage.call("PUT", f"{path}/status", json={"action": "recover"})
    assert answer.status_code == 204
    assert (await stage.get(path))["join_url"] == made["join_url"]
    again = await stage.call("PUT", f"{path}/status", json={"action": "recover"})
    assert refusal(again) == (404, 3001)


async def test_a_running_meeting_is_ended():
    stage = Stage()
    made = await stage.create(start_time=starting(days=1))
    stage.zoom.live.add(made["id"])
    path = f"/meetings/{made['id']}"
    assert (await stage.call("PUT", f"{path}/status", json={"action": "end"})).status_code == 204
    assert (await stage.get(path))["status"] == "waiting"
    refused = await stage.call("PUT", f"{path}/status", json={"action": "sleep"})
    assert refusal(refused) == (400, 300)
