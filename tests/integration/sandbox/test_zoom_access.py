"""Who may do what at Zoom: tokens, scopes, `me`, and the users of the account."""

from __future__ import annotations

import pytest

from tests.integration.sandbox.zoom_stage import Stage, refusal, starting


@pytest.mark.parametrize("authorization", ["", "Bearer nonsense", "Basic x", "Bearer"])
async def test_a_call_without_a_known_token_is_401_with_code_124(authorization):
    stage = Stage()
    answer = await stage.http.get("/zoom/v2/users/me", headers={"Authorization": authorization})
    assert refusal(answer) == (401, 124)
    assert answer.json()["message"] == "Invalid access token."


@pytest.mark.parametrize(
    ("scope", "method", "path"),
    [
        ("meeting:write:meeting", "POST", "/users/me/meetings"),
        ("meeting:read:list_meetings", "GET", "/users/me/meetings"),
        ("meeting:read:meeting", "GET", "/meetings/9000000000"),
        ("meeting:update:meeting", "PATCH", "/meetings/9000000000"),
        ("meeting:delete:meeting", "DELETE", "/meetings/9000000000"),
        ("meeting:read:invitation", "GET", "/meetings/9000000000/invitation"),
        ("user:read:user", "GET", "/users/me"),
    ],
)
async def test_a_missing_scope_is_400_with_code_4711_and_both_names(scope, method, path):
    stage = Stage()
    stage.zoom.user_scopes = tuple(one for one in stage.zoom.user_scopes if one != scope)
    token = (await stage.consented())["access_token"]
    answer = await stage.call(method, path, token=token)
    assert refusal(answer) == (400, 4711)
    assert answer.json()["message"] == (
        f"Invalid access token, does not contain scopes:[{scope}, {scope}:admin]."
    )


async def test_an_account_token_needs_the_admin_form_of_a_scope():
    stage = Stage()
    stage.zoom.s2s_scopes = ("user:read:user", "meeting:write:meeting:admin")
    token = await stage.account_token()
    answer = await stage.call("GET", f"/users/{stage.ana.email}", token=token)
    assert refusal(answer) == (400, 4711)
    await stage.create(token, stage.ana.email)


async def test_a_token_keeps_the_scopes_it_was_issued_with():
    stage = Stage()
    stage.zoom.user_scopes = ("meeting:write:meeting",)
    token = (await stage.consented())["access_token"]
    stage.zoom.user_scopes = ("meeting:write:meeting", "user:read:user")
    assert refusal(await stage.call("GET", "/users/me", token=token)) == (400, 4711)


async def test_a_user_token_works_with_me_only():
    stage = Stage()
    token = (await stage.consented())["access_token"]
    for user in (stage.ana.email, stage.ana.zoom_id, stage.bo.email):
        answer = await stage.call("GET", f"/users/{user}", token=token)
        assert refusal(answer) == (401, 124)
        answer = await stage.call("POST", f"/users/{user}/meetings", token=token, json={})
        assert refusal(answer) == (401, 124)


async def test_an_account_token_never_works_with_me():
    stage = Stage()
    token = await stage.account_token()
    for method, path in (("GET", "/users/me"), ("GET", "/users/me/meetings")):
        answer = await stage.call(method, path, token=token)
        assert refusal(answer) == (404, 1001)
        assert answer.json()["message"] == "User does not exist: me."


async def test_an_account_token_finds_users_by_id_and_address():
    stage = Stage()
    token = await stage.account_token()
    by_id = await stage.get(f"/users/{stage.bo.zoom_id}", token)
    by_address = await stage.get(f"/users/{stage.bo.email.upper()}", token)
    assert by_id == by_address
    assert (by_id["id"], by_id["email"]) == (stage.bo.zoom_id, stage.bo.email)
    assert by_id["account_id"] == stage.zoom.account_id


async def test_an_unknown_user_is_404_with_code_1001():
    stage = Stage()
    token = await stage.account_token()
    answer = await stage.call("POST", "/users/x@example.com/meetings", token=token, json={})
    assert refusal(answer) == (404, 1001)
    assert answer.json()["message"] == "User does not exist: x@example.com."


async def test_basic_and_licensed_users_are_told_apart():
    stage = Stage()
    kinds = [
        (await stage.get("/users/me", person.zoom_token))["type"] for person in stage.world.people
    ]
    assert kinds == [2, 1]


async def test_a_person_s_own_token_may_do_everything_but_only_with_own_meetings():
    stage = Stage()
    meeting = await stage.create(start_time=starting(days=1))
    path = f"/meetings/{meeting['id']}"
    assert (await stage.get(f"{path}/invitation"))["invitation"]
    for method, body in (("GET", None), ("PATCH", {}), ("DELETE", None)):
        answer = await stage.call(method, path, token=stage.bo.zoom_token, json=body)
        assert refusal(answer) == (400, 3003)


async def test_an_account_token_reaches_everybody_s_meetings():
    stage = Stage()
    token = await stage.account_token()
    meeting = await stage.create(start_time=starting(days=1))
    assert (await stage.get(f"/meetings/{meeting['id']}", token))["id"] == meeting["id"]


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
async def test_an_unknown_meeting_is_404_with_code_3001(method):
    stage = Stage()
    answer = await stage.call(method, "/meetings/9000000000")
    assert refusal(answer) == (404, 3001)
    assert answer.json()["message"] == "Meeting does not exist: 9000000000."


async def test_a_meeting_id_must_be_a_number():
    stage = Stage()
    assert refusal(await stage.call("GET", "/meetings/abc")) == (400, 300)
