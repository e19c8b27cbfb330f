"""Zoom's token service: three grant types, rotation, revoking."""

from __future__ import annotations

import base64
import hashlib

import pytest

from tests.integration.sandbox.zoom_stage import Stage, refusal

SCOPES = (
    "meeting:write:meeting meeting:read:meeting meeting:update:meeting meeting:delete:meeting "
    "meeting:read:list_meetings user:read:user"
)
DEAD = {"reason": "Invalid Token!", "error": "invalid_grant"}


def challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


async def works(stage: Stage, token: str) -> bool:
    answer = await stage.call("GET", "/users/me", token=token)
    return bool(answer.status_code == 200)


async def test_account_credentials_give_an_hour_the_admin_scopes_and_the_api_address():
    stage = Stage()
    answer = await stage.token(grant_type="account_credentials", account_id=stage.zoom.account_id)
    content = answer.json()
    assert content.pop("access_token")
    assert content == {
        "token_type": "bearer",
        "expires_in": 3599,
        "scope": " ".join(f"{scope}:admin" for scope in SCOPES.split()),
        "api_url": "https://sandbox/zoom",
    }


async def test_grant_type_and_account_are_taken_from_the_query_too():
    stage = Stage()
    query = f"grant_type=account_credentials&account_id={stage.zoom.account_id}"
    answer = await stage.http.post(
        f"/zoom/oauth/token?{query}", auth=(stage.zoom.client_id, stage.zoom.client_secret)
    )
    assert answer.status_code == 200


async def test_a_wrong_account_is_a_bad_request():
    stage = Stage()
    answer = await stage.token(grant_type="account_credentials", account_id="other")
    assert (answer.status_code, answer.json()) == (
        400,
        {"reason": "Bad request", "error": "invalid_request"},
    )


async def test_a_wrong_secret_is_an_invalid_client():
    stage = Stage()
    answer = await stage.token(client=(stage.zoom.client_id, "guess"), grant_type="refresh_token")
    assert (answer.status_code, answer.json()) == (
        400,
        {"reason": "Invalid client_id or client_secret", "error": "invalid_client"},
    )


@pytest.mark.parametrize("authorization", ["", "Basic not*base64", "Basic /w==", "Bearer eDp5"])
async def test_missing_or_unreadable_credentials_are_an_invalid_client(authorization):
    stage = Stage()
    answer = await stage.http.post(
        "/zoom/oauth/token",
        data={"grant_type": "refresh_token"},
        headers={"Authorization": authorization},
    )
    assert answer.json()["error"] == "invalid_client"


@pytest.mark.parametrize("grant_type", ["account_credentials", "password"])
async def test_an_app_signs_in_its_own_way_only(grant_type):
    stage = Stage()
    answer = await stage.token(client=stage.user_app, grant_type=grant_type)
    assert (answer.status_code, answer.json()["error"]) == (400, "unsupported_grant_type")


async def test_a_request_without_a_grant_type_is_bad():
    stage = Stage()
    assert (await stage.token()).json()["error"] == "invalid_request"


async def test_a_new_account_token_makes_the_former_one_invalid():
    stage = Stage()
    former = await stage.account_token()
    latest = await stage.account_token()
    path = f"/users/{stage.ana.email}"
    answer = await stage.call("GET", path, token=former)
    assert refusal(answer) == (401, 124)
    assert answer.json()["message"] == "Invalid access token."
    assert (await stage.call("GET", path, token=latest)).status_code == 200


async def test_an_account_token_expires_after_an_hour():
    stage = Stage()
    token = await stage.account_token()
    stage.world.advance(3600)
    answer = await stage.call("GET", f"/users/{stage.ana.email}", token=token)
    assert refusal(answer) == (401, 124)
    assert answer.json()["message"] == "Access token is expired."


async def test_a_code_gives_access_and_refresh_with_the_granted_scopes():
    stage = Stage()
    content = await stage.consented()
    assert content["scope"] == SCOPES
    assert content["api_url"] == "https://sandbox/zoom"
    assert content["refresh_token"] != content["access_token"]
    user = await stage.get("/users/me", content["access_token"])
    assert user["email"] == stage.ana.email


async def test_a_code_works_once():
    stage = Stage()
    code = await stage.code()
    await stage.redeem(code)
    again = await stage.redeem(code)
    assert (again.status_code, again.json()["errorCode"]) == (400, 4734)


async def test_a_code_dies_after_five_minutes():
    stage = Stage()
    code = await stage.code()
    stage.world.advance(300)
    answer = await stage.redeem(code)
    assert (answer.status_code, answer.json()["errorCode"]) == (400, 4733)


async def test_a_code_needs_the_same_redirect_address():
    stage = Stage()
    answer = await stage.redeem(await stage.code(), redirect_uri="http://localhost/other")
    assert (answer.status_code, answer.json()["errorCode"]) == (400, 4709)


@pytest.mark.parametrize(
    ("asked", "verifier", "status"),
    [
        ({"code_challenge": challenge("v" * 43), "code_challenge_method": "S256"}, "v" * 43, 200),
        ({"code_challenge": challenge("v" * 43), "code_challenge_method": "S256"}, "w" * 43, 400),
        ({"code_challenge": "v" * 43, "code_challenge_method": "plain"}, "v" * 43, 200),
        ({"code_challenge": "v" * 43}, "v" * 43, 200),
        ({"code_challenge": "v" * 43}, "w" * 43, 400),
    ],
)
async def test_the_verifier_must_fit_the_challenge(asked, verifier, status):
    stage = Stage()
    answer = await stage.redeem(await stage.code(**asked), code_verifier=verifier)
    assert answer.status_code == status


async def test_a_challenge_without_a_verifier_is_refused():
    stage = Stage()
    answer = await stage.redeem(await stage.code(code_challenge="v" * 43))
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


async def test_a_refresh_gives_a_new_pair_and_kills_the_old_refresh_token_at_once():
    stage = Stage()
    first = await stage.consented()
    second = (await stage.refresh(first["refresh_token"])).json()
    assert second["refresh_token"] != first["refresh_token"]
    assert second["scope"] == SCOPES
    assert await works(stage, second["access_token"])
    old = await stage.refresh(first["refresh_token"])
    assert (old.status_code, old.json()) == (400, DEAD)
    assert (await stage.refresh(second["refresh_token"])).status_code == 200


async def test_an_idle_refresh_token_dies_after_ninety_days():
    stage = Stage()
    content = await stage.consented()
    stage.world.advance(90 * 86400)
    answer = await stage.refresh(content["refresh_token"])
    assert (answer.status_code, answer.json()) == (400, DEAD)


async def test_a_second_consent_of_the_same_person_revokes_the_first():
    stage = Stage()
    first = await stage.consented()
    second = await stage.consented()
    assert not await works(stage, first["access_token"])
    answer = await stage.refresh(first["refresh_token"])
    assert (answer.status_code, answer.json()) == (400, {**DEAD, "errorCode": 4741})
    assert await works(stage, second["access_token"])


async def test_revoking_an_access_token_kills_its_refresh_token_too():
    stage = Stage()
    content = await stage.consented()
    answer = await stage.http.post(
        "/zoom/oauth/revoke", data={"token": content["access_token"]}, auth=stage.user_app
    )
    assert (answer.status_code, answer.json()) == (200, {"status": "success"})
    assert not await works(stage, content["access_token"])
    assert (await stage.refresh(content["refresh_token"])).status_code == 400


@pytest.mark.parametrize("which", ["refresh_token", "expired", "foreign"])
async def test_only_a_living_access_token_of_the_same_app_can_be_revoked(which):
    stage = Stage()
    content = await stage.consented()
    token = content["refresh_token" if which == "refresh_token" else "access_token"]
    client = stage.user_app
    if which == "expired":
        stage.world.advance(3600)
    if which == "foreign":
        client = (stage.zoom.client_id, stage.zoom.client_secret)
    answer = await stage.http.post("/zoom/oauth/revoke", params={"token": token}, auth=client)
    assert (answer.status_code, answer.json()) == (400, DEAD)


async def test_a_reset_keeps_credentials_and_forgets_tokens():
    stage = Stage()
    token = await stage.account_token()
    stage.zoom.reset()
    answer = await stage.call("GET", f"/users/{stage.ana.email}", token=token)
    assert refusal(answer) == (401, 124)
    assert await stage.account_token()
