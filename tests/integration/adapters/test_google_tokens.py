"""Access tokens of the service account: what is asked for, how long it lasts, who waits."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from google.auth import jwt

from syncd.core.secret import Secret
from syncd.ports.errors import AuthLost, Transient
from tests.fakes.clock import FakeClock
from tests.integration.adapters.google_wire import (
    OAUTH,
    Wire,
    claims,
    private_key,
    service_account,
    token_answer,
    tokens_on,
)


async def test_the_assertion_names_the_owner_as_its_subject():
    clock, wire = FakeClock(), Wire()
    token = await tokens_on(wire, clock).token("ana@example.com")
    [request] = wire.token_calls
    now = int(clock.now().timestamp())
    assert token == Secret("token-1")
    assert str(request.url) == f"{OAUTH}/token"
    assert claims(request) == {
        "iss": "syncd@project.iam.gserviceaccount.com",
        "sub": "ana@example.com",
        "scope": "https://www.googleapis.com/auth/calendar.events",
        "aud": "https://oauth2.googleapis.com/token",
        "iat": now,
        "exp": now + 3600,
    }


async def test_the_assertion_is_signed_with_the_key():
    wire = Wire()
    await tokens_on(wire, FakeClock()).token("ana@example.com")
    form = parse_qs(wire.token_calls[0].content.decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    [assertion] = form["assertion"]
    header, _, signed, signature = jwt._unverified_decode(assertion)
    assert (header["alg"], header["kid"]) == ("RS256", "k1")
    private_key().public_key().verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())


async def test_without_a_token_uri_the_audience_is_where_it_is_sent():
    wire = Wire()
    await tokens_on(wire, FakeClock(), token_uri=None).token("ana@example.com")
    assert claims(wire.token_calls[0])["aud"] == f"{OAUTH}/token"


async def test_a_token_is_kept_until_four_minutes_before_its_end():
    clock, wire = FakeClock(), Wire()
    tokens = tokens_on(wire, clock)
    first = await tokens.token("ana@example.com")
    clock.advance(3600 - 241)
    assert await tokens.token("ana@example.com") == first
    clock.advance(1)
    assert await tokens.token("ana@example.com") == Secret("token-2")


async def test_a_jump_of_the_wall_clock_makes_no_token_live_longer():
    clock, wire = FakeClock(), Wire()
    tokens = tokens_on(wire, clock)
    await tokens.token("ana@example.com")
    clock.jump(-86400)
    clock.advance(3600)
    assert await tokens.token("ana@example.com") == Secret("token-2")


async def test_a_token_that_lives_shorter_than_the_margin_is_used_for_half_its_life():
    clock, wire = FakeClock(), Wire()
    wire.token_answers = [token_answer("short", 60)]
    tokens = tokens_on(wire, clock)
    await tokens.token("ana@example.com")
    clock.advance(29)
    assert await tokens.token("ana@example.com") == Secret("short")
    clock.advance(1)
    assert await tokens.token("ana@example.com") == Secret("token-2")


async def test_many_callers_at_once_cause_one_request():
    wire = Wire()
    tokens = tokens_on(wire, FakeClock())
    got = await asyncio.gather(*(tokens.token("ana@example.com") for _ in range(20)))
    assert set(got) == {Secret("token-1")}
    assert len(wire.token_calls) == 1


async def test_every_owner_has_a_token_of_their_own():
    wire = Wire()
    tokens = tokens_on(wire, FakeClock())
    assert await tokens.token("ana@example.com") != await tokens.token("bo@example.com")
    assert [claims(request)["sub"] for request in wire.token_calls] == [
        "ana@example.com",
        "bo@example.com",
    ]


async def test_a_refused_token_is_renewed_once_for_all_who_were_refused():
    wire = Wire()
    tokens = tokens_on(wire, FakeClock())
    old = await tokens.token("ana@example.com")
    got = await asyncio.gather(*(tokens.renewed("ana@example.com", refused=old) for _ in range(9)))
    assert set(got) == {Secret("token-2")}
    assert len(wire.token_calls) == 2


async def test_a_user_google_does_not_know_is_lost_and_the_others_are_not():
    wire = Wire()
    denied = {"error": "invalid_grant", "error_description": "Invalid email or User ID"}
    wire.token_answers = [httpx.Response(400, json=denied)]
    tokens = tokens_on(wire, FakeClock())
    with pytest.raises(AuthLost, match=r"nobody@example\.com"):
        await tokens.token("nobody@example.com")
    assert await tokens.token("ana@example.com") == Secret("token-2")


async def test_a_failed_renewal_leaves_no_old_token_behind():
    wire = Wire()
    tokens = tokens_on(wire, FakeClock())
    old = await tokens.token("ana@example.com")
    wire.token_answers = [httpx.Response(400, json={"error": "invalid_grant"})]
    with pytest.raises(AuthLost):
        await tokens.renewed("ana@example.com", refused=old)
    assert await tokens.token("ana@example.com") == Secret("token-3")


async def test_a_token_endpoint_that_is_down_is_asked_again_and_then_passing():
    clock, wire = FakeClock(), Wire()
    wire.token_answers = [httpx.Response(503) for _ in range(3)]
    with pytest.raises(Transient):
        await tokens_on(wire, clock).token("ana@example.com")
    assert len(wire.token_calls) == 3


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"expires_in": 3600}),
        httpx.Response(200, json={"access_token": 5}),
        token_answer("a\r\nb: c"),
        token_answer("t", "soon"),
    ],
)
async def test_a_token_answer_that_holds_no_token_is_passing(answer: httpx.Response):
    wire = Wire()
    wire.token_answers = [answer]
    with pytest.raises(Transient) as raised:
        await tokens_on(wire, FakeClock()).token("ana@example.com")
    assert raised.value.code == "garbled"


@pytest.mark.parametrize(
    "fields", [{"private_key": "x"}, {"private_key": None}, {"client_email": None}]
)
def test_a_key_that_is_none_is_refused_without_being_shown(fields):
    with pytest.raises(ValueError, match=r"private key|client_email") as raised:
        tokens_on(Wire(), FakeClock(), **fields)
    assert service_account()["private_key"] not in str(raised.value)
