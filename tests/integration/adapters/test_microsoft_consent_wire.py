"""Corners of msal and of Entra's answers: whatever comes, the caller gets an error of the ports."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses

from syncd.adapters.microsoft import MicrosoftAuthorizer
from syncd.core.secret import Secret
from syncd.ports.errors import AuthLost, Permanent, ProviderError, RateLimited, Transient
from syncd.ports.oauth import Begun, ConsentRefused, Grant, Purpose
from tests.fakes.clock import START, FakeClock
from tests.integration.adapters.microsoft_login import (
    DISCOVERY,
    LOGIN,
    TENANT,
    TOKEN,
    certificate,
    discovery,
    sent,
)

BACK = "https://syncd.example/connect/microsoft/callback"
STATE = "state-of-ours-0123456789abcdef"
TID = "6c0fd4f5-1111-4111-8111-076fb9d179e0"
DEVICE = f"{TENANT}/oauth2/v2.0/devicecode"
NOW = int(START.timestamp())

GRANT = Grant(
    access_token=Secret("access-1"),
    expires_at=START,
    refresh_token=Secret("refresh-1"),
    scopes=frozenset({"Calendars.ReadWrite"}),
)


@pytest.fixture
def entra():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def authorizer(**fields: Any) -> MicrosoftAuthorizer:
    known: dict[str, Any] = {
        "tenant": "contoso.example",
        "client_id": "app-1",
        "credential": Secret("s3cret"),
        "login_base": LOGIN,
        "ca_file": None,
    }
    return MicrosoftAuthorizer(FakeClock(), **(known | fields))


async def begun_by(one: MicrosoftAuthorizer) -> Begun:
    return await one.begin(purpose=Purpose.CONNECT, state=STATE, redirect_uri=BACK)


def nonce_of(begun: Begun) -> str:
    return parse_qs(urlsplit(begun.url).query)["nonce"][0]


def token_answer(**fields: Any) -> dict[str, Any]:
    return {
        "token_type": "Bearer",
        "expires_in": 3600,
        "access_token": "access-2",
        "refresh_token": "refresh-2",
        "scope": "https://graph.microsoft.com/Calendars.ReadWrite openid profile",
    } | fields


def id_token(**fields: Any) -> str:
    claims = {
        "iss": f"{LOGIN}/{TID}/v2.0",
        "aud": "app-1",
        "sub": "pairwise",
        "exp": NOW + 3600,
        "nbf": NOW,
        "oid": "00000000-0000-4000-8000-000000000001",
        "tid": TID,
        "preferred_username": "Ana@Contoso.example",
    }
    parts = ({"alg": "RS256"}, claims | fields)
    texts = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode() for one in parts]
    return ".".join([one.rstrip("=") for one in texts] + ["c2ln"])


async def finish(entra, answer: Any = None, **more: Any) -> Any:
    """Go through a consent whose code is redeemed with this answer."""
    entra.get(DISCOVERY, json=discovery())
    one = authorizer()
    begun = await begun_by(one)
    if answer is not None:
        more["json"] = answer(nonce_of(begun)) if callable(answer) else answer
    entra.post(TOKEN, **more)
    return await one.finish(begun.kept, {"state": STATE, "code": "code-1", "iss": f"{LOGIN}/x"})


async def refusal(act: Any) -> ConsentRefused:
    with pytest.raises(ConsentRefused) as caught:
        await act
    return caught.value


async def lost(act: Any) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await act
    return caught.value


# Redeeming a code


async def test_a_code_is_redeemed_with_its_verifier_and_secret(entra):
    consented = await finish(entra, lambda n: token_answer(id_token=id_token(nonce=n)))
    assert consented.identity.address == "ana@contoso.example"
    assert consented.grant.scopes >= {"Calendars.ReadWrite"}
    [form] = sent(entra)
    assert (form["code"], form["redirect_uri"]) == ("code-1", BACK)
    assert len(form["code_verifier"]) >= 43
    assert form["client_secret"] == "s3cret"


async def test_a_certificate_proves_the_app_as_well(entra):
    entra.get(DISCOVERY, json=discovery())
    one = authorizer(credential=certificate())
    begun = await begun_by(one)
    entra.post(TOKEN, json=token_answer(id_token=id_token(nonce=nonce_of(begun))))
    await one.finish(begun.kept, {"state": STATE, "code": "code-1"})
    [form] = sent(entra)
    assert "client_assertion" in form
    assert "client_secret" not in form


@pytest.mark.parametrize(
    "wrong",
    [
        {"id_token": "x"},
        {"id_token": "a.b.c"},
        {"id_token": "..."},
        {"id_token": "é.é.é"},
        {"id_token": 7},
        {"id_token": "x" * 100_000},
        {},
    ],
)
async def test_an_answer_without_a_readable_id_token_is_none(entra, wrong):
    refused = await refusal(finish(entra, token_answer(**wrong)))
    assert refused.code == "consent_broken"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"scope": "openid profile"}, "scopes_missing"),
        ({"refresh_token": ""}, "consent_broken"),
    ],
)
async def test_a_consent_to_less_is_none(entra, wrong, code):
    answer = finish(entra, lambda n: token_answer(id_token=id_token(nonce=n), **wrong))
    assert (await refusal(answer)).code == code


async def test_a_code_whose_answer_is_lost_is_not_redeemed_again(entra):
    refused = await refusal(finish(entra, body=requests.ConnectionError("reset")))
    assert refused.code == "code_expired"
    assert len(sent(entra)) == 1


async def test_a_fault_of_entra_is_passing(entra):
    failed = await lost(finish(entra, body="<html>", status=503))
    assert (type(failed), failed.code) == (Transient, "sign_in_unavailable")


async def test_entra_may_ask_to_wait(entra):
    answer = {"error": "temporarily_unavailable"}
    failed = await lost(finish(entra, answer, status=429, headers={"Retry-After": "7"}))
    assert isinstance(failed, RateLimited)
    assert failed.retry_after == timedelta(seconds=7)


@pytest.mark.parametrize("body", ["[]", "7", "<html>", "{", '"x"', "null"])
async def test_an_answer_that_is_none_is_never_taken(entra, body):
    refused = await refusal(finish(entra, body=body))
    assert refused.code == "consent_broken"


async def test_a_token_that_no_header_can_hold_is_refused(entra):
    failed = await lost(
        finish(entra, lambda n: token_answer(id_token=id_token(nonce=n), access_token="a\r\nb"))
    )
    assert failed.code == "garbled"


# Discovery


async def test_a_sign_in_page_elsewhere_is_refused(entra):
    entra.get(DISCOVERY, json=discovery(authorization_endpoint="https://evil.example/authorize"))
    failed = await lost(begun_by(authorizer()))
    assert (type(failed), failed.code) == (Permanent, "url_refused")


async def test_an_unknown_tenant_is_told(entra):
    entra.get(DISCOVERY, json={"error": "invalid_tenant"}, status=400)
    failed = await lost(begun_by(authorizer()))
    assert (type(failed), failed.code) == (AuthLost, "tenant_unknown")


async def test_a_national_cloud_names_its_graph(entra):
    entra.get(DISCOVERY, json=discovery())
    begun = await begun_by(authorizer(resource="https://graph.microsoft.us"))
    [scope] = parse_qs(urlsplit(begun.url).query)["scope"]
    assert "https://graph.microsoft.us/Calendars.ReadWrite" in scope.split()


# Renewing


async def test_what_an_answer_leaves_out_stays(entra):
    entra.get(DISCOVERY, json=discovery())
    entra.post(TOKEN, json={"access_token": "access-2", "expires_in": 60})
    again = await authorizer().refresh(GRANT)
    assert (again.refresh_token, again.scopes) == (GRANT.refresh_token, GRANT.scopes)
    assert again.expires_at == START + timedelta(seconds=60)


async def test_a_lifetime_is_never_believed_beyond_a_day_and_a_bit(entra):
    entra.get(DISCOVERY, json=discovery())
    entra.post(TOKEN, json=token_answer(expires_in=10**12))
    assert (await authorizer().refresh(GRANT)).expires_at <= START + timedelta(hours=28)


async def test_a_grant_of_a_public_client_is_renewed_without_the_secret(entra):
    entra.get(DISCOVERY, json=discovery())
    entra.post(TOKEN, json={"error": "invalid_client", "error_codes": [700025]}, status=401)
    entra.post(TOKEN, json=token_answer())
    assert (await authorizer().refresh(GRANT)).access_token == Secret("access-2")
    first, second = sent(entra)
    assert "client_secret" in first
    assert "client_secret" not in second


@pytest.mark.parametrize(
    ("error", "number", "code"),
    [
        ("invalid_grant", 700082, "consent_gone"),
        ("invalid_grant", 50173, "consent_gone"),
        ("invalid_grant", 65001, "consent_gone"),
        ("invalid_grant", 50076, "consent_gone"),
        ("invalid_grant", 50057, "consent_gone"),
        ("invalid_grant", 12345, "consent_gone"),
        ("interaction_required", 50079, "consent_gone"),
        ("invalid_grant", 53003, "blocked_by_policy"),
        ("interaction_required", 53003, "blocked_by_policy"),
        ("invalid_client", 7000215, "secret_wrong"),
        ("invalid_client", 7000222, "secret_expired"),
        ("unauthorized_client", 700016, "application_unknown"),
        ("temporarily_unavailable", 90033, "sign_in_unavailable"),
        ("server_error", 0, "sign_in_unavailable"),
    ],
)
async def test_only_an_ended_consent_is_gone(entra, error, number, code):
    entra.get(DISCOVERY, json=discovery())
    entra.post(TOKEN, json={"error": error, "error_codes": [number]}, status=400)
    failed = await lost(authorizer().refresh(GRANT))
    assert failed.code == code
    assert failed.remedy
    assert isinstance(failed, Transient if code == "sign_in_unavailable" else AuthLost)


@pytest.mark.parametrize("status", [500, 502, 503])
async def test_a_gateway_that_speaks_of_an_invalid_grant_ends_no_consent(entra, status):
    entra.get(DISCOVERY, json=discovery())
    entra.post(TOKEN, json={"error": "invalid_grant", "error_codes": [700082]}, status=status)
    assert isinstance(await lost(authorizer().refresh(GRANT)), Transient)


async def test_a_grant_that_cannot_be_renewed_is_gone(entra):
    bare = Grant(access_token=Secret("a"), expires_at=START, refresh_token=None, scopes=frozenset())
    assert (await lost(authorizer().refresh(bare))).code == "consent_gone"


# Another device


async def test_an_app_that_is_closed_to_devices_says_so(entra):
    entra.get(DISCOVERY, json=discovery(device_authorization_endpoint=DEVICE))
    entra.post(DEVICE, json={"error": "invalid_client", "error_codes": [7000218]}, status=401)
    assert (await refusal(authorizer().begin_device())).code == "no_device_code"


@pytest.mark.parametrize(
    "wrong",
    [
        {"verification_uri": "javascript:alert(1)"},
        {"verification_uri": "http://microsoft.com/devicelogin"},
        {"user_code": ""},
        {"device_code": 7},
    ],
)
async def test_a_device_answer_that_is_none_is_refused(entra, wrong):
    entra.get(DISCOVERY, json=discovery(device_authorization_endpoint=DEVICE))
    entra.post(DEVICE, json=_device() | wrong)
    assert (await lost(authorizer().begin_device())).code == "garbled"


async def test_a_look_at_a_device_consent_never_waits(entra):
    entra.get(DISCOVERY, json=discovery(device_authorization_endpoint=DEVICE))
    entra.post(DEVICE, json=_device() | {"interval": 0, "expires_in": 10**9})
    entra.post(TOKEN, json={"error": "authorization_pending", "error_codes": [70016]}, status=400)
    entra.post(TOKEN, json={"error": "slow_down"}, status=400)
    one = authorizer()
    device = await one.begin_device()
    assert device.expires_at == START + timedelta(minutes=15)
    assert await one.finish_device(device.kept) is None
    assert await one.finish_device(device.kept) is None


def _device() -> dict[str, Any]:
    return {
        "device_code": "device-1",
        "user_code": "ABCD",
        "verification_uri": "https://microsoft.com/devicelogin",
        "expires_in": 900,
        "interval": 5,
    }
