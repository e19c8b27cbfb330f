"""Grants of people at the Google stand-in: renewed, ended, looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import responses

from syncd.core.secret import Secret
from syncd.ports.errors import AuthLost, ProviderError, RateLimited, Transient
from syncd.ports.oauth import Grant
from tests.integration.adapters.google_consent import ConsentStage


async def failure(work) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await work
    return caught.value


# Renewed


async def test_a_refresh_gives_another_access_token_and_keeps_the_refresh_token():
    stage = ConsentStage()
    grant = await stage.grant()
    stage.clock.advance(3000)
    newer = await stage.authorizer.refresh(grant)
    assert newer.access_token != grant.access_token
    assert newer.refresh_token == grant.refresh_token
    assert newer.scopes == grant.scopes
    assert newer.expires_at == stage.clock.now() + timedelta(seconds=3599)


async def test_a_consent_that_was_taken_back_is_gone():
    stage = ConsentStage()
    grant = await stage.grant()
    stage.google.revoke_person(stage.ana.email)
    lost = await failure(stage.authorizer.refresh(grant))
    assert (type(lost), lost.code) == (AuthLost, "consent_gone")
    assert lost.remedy


@pytest.mark.parametrize(
    ("body", "status", "kind", "code"),
    [
        ({"error": "invalid_grant"}, 400, AuthLost, "consent_gone"),
        ({"error": "invalid_grant", "error_subtype": "invalid_rapt"}, 400, AuthLost,
         "consent_gone"),
        ({"error": "invalid_client"}, 401, AuthLost, "google_app_refused"),
        ({"error": "unauthorized_client"}, 401, AuthLost, "google_app_refused"),
        ({"error": "admin_policy_enforced"}, 400, AuthLost, "google_app_refused"),
        ({"error": "never_heard_of"}, 400, AuthLost, "google_app_refused"),
        ({"error": "internal_failure"}, 400, Transient, "sign_in_unavailable"),
        ({"error": "invalid_grant"}, 500, Transient, "sign_in_unavailable"),
        ("invalid_grant", 400, Transient, "sign_in_unavailable"),
        ({"error": "rate_limit"}, 429, RateLimited, "rate_limited"),
    ],
)  # fmt: skip
async def test_only_googles_word_ends_a_consent(body, status, kind, code):
    stage = ConsentStage()
    grant = await stage.grant()
    stage.strike("POST /token", kind="status", status=status, body=body, count=9)
    lost = await failure(stage.authorizer.refresh(grant))
    assert (type(lost), lost.code) == (kind, code)
    assert lost.remedy


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"access_token": ""},
        {"access_token": 1},
        {"access_token": "a\nb"},
        {"access_token": "a", "expires_in": "soon"},
        {"access_token": "a", "expires_in": True},
        {"access_token": "a", "refresh_token": "\u00e9"},
        {"access_token": "a", "scope": 5},
    ],
)
async def test_a_token_answer_that_makes_no_sense_is_passing(body):
    stage = ConsentStage()
    grant = await stage.grant()
    stage.strike("POST /token", kind="status", status=200, body=body)
    assert (await failure(stage.authorizer.refresh(grant))).code == "garbled"


async def test_a_new_refresh_token_replaces_the_old_and_a_life_is_an_hour_at_most():
    stage = ConsentStage()
    grant = await stage.grant()
    body = {"access_token": "a", "refresh_token": "r2", "expires_in": 10**12}
    stage.strike("POST /token", kind="status", status=200, body=body)
    newer = await stage.authorizer.refresh(grant)
    assert newer.refresh_token == Secret("r2")
    assert newer.expires_at == stage.clock.now() + timedelta(hours=1)
    assert newer.scopes == grant.scopes


# Ended, and looked at


async def test_a_revoked_grant_is_dead_and_revoking_it_again_is_done():
    stage = ConsentStage()
    grant = await stage.grant()
    assert await stage.authorizer.revoke(grant)
    assert (await failure(stage.authorizer.refresh(grant))).code == "consent_gone"
    assert (await failure(stage.authorizer.probe(grant))).code == "token_refused"
    assert await stage.authorizer.revoke(grant)


async def test_a_grant_without_a_refresh_token_is_revoked_by_the_other():
    stage = ConsentStage()
    grant: Grant = replace(await stage.grant(), refresh_token=None)
    assert await stage.authorizer.revoke(grant)
    assert (await failure(stage.authorizer.probe(grant))).code == "token_refused"


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [(503, {}, Transient), (429, {}, RateLimited), (400, {"error": "invalid_request"}, Transient)],
)
async def test_a_revocation_that_did_not_happen_is_told(status, body, kind):
    stage = ConsentStage()
    grant = await stage.grant()
    stage.strike("POST /revoke", kind="status", status=status, body=body, count=9)
    assert isinstance(await failure(stage.authorizer.revoke(grant)), kind)


async def test_a_probe_tells_who_the_token_is():
    stage = ConsentStage()
    consented = await stage.connect()
    assert await stage.authorizer.probe(consented.grant) == consented.identity


@pytest.mark.parametrize("body", ["x", {}, {"sub": "1"}, {"sub": 1, "email": "a@b"}])
async def test_a_probe_that_makes_no_sense_is_passing(body):
    stage = ConsentStage()
    grant = await stage.grant()
    stage.strike("GET /userinfo", kind="status", status=200, body=body)
    assert (await failure(stage.authorizer.probe(grant))).code == "garbled"


async def test_googles_library_sends_nothing_by_itself():
    stage = ConsentStage()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        grant = await stage.grant()
        await stage.authorizer.refresh(grant)
        await stage.authorizer.revoke(grant)
        assert len(wire.calls) == 0
