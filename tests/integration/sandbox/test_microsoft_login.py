"""The identity platform of the Microsoft stand-in, spoken to without a library."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.integration.sandbox.microsoft_stage import Stage

SCOPE = "Calendars.ReadWrite User.Read offline_access openid profile"
BACK = "http://localhost:8000/back"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())


def asked(stage: Stage, **more: str) -> dict[str, str]:
    return {
        "client_id": stage.microsoft.client_id,
        "response_type": "code",
        "redirect_uri": BACK,
        "scope": SCOPE,
        "state": "s1",
        "nonce": "n1",
        "client_info": "1",
        "code_challenge": CHALLENGE.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
        **more,
    }


async def authorise(stage: Stage, **more: str) -> dict[str, str]:
    """Go through authorize at once and give what came back to the redirect URI."""
    query = asked(stage, **{"sandbox_person": stage.ana.email, **more})
    answer = await stage.http.get(
        "/microsoft/login/contoso.example/oauth2/v2.0/authorize", params=query
    )
    assert answer.status_code == 302, answer.text
    return _fields(answer.headers["location"])


async def redeem(stage: Stage, tenant: str = "contoso.example", **form: str):
    secret = {"client_secret": stage.microsoft.client_secret}
    client = {"client_id": stage.microsoft.client_id, **secret}
    answer = await stage.http.post(
        f"/microsoft/login/{tenant}/oauth2/v2.0/token", data={**client, **form}
    )
    return answer.status_code, answer.json()


async def by_code(stage: Stage, code: str, **more: str):
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    return await redeem(stage, **{**form, "code_verifier": VERIFIER, "client_info": "1", **more})


def _fields(location: str) -> dict[str, str]:
    assert location.startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


@pytest.mark.parametrize("tenant", ["common", "organizations", "consumers", "contoso.example"])
async def test_discovery_answers_for_every_tenant(tenant):
    stage = Stage()
    path = f"/microsoft/login/{tenant}/v2.0/.well-known/openid-configuration"
    shown = (await stage.http.get(path)).json()
    base = "https://sandbox/microsoft/login"
    named = stage.microsoft.tenant_id if tenant == "contoso.example" else tenant
    assert shown["token_endpoint"] == f"{base}/{named}/oauth2/v2.0/token"
    assert shown["issuer"] == f"{base}/{stage.microsoft.tenant_id}/v2.0"


async def test_a_code_gives_tokens_with_the_scope_that_was_asked_for():
    stage = Stage()
    back = await authorise(stage)
    assert back["state"] == "s1"
    status, tokens = await by_code(stage, back["code"], scope=SCOPE)
    assert (status, tokens["scope"], tokens["expires_in"]) == (200, SCOPE, 3599)
    assert tokens["client_info"] == back["client_info"]
    me = await stage.get("/me", token=tokens["access_token"])
    assert (me["mail"], me["id"]) == (stage.ana.email, stage.ana.microsoft_id)


async def test_a_person_may_accept_or_decline_on_the_page():
    stage = Stage()
    path = "/microsoft/login/common/oauth2/v2.0/authorize"
    page = await stage.http.get(path, params=asked(stage, login_hint=stage.bo.email))
    assert page.status_code == 200
    assert f'value="{stage.bo.email}" selected' in page.text

    form = {**asked(stage), "person": stage.bo.email}
    accepted = await stage.http.post(path, data={**form, "decision": "accept"})
    assert "code" in _fields(accepted.headers["location"])
    declined = await stage.http.post(path, data={**form, "decision": "cancel"})
    fields = _fields(declined.headers["location"])
    assert (fields["error"], fields["state"]) == ("access_denied", "s1")
    assert fields["error_description"].startswith("AADSTS65004")


async def test_form_post_sends_the_answer_by_a_form():
    stage = Stage()
    query = asked(stage, sandbox_person=stage.ana.email, response_mode="form_post")
    answer = await stage.http.get("/microsoft/login/common/oauth2/v2.0/authorize", params=query)
    assert f'<form method="post" action="{BACK}">' in answer.text
    assert 'name="code"' in answer.text


@pytest.mark.parametrize(
    ("more", "number"),
    [
        ({"response_type": "token"}, 700054),
        ({"code_challenge_method": "plain"}, 501491),
        ({"scope": ""}, 900144),
        ({"sandbox_person": "nobody@example.com"}, 50034),
    ],
)
async def test_a_wrong_request_goes_back_with_its_error(more, number):
    back = await authorise(Stage(), **more)
    assert back["error_description"].startswith(f"AADSTS{number}")


@pytest.mark.parametrize(
    "more", [{"client_id": "other"}, {"redirect_uri": "http://evil.example/back"}]
)
async def test_an_unknown_client_or_address_is_not_sent_back(more):
    stage = Stage()
    query = {**asked(stage, sandbox_person=stage.ana.email), **more}
    answer = await stage.http.get("/microsoft/login/common/oauth2/v2.0/authorize", params=query)
    assert answer.status_code == 400


async def test_consent_may_need_an_administrator():
    stage = Stage()
    stage.exchange.knobs.require_admin_consent = True
    assert (await authorise(stage))["error_description"].startswith("AADSTS90094")


async def test_a_code_works_once_and_for_ten_minutes():
    stage = Stage()
    code = (await authorise(stage))["code"]
    assert (await by_code(stage, code))[0] == 200
    status, refusal = await by_code(stage, code)
    assert (status, refusal["error"], refusal["error_codes"]) == (400, "invalid_grant", [54005])

    late = (await authorise(stage))["code"]
    stage.world.advance(601)
    assert (await by_code(stage, late))[1]["error_codes"] == [70008]
    assert (await by_code(stage, "unknown"))[1]["error_codes"] == [70000]


@pytest.mark.parametrize(
    ("more", "number"),
    [
        ({"code_verifier": "x" * 43}, 501481),
        ({"code_verifier": ""}, 50148),
        ({"redirect_uri": "http://localhost:1/"}, 500112),
        ({"scope": "Mail.Read"}, 65001),
        ({"client_secret": "wrong"}, 7000215),
        ({"client_id": "other"}, 700016),
        ({"grant_type": "password"}, 70003),
        ({"grant_type": ""}, 900144),
    ],
)
async def test_a_wrong_redemption_is_refused(more, number):
    stage = Stage()
    code = (await authorise(stage))["code"]
    status, refusal = await by_code(stage, code, **more)
    assert status in (400, 401)
    assert refusal["error_codes"] == [number]
    assert refusal["error_description"].startswith(f"AADSTS{number}: ")


async def test_refreshing_gives_a_new_refresh_token_and_leaves_the_old_one_good():
    stage = Stage()
    first = (await by_code(stage, (await authorise(stage))["code"]))[1]["refresh_token"]
    form = {"grant_type": "refresh_token", "refresh_token": first, "scope": SCOPE}
    status, tokens = await redeem(stage, **form)
    assert (status, tokens["refresh_token"] != first) == (200, True)
    assert (await redeem(stage, **form))[0] == 200


async def test_a_refresh_token_ends_by_revocation_or_after_ninety_days():
    stage = Stage()
    tokens = (await by_code(stage, (await authorise(stage))["code"]))[1]
    form = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    await stage.http.post("/microsoft/_knobs", json={"revoke": stage.ana.email})
    status, refusal = await redeem(stage, **form)
    assert (status, refusal["error"], refusal["suberror"]) == (400, "invalid_grant", "bad_token")
    await stage.get("/me", 401, token=tokens["access_token"])
    await stage.get("/me")

    tokens = (await by_code(stage, (await authorise(stage))["code"]))[1]
    stage.world.advance(91 * 24 * 3600)
    form["refresh_token"] = tokens["refresh_token"]
    assert (await redeem(stage, **form))[1]["error_codes"] == [700082]


async def test_client_credentials_need_a_tenant_and_the_default_scope():
    stage = Stage()
    form = {"grant_type": "client_credentials", "scope": "https://graph.microsoft.com/.default"}
    status, tokens = await redeem(stage, **form)
    assert (status, "refresh_token" in tokens) == (200, False)
    assert (await redeem(stage, "common", **form))[1]["error_codes"] == [50059]
    form["scope"] = "Calendars.ReadWrite"
    assert (await redeem(stage, **form))[1]["error_codes"] == [1002012]


async def test_a_device_waits_for_its_person():
    stage = Stage()
    client = {"client_id": stage.microsoft.client_id}
    begun = await stage.http.post(
        "/microsoft/login/common/oauth2/v2.0/devicecode", data={**client, "scope": SCOPE}
    )
    device = begun.json()
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": device["device_code"],
    }
    assert (await redeem(stage, **form))[1]["error"] == "authorization_pending"

    assert "Enter code" in (await stage.http.get(device["verification_uri"])).text
    answer = {"user_code": device["user_code"], "sandbox_person": stage.bo.email}
    wrong = await stage.http.get(device["verification_uri"], params={**answer, "user_code": "X"})
    assert wrong.status_code == 400
    await stage.http.get(device["verification_uri"], params=answer)
    status, tokens = await redeem(stage, **form)
    assert status == 200
    assert (await stage.get("/me", token=tokens["access_token"]))["mail"] == stage.bo.email


async def test_a_device_code_may_be_declined_or_run_out():
    stage = Stage()
    path = "/microsoft/login/common/oauth2/v2.0/devicecode"
    client = {"client_id": stage.microsoft.client_id, "scope": SCOPE}
    grant = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code"}
    device = (await stage.http.post(path, data=client)).json()
    declined = {
        "user_code": device["user_code"],
        "sandbox_person": stage.bo.email,
        "decision": "cancel",
    }
    await stage.http.get(device["verification_uri"], params=declined)
    refusal = (await redeem(stage, **grant, device_code=device["device_code"]))[1]
    assert refusal["error"] == "authorization_declined"

    device = (await stage.http.post(path, data=client)).json()
    stage.world.advance(901)
    refusal = (await redeem(stage, **grant, device_code=device["device_code"]))[1]
    assert refusal["error"] == "expired_token"


async def test_a_client_has_to_prove_itself():
    stage = Stage()
    code = (await authorise(stage))["code"]
    form = {
        "client_id": stage.microsoft.client_id,
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
    }
    answer = await stage.http.post("/microsoft/login/common/oauth2/v2.0/token", data=form)
    assert (answer.status_code, answer.json()["error_codes"]) == (401, [7000218])


@pytest.mark.parametrize(
    ("more", "number"), [({"client_id": "x"}, 700016), ({"scope": ""}, 900144)]
)
async def test_a_device_sign_in_needs_a_known_client_and_a_scope(more, number):
    stage = Stage()
    form = {"client_id": stage.microsoft.client_id, "scope": SCOPE, **more}
    answer = await stage.http.post("/microsoft/login/common/oauth2/v2.0/devicecode", data=form)
    assert (answer.status_code, answer.json()["error_codes"]) == (400, [number])


async def test_without_openid_and_offline_access_only_an_access_token_is_given():
    stage = Stage()
    code = (await authorise(stage, scope="Calendars.Read"))["code"]
    tokens = (await by_code(stage, code, client_info="0"))[1]
    assert tokens.keys() == {
        "token_type",
        "scope",
        "expires_in",
        "ext_expires_in",
        "access_token",
    }


async def test_the_page_does_not_send_a_tampered_form_back():
    stage = Stage()
    form = {**asked(stage), "redirect_uri": "http://evil.example/", "decision": "accept"}
    answer = await stage.http.post("/microsoft/login/common/oauth2/v2.0/authorize", data=form)
    assert answer.status_code == 400
