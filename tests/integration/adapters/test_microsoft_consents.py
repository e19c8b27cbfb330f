"""Consents at Microsoft, from the address of its page to the grant, over HTTPS as in production."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest

from syncd.core.secret import Secret
from syncd.ports.errors import AuthLost, Transient
from syncd.ports.oauth import ConsentRefused, Purpose
from syncd.sandbox.fakes.microsoft.id_tokens import PERSONAL_TENANT
from tests.integration.adapters.microsoft_consents import (
    BACK,
    STATE,
    ConsentStage,
    begin,
    consent_stage,
)


@pytest.fixture
async def stage(tmp_path) -> AsyncIterator[ConsentStage]:
    async with consent_stage(tmp_path) as one:
        yield one


# The way there and back


async def test_a_consent_tells_who_it_is_and_what_was_granted(stage):
    consented = await stage.consent()
    identity, grant = consented.identity, consented.grant
    tenant = stage.microsoft.tenant_id
    assert identity.subject == f"{tenant}.{stage.ana.microsoft_id}"
    assert (identity.tenant, identity.address) == (tenant, stage.ana.email)
    assert (identity.name, identity.is_verified) == (stage.ana.name, True)
    assert stage.authorizer().required() <= grant.scopes
    assert grant.refresh_token is not None
    assert 3000 < (grant.expires_at - stage.clock.now()).total_seconds() <= 3599


async def test_the_token_opens_the_calendars_of_that_person_only(stage):
    grant = (await stage.consent()).grant
    access = stage.exchange.grants.accesses[grant.access_token.reveal()]
    assert access.person == stage.ana
    assert access.scopes == {"Calendars.ReadWrite"}


async def test_the_least_is_asked_for_and_always_with_pkce_state_and_nonce(stage):
    for purpose in (Purpose.CONNECT, Purpose.SIGN_IN):
        await stage.consent(purpose=purpose)
    connect, sign_in = stage.exchange.consents
    assert set(connect["scope"].split()) == {
        "Calendars.ReadWrite",
        "offline_access",
        "openid",
        "profile",
    }
    assert set(connect["scope"].split()) == set(stage.authorizer().scopes())
    assert set(sign_in["scope"].split()) == {"openid", "profile"}
    for asked in (connect, sign_in):
        assert asked["code_challenge_method"] == "S256"
        assert (asked["has_state"], asked["has_nonce"], asked["has_code_challenge"]) == (True,) * 3
        assert asked["redirect_uri"] == BACK


async def test_what_asks_is_in_the_state_of_the_sandbox_without_what_is_secret(stage):
    begun = await begin(stage.authorizer())
    await stage.answer(begun.url)
    [shown] = stage.microsoft.snapshot()["consents"]
    assert shown["code_challenge_method"] == "S256"
    assert STATE not in str(shown)


async def test_the_address_carries_our_state_and_a_hint_and_no_verifier(stage):
    one = stage.authorizer()
    begun = await one.begin(
        purpose=Purpose.CONNECT, state=STATE, redirect_uri=BACK, hint="ana@example.com"
    )
    query = parse_qs(urlsplit(begun.url).query)
    assert (query["state"], query["login_hint"]) == ([STATE], ["ana@example.com"])
    assert "code_verifier" not in query


async def test_two_consents_share_no_verifier_and_no_nonce(stage):
    first, second = [await begin(stage.authorizer()) for _ in range(2)]
    for name in ("nonce", "code_challenge"):
        shown = {parse_qs(urlsplit(one.url).query)[name][0] for one in (first, second)}
        assert len(shown) == 2


async def test_signing_in_gives_nothing_that_lasts(stage):
    consented = await stage.consent(purpose=Purpose.SIGN_IN)
    assert consented.grant.refresh_token is None
    assert "Calendars.ReadWrite" not in consented.grant.scopes


async def test_the_code_of_one_consent_is_no_good_with_the_verifier_of_another(stage):
    one = stage.authorizer()
    mine, theirs = await begin(one), await begin(one)
    with pytest.raises(ConsentRefused):
        await one.finish(mine.kept, await stage.answer(theirs.url))


async def test_a_code_is_good_once(stage):
    one = stage.authorizer()
    begun = await begin(one)
    answer = await stage.answer(begun.url)
    await one.finish(begun.kept, answer)
    with pytest.raises(ConsentRefused) as caught:
        await one.finish(begun.kept, answer)
    assert caught.value.code == "code_expired"


@pytest.mark.parametrize(
    "changed",
    [
        {"state": "another"},
        {"state": ""},
        {"state": "\udcff"},
        {"code": ""},
        {"code": "a\r\nb"},
        {"code": "x" * 5000},
        {"iss": "https://accounts.google.com"},
        {"iss": ""},
    ],
)
async def test_an_answer_that_is_not_ours_is_never_redeemed(stage, changed):
    one = stage.authorizer()
    begun = await begin(one)
    answer = await stage.answer(begun.url) | changed
    before = dict(stage.world.counts)
    with pytest.raises(ConsentRefused) as caught:
        await one.finish(begun.kept, answer)
    assert caught.value.code == "consent_broken"
    assert dict(stage.world.counts) == before


# Whose accounts


@pytest.mark.parametrize("tenant", ["common", "organizations"])
async def test_an_address_of_any_organisation_is_not_vouched_for(stage, tenant):
    identity = (await stage.consent(tenant)).identity
    assert (identity.tenant, identity.is_verified) == (stage.microsoft.tenant_id, False)


@pytest.mark.parametrize("tenant", ["common", "consumers"])
async def test_a_personal_account_is_of_the_tenant_of_all_of_them(stage, tenant):
    stage.exchange.knobs.personal = frozenset({stage.ana.email})
    identity = (await stage.consent(tenant)).identity
    assert (identity.tenant, identity.is_verified) == (PERSONAL_TENANT, False)
    assert identity.subject == f"{PERSONAL_TENANT}.{stage.ana.microsoft_id}"


@pytest.mark.parametrize(
    ("tenant", "personal"),
    [("organizations", True), ("contoso.example", True), ("consumers", False)],
)
async def test_an_account_of_another_kind_is_the_wrong_one(stage, tenant, personal):
    stage.exchange.knobs.personal = frozenset({stage.ana.email} if personal else ())
    with pytest.raises(ConsentRefused) as caught:
        await stage.consent(tenant)
    assert caught.value.code == "wrong_account"


# Refusals


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (65004, "consent_refused"),
        (65001, "admin_approval_needed"),
        (90094, "admin_approval_needed"),
        (90093, "admin_approval_needed"),
        (50020, "wrong_account"),
        (50034, "wrong_account"),
        (70008, "code_expired"),
        (54005, "code_expired"),
        (53003, "not_allowed"),
        (50076, "not_allowed"),
        (50105, "app_not_approved"),
        (7000215, "consent_broken"),
    ],
)
async def test_a_refusal_says_why_and_what_to_do(stage, number, code):
    stage.exchange.knobs.refuse_consent = number
    with pytest.raises(ConsentRefused) as caught:
        await stage.consent()
    assert caught.value.code == code
    assert caught.value.message.endswith(".")
    assert caught.value.remedy


async def test_an_unknown_refusal_is_told_by_its_number(stage):
    stage.exchange.knobs.refuse_consent = 99999
    with pytest.raises(ConsentRefused) as caught:
        await stage.consent()
    assert caught.value.code == "consent_broken"
    assert "AADSTS99999" in caught.value.message


async def test_an_admin_is_shown_where_to_approve_and_then_it_works(stage):
    stage.exchange.knobs.require_admin_consent = True
    with pytest.raises(ConsentRefused) as caught:
        await stage.consent()
    refused = caught.value
    assert refused.code == "admin_approval_needed"
    client = stage.microsoft.client_id
    assert refused.link == f"{stage.login}/contoso.example/adminconsent?client_id={client}"
    assert "Accept" in await stage.page("GET", refused.link)
    where = refused.link.partition("?")[0]
    page = await stage.page("POST", where, client_id=client, decision="accept")
    assert "Approved" in page
    assert (await stage.consent()).identity.address == stage.ana.email


async def test_where_an_admin_has_to_approve_people_still_sign_in(stage):
    stage.exchange.knobs.require_admin_consent = True
    assert (await stage.consent(purpose=Purpose.SIGN_IN)).identity.address == stage.ana.email


async def test_a_secret_that_is_wrong_is_for_the_admin(stage):
    one = stage.authorizer(credential=Secret("wrong"))
    begun = await begin(one)
    with pytest.raises(ConsentRefused) as caught:
        await one.finish(begun.kept, await stage.answer(begun.url))
    assert caught.value.code == "consent_broken"
    assert "client_id" in caught.value.remedy


async def test_nothing_that_stands_in_the_browsers_address_is_shown(stage):
    one = stage.authorizer()
    begun = await begin(one)
    answer = {"state": STATE, "error": "<script>", "error_description": "call +1 555"}
    with pytest.raises(ConsentRefused) as caught:
        await one.finish(begun.kept, answer)
    shown = f"{caught.value.message}{caught.value.remedy}{caught.value.link}"
    assert "script" not in shown
    assert "555" not in shown


async def test_a_long_description_is_not_read_to_its_end(stage):
    one = stage.authorizer()
    begun = await begin(one)
    answer = {"state": STATE, "error": "odd", "error_description": "A" * 10**6 + "AADSTS65004"}
    with pytest.raises(ConsentRefused) as caught:
        await one.finish(begun.kept, answer)
    assert "odd" in caught.value.message


# Afterwards


async def test_a_grant_is_renewed_with_the_newest_refresh_token(stage):
    grant = (await stage.consent()).grant
    again = await stage.authorizer().refresh(grant)
    assert again.access_token != grant.access_token
    assert again.refresh_token not in (None, grant.refresh_token)
    assert again.scopes >= stage.authorizer().required()


async def test_a_revoked_consent_is_gone(stage):
    one = stage.authorizer()
    grant = (await stage.consent()).grant
    stage.exchange.grants.revoke(stage.ana.email)
    for ask in (one.refresh, one.probe):
        with pytest.raises(AuthLost) as caught:
            await ask(grant)
        assert caught.value.code == "consent_gone"
        assert caught.value.remedy


async def test_a_probe_tells_who_it_is(stage):
    consented = await stage.consent()
    assert await stage.authorizer().probe(consented.grant) == consented.identity


async def test_microsoft_has_no_call_that_ends_a_consent(stage):
    consented = await stage.consent()
    assert await stage.authorizer().revoke(consented.grant) is False


async def test_without_entra_nothing_is_lost(stage):
    grant = (await stage.consent()).grant
    with contextlib.closing(socket.socket()) as nobody:
        # Bound, so that nobody else listens there.
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        one = stage.authorizer(login_base=f"https://127.0.0.1:{port}/login")
        for act in (one.refresh(grant), begin(one)):
            with pytest.raises(Transient):
                await act


# Another device


async def test_a_consent_is_given_on_another_device(stage):
    one = stage.authorizer()
    device = await one.begin_device()
    assert await one.finish_device(device.kept) is None
    page = f"{device.url}?user_code={device.code}&sandbox_person={stage.ana.email}"
    assert "Signed in" in await stage.page("GET", page)
    consented = await one.finish_device(device.kept)
    assert consented is not None
    assert consented.identity.address == stage.ana.email
    assert (await one.refresh(consented.grant)).refresh_token is not None


async def test_a_device_consent_that_is_declined_or_expires_says_so(stage):
    one = stage.authorizer()
    device = await one.begin_device()
    query = f"user_code={device.code}&sandbox_person={stage.ana.email}&decision=cancel"
    await stage.page("GET", f"{device.url}?{query}")
    with pytest.raises(ConsentRefused) as caught:
        await one.finish_device(device.kept)
    assert caught.value.code == "consent_refused"
    late = await one.begin_device()
    stage.world.advance(1000)
    with pytest.raises(ConsentRefused) as caught:
        await one.finish_device(late.kept)
    assert caught.value.code == "code_expired"
