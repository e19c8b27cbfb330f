"""Consents at the Google stand-in: given, refused, redeemed, renewed, ended.

Shows K20 of `config/promises.md`.
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from syncd.core.secret import Secret
from syncd.ports.errors import ProviderError, Transient
from syncd.ports.oauth import ConsentRefused, Purpose
from tests.integration.adapters.google_consent import BACK, STATE, ConsentStage

OWN_EVENTS = "https://www.googleapis.com/auth/calendar.events.owned"
EVENTS = "https://www.googleapis.com/auth/calendar.events"
CALENDAR_LIST = "https://www.googleapis.com/auth/calendar.calendarlist.readonly"


async def refused(stage: ConsentStage, purpose: Purpose = Purpose.CONNECT, **change: str):
    with pytest.raises(ConsentRefused) as caught:
        await stage.connect(purpose, **change)
    assert caught.value.message.endswith(".")
    assert caught.value.remedy.endswith(".")
    return caught.value


async def failure(work) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await work
    return caught.value


# Asked for


@pytest.mark.parametrize(
    ("purpose", "scopes"),
    [
        (Purpose.CONNECT, ("openid", "email", OWN_EVENTS, CALENDAR_LIST)),
        (Purpose.SIGN_IN, ("openid", "email", "profile")),
    ],
)
async def test_these_scopes_and_no_others_are_asked_for(purpose, scopes):
    stage = ConsentStage()
    await stage.connect(purpose)
    assert tuple(stage.asked()["scope"].split(" ")) == scopes


async def test_shared_calendars_are_asked_for_only_when_configured():
    stage = ConsentStage(shared_calendars=True)
    await stage.connect()
    assert stage.asked()["scope"].split() == ["openid", "email", EVENTS, CALENDAR_LIST]
    assert EVENTS in stage.authorizer.required()


async def test_every_scope_has_a_purpose_and_only_the_list_can_be_missed():
    authorizer = ConsentStage().authorizer
    assert all(purpose.startswith("to ") for purpose in authorizer.scopes().values())
    assert authorizer.required() == {"openid", "email", OWN_EVENTS}


async def test_pkce_s256_state_and_nonce_are_sent_every_time_and_never_twice_the_same():
    stage = ConsentStage()
    urls = [(await stage.begin()).url for _ in range(5)]
    queries = [parse_qs(urlsplit(url).query) for url in urls]
    assert {query["code_challenge_method"][0] for query in queries} == {"S256"}
    for name in ("code_challenge", "nonce"):
        values = {query[name][0] for query in queries}
        assert len(values) == 5
        assert all(len(value) == 43 for value in values)
    assert {query["state"][0] for query in queries} == {STATE}
    assert {query["redirect_uri"][0] for query in queries} == {BACK}


async def test_connecting_is_lasting_and_signing_in_is_not():
    stage = ConsentStage()
    grant = (await stage.connect()).grant
    told = stage.asked()
    assert (told["access_type"], told["prompt"]) == ("offline", "consent")
    assert "include_granted_scopes" not in told
    assert grant.refresh_token is not None
    signed_in = await stage.connect(Purpose.SIGN_IN)
    assert stage.asked()["access_type"] == "online"
    assert signed_in.grant.refresh_token is None


async def test_a_hint_names_the_account():
    stage = ConsentStage()
    begun = await stage.begin(hint="bo@example.com")
    assert parse_qs(urlsplit(begun.url).query)["login_hint"] == ["bo@example.com"]


async def test_the_secret_stands_in_no_address_and_what_is_kept_shows_itself_nowhere():
    stage = ConsentStage()
    begun = await stage.begin()
    assert stage.google.client_secret not in begun.url
    assert STATE not in repr(begun.kept)
    assert "verifier" not in repr(begun)


# Given


async def test_a_consent_tells_who_it_is_and_what_was_granted():
    stage = ConsentStage()
    consented = await stage.connect()
    who = consented.identity
    assert (who.address, who.tenant, who.is_verified) == ("ana@example.com", "example.com", True)
    assert who.subject.isdecimal()
    assert who.name == ""
    assert consented.grant.scopes == {"openid", "email", OWN_EVENTS, CALENDAR_LIST}
    assert consented.grant.expires_at == stage.clock.now() + timedelta(seconds=3599)


async def test_signing_in_tells_the_name():
    who = (await ConsentStage().connect(Purpose.SIGN_IN)).identity
    assert who.name == "Ana Example"


async def test_the_list_of_calendars_may_be_left_out():
    stage = ConsentStage()
    grant = (await stage.connect(sandbox_scope=f"openid email {OWN_EVENTS}")).grant
    assert grant.scopes == {"openid", "email", OWN_EVENTS}


# Refused


async def test_an_empty_box_is_told_by_what_it_is_for():
    stage = ConsentStage()
    told = await refused(stage, sandbox_scope=f"openid email {CALENDAR_LIST}")
    assert told.code == "scopes_missing"
    assert "to put links into events" in told.message


async def test_cancel_is_a_refusal():
    told = await refused(ConsentStage(), sandbox_person="")
    assert told.code == "consent_refused"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("admin_policy_enforced", "admin_approval_needed"),
        ("app_restricted", "app_unverified"),
        ("org_internal", "not_allowed"),
        ("disallowed_useragent", "consent_broken"),
        ("deleted_client", "app_not_approved"),
        ("no_such_error", "consent_broken"),
    ],
)
async def test_every_error_of_the_page_has_its_own_sentence(error, code):
    stage = ConsentStage()
    stage.google.knobs.consent_refusal = error
    assert (await refused(stage)).code == code
    assert stage.count("POST /token") == 0


async def test_no_two_refusals_say_the_same():
    stage, said = ConsentStage(), set()
    words = ["access_denied", "admin_policy_enforced", "app_restricted", "org_internal"]
    words += ["disallowed_useragent", "deleted_client"]
    for word in words:
        stage.google.knobs.consent_refusal = word
        told = await refused(stage)
        said.add((told.message, told.remedy))
    assert len(said) == len(words)


async def test_a_page_that_is_out_of_order_may_be_tried_later():
    stage = ConsentStage()
    stage.google.knobs.consent_refusal = "temporarily_unavailable"
    assert isinstance(await failure(stage.connect()), Transient)


@pytest.mark.parametrize(
    "answer",
    [
        {"code": "c"},
        {"code": "c", "state": ""},
        {"code": "c", "state": STATE[:-1]},
        {"code": "c", "state": f"{STATE}x"},
        {"code": "c", "state": "\ud800"},
        {"code": "c", "state": STATE, "iss": "https://zoom.us"},
        {"code": "c", "state": STATE, "iss": ""},
        {"state": STATE},
        {"state": STATE, "code": ""},
        {"state": STATE, "code": "x" * 3000},
        {"state": STATE, "code": "a\r\nb"},
        {"state": STATE, "error": "<script>alert(1)</script>"},
        {"state": "other", "error": "access_denied"},
    ],
)
async def test_an_answer_that_is_none_of_ours_never_reaches_the_token_endpoint(answer):
    stage = ConsentStage()
    begun = await stage.begin()
    with pytest.raises(ConsentRefused) as caught:
        await stage.authorizer.finish(begun.kept, answer)
    assert caught.value.code == "consent_broken"
    assert "<" not in caught.value.message
    assert stage.count("POST /token") == 0


async def test_googles_own_issuer_in_the_answer_is_taken():
    stage = ConsentStage()
    begun = await stage.begin()
    answer = {**await stage.allow(begun.url), "iss": "https://accounts.google.com"}
    assert (await stage.authorizer.finish(begun.kept, answer)).identity.address


async def test_a_code_is_good_once():
    stage = ConsentStage()
    begun = await stage.begin()
    answer = await stage.allow(begun.url)
    await stage.authorizer.finish(begun.kept, answer)
    with pytest.raises(ConsentRefused) as caught:
        await stage.authorizer.finish(begun.kept, answer)
    assert caught.value.code == "code_expired"


async def test_a_code_of_another_consent_is_refused_by_its_verifier():
    stage = ConsentStage()
    mine, theirs = await stage.begin(), await stage.begin()
    with pytest.raises(ConsentRefused) as caught:
        await stage.authorizer.finish(mine.kept, await stage.allow(theirs.url))
    assert caught.value.code == "code_expired"


@pytest.mark.parametrize(
    "change",
    [
        {"code_challenge": "", "code_challenge_method": ""},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
        {"code_challenge": "x" * 43},
    ],
)
async def test_a_pkce_downgrade_on_the_way_is_refused(change):
    told = await refused(ConsentStage(), **change)
    assert told.code == "code_expired"


async def test_another_redirect_uri_on_the_way_is_refused():
    told = await refused(ConsentStage(), redirect_uri="https://evil.example/")
    assert told.code == "consent_broken"
    assert "send you back" in told.message


async def test_a_lost_answer_is_not_asked_for_again():
    stage = ConsentStage()
    stage.strike("POST /token", kind="drop_response")
    assert (await refused(stage)).code == "code_expired"
    assert stage.count("POST /token") == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"error": "invalid_client"}, 401, "app_not_approved"),
        ({"error": "deleted_client"}, 401, "app_not_approved"),
        ({"error": "disabled_client"}, 401, "app_not_approved"),
        ({"error": "invalid_grant"}, 400, "code_expired"),
        ({"error": "redirect_uri_mismatch"}, 400, "consent_broken"),
        ({"error": "access_denied", "error_subtype": "access_not_configured"}, 403,
         "admin_approval_needed"),
        ({"error": "org_internal"}, 403, "not_allowed"),
        ({"error": "a b"}, 400, None),
        ("<html>", 400, None),
        ({}, 500, None),
    ],
)  # fmt: skip
async def test_every_error_of_the_exchange_has_its_own_sentence(body, status, code):
    stage = ConsentStage()
    stage.strike("POST /token", kind="status", status=status, body=body)
    if code is None:
        assert isinstance(await failure(stage.connect()), Transient)
    else:
        assert (await refused(stage)).code == code


async def test_without_a_refresh_token_there_is_no_connection():
    stage = ConsentStage()
    told = await refused(stage, access_type="online")
    assert (told.code, told.link) == ("consent_broken", "https://myaccount.google.com/connections")


async def test_google_has_no_device_code_for_calendars():
    authorizer = ConsentStage().authorizer
    for work in (authorizer.begin_device(), authorizer.finish_device(Secret("x"))):
        with pytest.raises(ConsentRefused) as caught:
            await work
        assert caught.value.code == "no_device_code"
