from __future__ import annotations

import datetime
import threading
from pathlib import Path

import pytest
import requests
import responses

from syncd.adapters.microsoft import CertificateCredential
from syncd.core.secret import Secret
from syncd.ports.errors import AuthLost, Permanent, RateLimited, Transient
from tests.integration.adapters.microsoft_login import (
    DISCOVERY,
    TOKEN,
    certificate,
    discovery,
    failure,
    give,
    grant,
    sent,
    tokens,
)


@pytest.fixture
def entra():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


# Refusals


@pytest.mark.parametrize(
    ("error", "number", "code"),
    [
        ("invalid_client", 7000215, "secret_wrong"),
        ("invalid_client", 7000222, "secret_expired"),
        ("invalid_client", 7000218, "credential_missing"),
        ("invalid_client", 700027, "certificate_unknown"),
        ("invalid_client", 700024, "clock_wrong"),
        ("unauthorized_client", 700016, "application_unknown"),
        ("unauthorized_client", 7000112, "application_disabled"),
        ("invalid_request", 90002, "tenant_unknown"),
        ("access_denied", 53003, "blocked_by_policy"),
        ("unauthorized_client", 12345, "sign_in_refused"),
    ],
)
async def test_a_refusal_names_its_cause_and_its_remedy(entra, error, number, code):
    refusal = {"error": error, "error_description": f"AADSTS{number}: no", "error_codes": [number]}
    give(entra, refusal, status=401)
    lost = await failure(tokens())
    assert (type(lost), lost.code) == (AuthLost, code)
    assert lost.remedy


async def test_the_number_is_found_in_the_description_too(entra):
    give(entra, {"error": "invalid_client", "error_description": "AADSTS7000222: x"}, status=401)
    assert (await failure(tokens())).code == "secret_expired"


async def test_an_unknown_refusal_is_named(entra):
    give(entra, {"error": "odd_client"}, status=400)
    assert "odd_client" in (await failure(tokens())).message


async def test_a_refusal_is_not_remembered(entra):
    entra.get(DISCOVERY, json=discovery())
    entra.post(TOKEN, json={"error": "invalid_client", "error_codes": [7000222]}, status=400)
    entra.post(TOKEN, json=grant("t1"))
    one = tokens()
    await failure(one)
    assert await one.token() == "t1"


async def test_an_unknown_tenant_is_lost(entra):
    body = {"error": "invalid_tenant", "error_description": "AADSTS90002: no"}
    entra.get(DISCOVERY, json=body, status=400)
    lost = await failure(tokens())
    assert (type(lost), lost.code) == (AuthLost, "tenant_unknown")


@pytest.mark.parametrize(
    "credential",
    [
        CertificateCredential(Secret("no key"), certificate().public_certificate),
        CertificateCredential(certificate().private_key, "no certificate"),
    ],
)
async def test_a_certificate_that_is_none_is_lost(entra, credential):
    give(entra)
    lost = await failure(tokens(credential=credential))
    assert (type(lost), lost.code) == (AuthLost, "certificate_unreadable")


# Faults


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"status": 500}, "sign_in_unavailable"),
        ({"status": 503, "body": "<html>"}, "sign_in_unavailable"),
        ({"body": requests.ConnectionError("refused")}, "sign_in_unavailable"),
        ({"body": requests.Timeout("slow")}, "sign_in_unavailable"),
        ({"status": 302, "headers": {"Location": "https://x.example"}}, "garbled"),
        ({"body": "<html>"}, "garbled"),
        ({"body": "[]"}, "garbled"),
        ({"json": {}}, "garbled"),
        ({"json": {"access_token": 7}}, "garbled"),
        ({"json": grant("t1", expires_in="soon")}, "garbled"),
        ({"body": b"x" * (1024 * 1024 + 1)}, "sign_in_unavailable"),
        ({"json": {"error": "temporarily_unavailable"}, "status": 400}, "sign_in_unavailable"),
        ({"json": {"error": "x", "error_codes": [90033]}, "status": 400}, "sign_in_unavailable"),
    ],
)
@pytest.mark.parametrize("signs", [False, True])
async def test_a_fault_of_the_token_endpoint_is_passing(entra, answer, code, signs):
    entra.get(DISCOVERY, json=discovery())
    entra.post(TOKEN, **answer)
    fault = await failure(tokens(credential=certificate()) if signs else tokens())
    assert (type(fault), fault.code) == (Transient, code)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500},
        {"status": 302, "headers": {"Location": "https://x.example"}},
        {"status": 403, "body": "<html>"},
        {"body": requests.ConnectionError("refused")},
        {"body": "<html>"},
        {"body": "[]"},
        {"json": {}},
        {"json": {"issuer": 1, "authorization_endpoint": 2, "token_endpoint": 3}},
    ],
)
@pytest.mark.parametrize("signs", [False, True])
async def test_a_fault_of_discovery_is_passing(entra, answer, signs):
    entra.get(DISCOVERY, **answer)
    fault = await failure(tokens(credential=certificate()) if signs else tokens())
    assert type(fault) is Transient


@pytest.mark.parametrize("url", [DISCOVERY, TOKEN])
async def test_a_throttled_sign_in_rests_as_long_as_told(entra, url):
    if url == TOKEN:
        entra.get(DISCOVERY, json=discovery())
    entra.add(
        responses.GET if url == DISCOVERY else responses.POST,
        url,
        json={"error": "x"},
        status=429,
        headers={"Retry-After": "77"},
    )
    rest = await failure(tokens())
    assert isinstance(rest, RateLimited)
    assert rest.retry_after == datetime.timedelta(seconds=77)


async def test_a_sign_in_that_drags_on_is_left(entra, monkeypatch):
    monkeypatch.setattr("syncd.adapters.microsoft.tokens._ATTEMPT_SECONDS", 0.01)
    left = threading.Event()

    def dawdle(_request):
        left.wait(10)
        return 500, {}, ""

    entra.add_callback(responses.GET, DISCOVERY, callback=dawdle)
    fault = await failure(tokens())
    left.set()
    assert (type(fault), fault.code) == (Transient, "sign_in_unavailable")


async def test_a_token_endpoint_elsewhere_never_gets_the_secret(entra):
    elsewhere = "https://login.example.evil.example/contoso.example/oauth2/v2.0/token"
    entra.get(DISCOVERY, json=discovery(token_endpoint=elsewhere))
    fault = await failure(tokens())
    assert (type(fault), fault.code) == (Permanent, "url_refused")
    assert sent(entra) == []


async def test_the_environment_has_no_say(entra, monkeypatch):
    monkeypatch.setenv("MSAL_FORCE_REGION", "westus")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere.pem")
    give(entra, grant("t1"))
    assert await tokens(ca_file=Path("ca.pem")).token() == "t1"
    options = [one.request.req_kwargs for one in entra.calls]
    assert {one["verify"] for one in options} == {"ca.pem"}
    assert all(one["timeout"] and not one["proxies"] for one in options)
    assert {one.request.url.partition("?")[0] for one in entra.calls} == {DISCOVERY, TOKEN}


async def test_no_log_holds_a_secret_or_a_token(entra, caplog):
    caplog.set_level("DEBUG")
    entra.get(DISCOVERY, json=discovery())
    entra.post(TOKEN, body='{"access_token": "t0ken", "expires')
    await failure(tokens())
    assert "t0ken" not in caplog.text
    assert "s3cret" not in caplog.text


def test_a_credential_does_not_show_itself():
    assert "PRIVATE" not in repr(certificate())
