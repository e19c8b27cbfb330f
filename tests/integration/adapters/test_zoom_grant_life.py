"""A grant at Zoom as it is renewed, ended, and found to be gone."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx
import pytest

from syncd.adapters.http import Answer
from syncd.adapters.zoom.grant_errors import refresh_refused
from syncd.core.secret import Secret
from syncd.ports.errors import AuthLost, RateLimited, Transient
from tests.integration.adapters.zoom_people import People

TOKEN, REVOKE = "POST /oauth/token", "POST /oauth/revoke"


async def test_a_refresh_token_is_good_once_and_the_next_is_kept():
    people = People()
    first = (await people.consent()).grant
    second = await people.authorizer.refresh(first)
    assert second.refresh_token not in (first.refresh_token, None)
    assert second.scopes == first.scopes
    with pytest.raises(AuthLost) as gone:
        await people.authorizer.refresh(first)
    assert gone.value.code == "consent_gone"
    assert (await people.authorizer.probe(second)).subject == people.ana.zoom_id


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (400, {"reason": "Invalid Token!", "error": "invalid_grant"}, "consent_gone"),
        (401, {"reason": "Invalid Token!", "error": "invalid_request"}, "consent_gone"),
        (400, {"reason": "x", "error": "invalid_request", "errorCode": 4735}, "consent_gone"),
        (400, {"reason": "x", "error": "invalid_request", "errorCode": 4741}, "consent_gone"),
        (400, {"reason": "x", "error": "invalid_client"}, "zoom_auth"),
        (400, {"reason": "x", "error": "invalid_grant", "errorCode": 4704}, "zoom_auth"),
        (400, {"reason": "Bad request", "error": "invalid_request"}, "zoom_auth"),
        (400, {"reason": "x", "error": "x", "errorCode": 4738}, "zoom_app_switched_off"),
    ],
)
def test_refusals_are_told_by_their_words(status: int, body: dict[str, object], code: str):
    refused = refresh_refused(Answer(status, {}, b""), body)
    assert refused is not None
    assert (refused.code, bool(refused.remedy)) == (code, True)


@pytest.mark.parametrize(
    ("status", "body"), [(500, {"error": "invalid_grant"}), (400, {}), (403, {"error": "x"})]
)
def test_whatever_else_says_nothing_of_the_consent(status: int, body: dict[str, object]):
    assert refresh_refused(Answer(status, {}, b""), body) is None


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"kind": "status", "status": 502}, Transient),
        ({"kind": "status", "status": 500, "body": {"error": "invalid_grant"}}, Transient),
        ({"kind": "garbage"}, Transient),
        ({"kind": "status", "status": 429, "headers": {"retry-after": "60"}}, RateLimited),
    ],
)
async def test_a_failing_server_ends_no_consent(fault, kind):
    people = People()
    grant = (await people.consent()).grant
    people.strike(TOKEN, count=9, **fault)
    with pytest.raises(kind):
        await people.authorizer.refresh(grant)


async def test_revoking_kills_both_tokens_and_doing_it_again_is_done():
    people = People()
    grant = (await people.consent()).grant
    assert await people.authorizer.revoke(grant)
    assert people.zoom.snapshot()["grants"] == {}
    assert await people.authorizer.revoke(grant)


async def test_an_expired_grant_is_renewed_to_be_revoked():
    people = People()
    grant = (await people.consent()).grant
    people.later(3700)
    assert await people.authorizer.revoke(grant)
    assert people.zoom.snapshot()["grants"] == {}


async def test_a_lost_answer_to_a_revocation_is_no_trouble():
    people = People()
    grant = (await people.consent()).grant
    people.strike(REVOKE, kind="drop_response")
    assert await people.authorizer.revoke(grant)


async def test_zoom_being_down_leaves_a_revocation_for_later():
    people = People()
    grant = (await people.consent()).grant
    people.strike(REVOKE, kind="status", status=503, count=9)
    with pytest.raises(Transient):
        await people.authorizer.revoke(grant)
    people.world.faults.clear()
    assert await people.authorizer.revoke(grant)
    assert people.zoom.snapshot()["grants"] == {}


async def test_a_refused_app_cannot_revoke_and_says_so():
    people = People()
    grant = (await people.consent()).grant
    wrong = people.app(client_secret=Secret("guess"))
    with pytest.raises(AuthLost) as lost:
        await wrong.revoke(grant)
    assert lost.value.code == "zoom_auth"
    assert people.zoom.snapshot()["grants"] != {}


async def test_a_grant_without_a_refresh_token_is_gone_once_it_has_expired():
    people = People()
    grant = replace((await people.consent()).grant, refresh_token=None)
    people.later(3700)
    assert await people.authorizer.revoke(grant)


async def test_ten_calls_at_once_renew_once():
    people = People()
    await people.connect(people.ana.email)
    people.later(3600)
    before = people.world.counts[("zoom", TOKEN)]
    grants = people.grants()
    found = await asyncio.gather(*(grants.current(people.ana.email) for _ in range(10)))
    assert len({one.generation for one in found}) == 1
    assert people.world.counts[("zoom", TOKEN)] == before + 1


async def test_removing_the_app_in_zoom_is_found_at_the_next_use():
    people = People()
    account = await people.connect(people.ana.email)
    people.zoom.remove_app(people.ana)
    own = people.accounts(people.ana.email).of(people.ana.email)
    with pytest.raises(AuthLost) as lost:
        await own.listing(people.ana.email)
    assert lost.value.code == "consent_gone"
    assert people.gone == [(account, "consent_gone")]
    with pytest.raises(AuthLost) as lost:
        await own.listing(people.ana.email)
    assert lost.value.code == "zoom_not_connected"


async def test_tokens_leave_for_no_place_but_the_configured():
    people = People()
    grant = replace((await people.consent()).grant, api_url="https://evil.example")
    assert (await people.authorizer.probe(grant)).address == people.ana.email
    assert {request.url.host for request in people.wire.requests} == {"sandbox.example"}
    assert isinstance(people.wire.requests[0], httpx.Request)
