"""OAuth of the Google stand-in: consent, codes, refresh, revocation."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest

from tests.integration.sandbox.google_setting import (
    ANA,
    BO,
    EVENTS,
    EVENTS_SCOPE,
    OAUTH,
    Setting,
    bearer,
    reason,
    refusal,
    setting,
)

BACK = "https://syncd.test/callback"
LIST_SCOPE = "https://www.googleapis.com/auth/calendar.calendarlist.readonly"
VERIFIER = "v" * 64
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)


def asked(google: Setting, **more: Any) -> dict[str, Any]:
    return {
        "response_type": "code",
        "client_id": google.google.client_id,
        "redirect_uri": BACK,
        "scope": f"openid email {EVENTS_SCOPE}",
        "state": "s1",
        "access_type": "offline",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **more,
    }


async def consent(google: Setting, **more: Any) -> dict[str, str]:
    """Give the query of the redirect back to the client."""
    query = asked(google, **{"sandbox_person": ANA, **more})
    answer = await google.client.get(f"{OAUTH}/auth", params=query)
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(BACK)
    found = parse_qs(urlsplit(answer.headers["location"]).query)
    return {key: value[0] for key, value in found.items()}


async def token(google: Setting, *, basic: bool = False, **form: Any) -> httpx.Response:
    name, secret = google.google.client_id, google.google.client_secret
    url = f"{OAUTH}/token"
    if basic:
        return await google.client.post(url, data=form, auth=(name, secret))
    return await google.client.post(url, data={"client_id": name, "client_secret": secret, **form})


async def exchange(google: Setting, code: str, **more: Any) -> httpx.Response:
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    return await token(google, **{**form, "code_verifier": VERIFIER, **more})


async def tokens(google: Setting, **more: Any) -> dict[str, Any]:
    answer = await exchange(google, (await consent(google, **more))["code"])
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_consent_page_lists_people_the_hinted_one_first_and_its_form_works():
    google = setting()
    page = await google.client.get(f"{OAUTH}/auth", params=asked(google, login_hint=BO))
    assert page.status_code == 200
    assert page.text.index("Bo Example") < page.text.index("Ana Example")
    form = {**asked(google), "sandbox_person": BO}
    answer = await google.client.post(f"{OAUTH}/auth", data=form)
    assert (answer.status_code, "state=s1" in answer.headers["location"]) == (302, True)
    denied = await google.client.post(f"{OAUTH}/auth", data={**form, "sandbox_person": ""})
    assert "error=access_denied" in denied.headers["location"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "x"},
        {"response_type": "token"},
        {"scope": ""},
        {"redirect_uri": "http://syncd.test/callback"},
        {"redirect_uri": "https://evil.test/"},
        {"code_challenge_method": "S512"},
    ],
)
async def test_a_wrong_consent_request_ends_on_an_error_page(wrong):
    google = setting()
    google.google.knobs.redirect_uris.add(BACK)
    query = asked(google, sandbox_person=ANA, **wrong)
    assert (await google.client.get(f"{OAUTH}/auth", params=query)).status_code == 400


@pytest.mark.parametrize("basic", [True, False])
async def test_a_code_becomes_tokens_once(basic):
    google = setting()
    back = await consent(google)
    assert back["state"] == "s1"
    answer = await exchange(google, back["code"], basic=basic)
    found = answer.json()
    assert found["token_type"] == "Bearer"
    assert found["expires_in"] == 3599
    email = "https://www.googleapis.com/auth/userinfo.email"
    assert found["scope"].split() == ["openid", email, EVENTS_SCOPE]
    claims = jwt.decode(found["id_token"], options={"verify_signature": False})
    assert (claims["email"], claims["aud"]) == (ANA, google.google.client_id)
    assert "refresh_token" in found
    listed = await google.call("GET", EVENTS, headers=bearer(found["access_token"]))
    assert listed.status_code == 200
    assert refusal(await exchange(google, back["code"])) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"code_verifier": "w" * 64}, (400, "invalid_grant")),
        ({"code_verifier": ""}, (400, "invalid_grant")),
        ({"redirect_uri": "https://other.test/"}, (400, "redirect_uri_mismatch")),
        ({"client_secret": "wrong"}, (401, "invalid_client")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
    ],
)
async def test_a_wrong_exchange_is_refused(change, expected):
    google = setting()
    code = (await consent(google))["code"]
    assert refusal(await exchange(google, code, **change)) == expected


async def test_a_token_request_needs_its_grant_type():
    answer = await setting().client.post(f"{OAUTH}/token", data={})
    assert refusal(answer) == (400, "invalid_request")


async def test_a_code_dies_after_ten_minutes():
    google = setting()
    code = (await consent(google))["code"]
    google.world.advance(601)
    assert refusal(await exchange(google, code)) == (400, "invalid_grant")


async def test_an_access_token_dies_after_an_hour_and_the_refresh_token_makes_another():
    google = setting()
    found = await tokens(google)
    google.world.advance(3600)
    answer = await google.call("GET", EVENTS, headers=bearer(found["access_token"]))
    assert reason(answer) == (401, "authError")
    form: dict[str, Any] = {"grant_type": "refresh_token", "refresh_token": found["refresh_token"]}
    again = (await token(google, **form)).json()
    assert "refresh_token" not in again
    answer = await google.call("GET", EVENTS, headers=bearer(again["access_token"]))
    assert answer.status_code == 200
    wider = await token(google, **form, scope=LIST_SCOPE)
    assert refusal(wider) == (400, "invalid_scope")


async def test_a_second_consent_brings_a_refresh_token_only_when_prompted():
    google = setting()
    assert "refresh_token" in await tokens(google)
    assert "refresh_token" not in await tokens(google)
    assert "refresh_token" in await tokens(google, prompt="consent")
    assert "refresh_token" not in await tokens(google, access_type="online", prompt="consent")


async def test_a_person_may_leave_scopes_out():
    google = setting()
    found = await tokens(google, scope=f"{EVENTS_SCOPE} {LIST_SCOPE}", sandbox_scope=LIST_SCOPE)
    assert found["scope"] == LIST_SCOPE
    assert "id_token" not in found
    answer = await google.call("GET", EVENTS, headers=bearer(found["access_token"]))
    assert reason(answer) == (403, "insufficientPermissions")
    details = answer.json()["error"]["details"]
    assert details[0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


async def test_revoking_any_token_kills_the_grant():
    google = setting()
    found = await tokens(google)
    revoke = f"{OAUTH}/revoke"
    assert (await google.client.post(revoke, data={"token": found["access_token"]})).is_success
    form: dict[str, Any] = {"grant_type": "refresh_token", "refresh_token": found["refresh_token"]}
    assert refusal(await token(google, **form)) == (400, "invalid_grant")
    answer = await google.call("GET", EVENTS, headers=bearer(found["access_token"]))
    assert answer.status_code == 401
    dead = await google.client.post(revoke, data={"token": found["refresh_token"]})
    assert refusal(dead) == (400, "invalid_token")
    assert refusal(await google.client.post(revoke)) == (400, "invalid_token")


async def test_a_grant_ends_when_the_person_takes_it_back_is_suspended_or_it_grows_old():
    google = setting()
    form: dict[str, Any] = {"grant_type": "refresh_token"}
    first = (await tokens(google))["refresh_token"]
    google.google.revoke_person(ANA)
    assert refusal(await token(google, **form, refresh_token=first)) == (400, "invalid_grant")
    google.google.knobs.refresh_lifetime = timedelta(days=7)
    found = await tokens(google)
    assert found["refresh_token_expires_in"] == 7 * 86400
    assert (await token(google, **form, refresh_token=found["refresh_token"])).is_success
    google.google.knobs.suspended.add(ANA)
    answer = await token(google, **form, refresh_token=found["refresh_token"])
    assert refusal(answer) == (400, "invalid_grant")
    google.google.knobs.suspended.clear()
    google.world.advance(8 * 86400)
    answer = await token(google, **form, refresh_token=found["refresh_token"])
    assert refusal(answer) == (400, "invalid_grant")


async def test_userinfo_says_who_the_token_is():
    google = setting()
    found = await tokens(google)
    url = f"{OAUTH}/userinfo"
    answer = await google.client.get(url, headers=bearer(found["access_token"]))
    assert answer.json()["email"] == ANA
    bare = await tokens(google, scope="openid", prompt="consent")
    answer = await google.client.get(url, headers=bearer(bare["access_token"]))
    assert set(answer.json()) == {"sub"}
    assert (await google.client.get(url)).status_code == 401


@pytest.mark.parametrize("header", ["Basic ????", "Basic /w==", "Basic eDp5"])
async def test_a_broken_or_wrong_basic_header_is_refused(header):
    google = setting()
    answer = await google.client.post(
        f"{OAUTH}/token",
        data={"grant_type": "refresh_token", "refresh_token": "x"},
        headers={"authorization": header},
    )
    assert refusal(answer) == (401, "invalid_client")


async def test_a_plain_challenge_is_its_own_verifier():
    google = setting()
    plain = {"code_challenge": VERIFIER, "code_challenge_method": "plain"}
    assert "access_token" in await tokens(google, **plain)
