"""The service account of the Google stand-in, which acts for people of its domain."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

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
from tests.integration.sandbox.microsoft_certificate import an_identity


def assertion(google: Setting, key: str | None = None, **claims: Any) -> str:
    info = google.google.service_account_info()
    now = int(datetime.now(UTC).timestamp())
    content = {
        "iss": info["client_email"],
        "sub": ANA,
        "aud": "https://oauth2.googleapis.com/token",
        "scope": EVENTS_SCOPE,
        "iat": now,
        "exp": now + 3600,
        **claims,
    }
    return jwt.encode(content, key or info["private_key"], algorithm="RS256")


async def bearer_grant(google: Setting, text: str) -> httpx.Response:
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    form = {"grant_type": grant, "assertion": text}
    return await google.client.post(f"{OAUTH}/token", data=form)


async def test_a_service_account_acts_for_a_person():
    google = setting()
    token_uri = google.google.service_account_info()["token_uri"]
    assert token_uri == "https://sandbox/google/oauth/token"
    for audience in ("https://oauth2.googleapis.com/token", token_uri):
        found = (await bearer_grant(google, assertion(google, sub=BO, aud=audience))).json()
        headers = bearer(found["access_token"])
        made = await google.call(
            "POST",
            EVENTS,
            headers=headers,
            json={"start": {"date": "2027-01-11"}, "end": {"date": "2027-01-12"}},
        )
        assert made.json()["organizer"]["email"] == BO


async def test_the_scopes_of_a_service_account_are_enforced():
    google = setting()
    found = (await bearer_grant(google, assertion(google))).json()
    answer = await google.call(
        "GET", "/users/me/calendarList", headers=bearer(found["access_token"])
    )
    assert reason(answer) == (403, "insufficientPermissions")


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ({"sub": "nobody@example.com"}, (400, "invalid_grant")),
        ({"sub": None}, (400, "invalid_grant")),
        ({"iss": "other@x.test"}, (400, "invalid_grant")),
        ({"aud": "https://evil.test/token"}, (400, "invalid_grant")),
        ({"exp": 1}, (400, "invalid_grant")),
        ({"iat": 1}, (400, "invalid_grant")),
        ({"exp": None}, (400, "invalid_grant")),
        ({"scope": ""}, (400, "invalid_scope")),
        ({"scope": "https://www.googleapis.com/auth/drive"}, (401, "unauthorized_client")),
    ],
)
async def test_a_wrong_assertion_is_refused(claims, expected):
    google = setting()
    # PyJWT refuses to write a claim of the wrong type, so an absent one stands for it.
    text = assertion(google, **claims) if None not in claims.values() else _without(google, claims)
    assert refusal(await bearer_grant(google, text)) == expected


def _without(google: Setting, claims: dict[str, Any]) -> str:
    info = google.google.service_account_info()
    content = jwt.decode(assertion(google), options={"verify_signature": False})
    kept = {key: value for key, value in content.items() if key not in claims}
    return jwt.encode(kept, info["private_key"], algorithm="RS256")


async def test_a_foreign_signature_and_nonsense_are_refused():
    google = setting()
    foreign = assertion(google, key=an_identity().key_pem)
    for text in (foreign, "nonsense", "a.b.c", ""):
        assert refusal(await bearer_grant(google, text)) == (400, "invalid_grant")


async def test_an_assertion_is_judged_by_real_time():
    google = setting()
    google.world.advance(30 * 86400)
    found = await bearer_grant(google, assertion(google))
    assert found.status_code == 200
    headers = bearer(found.json()["access_token"])
    assert (await google.call("GET", EVENTS, headers=headers)).status_code == 200


async def test_the_token_of_a_service_account_can_be_revoked():
    google = setting()
    found = (await bearer_grant(google, assertion(google))).json()["access_token"]
    assert (await google.client.post(f"{OAUTH}/revoke", params={"token": found})).is_success
    assert (await google.call("GET", EVENTS, headers=bearer(found))).status_code == 401
