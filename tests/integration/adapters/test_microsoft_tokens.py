from __future__ import annotations

import asyncio
import base64
import json
import threading

import pytest
import responses

from syncd.core.secret import Secret
from syncd.ports.errors import Transient
from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.microsoft import MicrosoftStandIn
from syncd.sandbox.fakes.server import make_authority, serve
from syncd.sandbox.fakes.world import World
from tests.fakes.clock import FakeClock
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


async def test_a_token_is_asked_for_by_the_secret_and_for_graph(entra):
    give(entra, grant("t1"))
    assert await tokens().token() == "t1"
    [form] = sent(entra)
    assert form["grant_type"] == "client_credentials"
    assert (form["client_id"], form["client_secret"]) == ("app-1", "s3cret")
    assert form["scope"] == "https://graph.microsoft.com/.default"


async def test_a_national_cloud_has_its_own_scope(entra):
    give(entra, grant("t1"))
    await tokens(scope="https://graph.microsoft.us/.default").token()
    assert sent(entra)[0]["scope"] == "https://graph.microsoft.us/.default"


async def test_a_certificate_signs_instead_of_a_secret(entra):
    give(entra, grant("t1"))
    assert await tokens(credential=certificate()).token() == "t1"
    [form] = sent(entra)
    assert "client_secret" not in form
    header = json.loads(base64.urlsafe_b64decode(form["client_assertion"].split(".")[0] + "=="))
    assert header["alg"] == "PS256"


async def test_nothing_is_asked_before_a_token_is_needed(entra):
    tokens()
    assert len(entra.calls) == 0


async def test_one_token_serves_many_callers(entra):
    give(entra, grant("t1"))
    one = tokens()
    assert await asyncio.gather(*(one.token() for _ in range(20))) == ["t1"] * 20
    assert len(sent(entra)) == 1


async def test_a_token_is_replaced_five_minutes_before_its_end(entra):
    give(entra, grant("t1"), grant("t2"))
    clock = FakeClock()
    one = tokens(clock=clock)
    assert await one.token() == "t1"
    clock.advance(3299)
    assert await one.token() == "t1"
    clock.advance(1)
    assert await one.token() == "t2"


async def test_a_short_token_is_used_for_half_of_its_time(entra):
    give(entra, grant("t1", expires_in=100), grant("t2"))
    clock = FakeClock()
    one = tokens(clock=clock)
    await one.token()
    clock.advance(49)
    assert await one.token() == "t1"
    clock.advance(1)
    assert await one.token() == "t2"


async def test_an_ageing_token_serves_while_entra_is_down(entra):
    entra.get(DISCOVERY, json=discovery())
    entra.post(TOKEN, json=grant("t1"))
    entra.post(TOKEN, status=503)
    entra.post(TOKEN, status=503)
    clock = FakeClock()
    one = tokens(clock=clock)
    await one.token()
    clock.advance(3400)
    assert [await one.token(), await one.token()] == ["t1", "t1"]
    assert len(sent(entra)) == 2
    clock.advance(200)
    assert type(await failure(one)) is Transient


async def test_an_ageing_token_does_not_hide_a_lost_secret(entra):
    entra.get(DISCOVERY, json=discovery())
    entra.post(TOKEN, json=grant("t1"))
    entra.post(TOKEN, json={"error": "invalid_client", "error_codes": [7000222]}, status=401)
    clock = FakeClock()
    one = tokens(clock=clock)
    await one.token()
    clock.advance(3400)
    assert (await failure(one)).code == "secret_expired"


@pytest.mark.parametrize("first", [{"access_token": "t1"}, grant("t1", expires_in=-5)])
async def test_a_token_without_a_future_is_used_once(entra, first):
    give(entra, first, grant("t2"))
    one = tokens()
    assert [await one.token(), await one.token()] == ["t1", "t2"]


async def test_a_refused_token_is_replaced_whatever_its_time(entra):
    give(entra, grant("t1"), grant("t2"))
    one = tokens()
    assert await one.renewed(refused=await one.token()) == "t2"
    assert await one.token() == "t2"


async def test_many_refusals_of_one_token_make_one_new_token(entra):
    give(entra, grant("t1"), grant("t2"))
    one = tokens()
    old = await one.token()
    assert await asyncio.gather(*(one.renewed(refused=old) for _ in range(5))) == ["t2"] * 5
    assert len(sent(entra)) == 2


async def test_msal_does_not_hold_up_the_loop(entra):
    threads: list[str] = []

    def answer(_request):
        threads.append(threading.current_thread().name)
        return 200, {}, json.dumps(grant("t1"))

    entra.get(DISCOVERY, json=discovery())
    entra.add_callback(responses.POST, TOKEN, callback=answer)
    await tokens().token()
    assert threads
    assert threading.current_thread().name not in threads


# Over TLS


@pytest.mark.parametrize("by_certificate", [False, True])
async def test_the_sandbox_gives_a_token_over_tls(tmp_path, by_certificate):
    world = World()
    stand_in = MicrosoftStandIn(world)
    stand_in.register_certificate(certificate().public_certificate)
    authority = make_authority()
    (tmp_path / "ca.pem").write_bytes(authority.ca_pem)
    async with serve(build_app(world, [stand_in]), authority=authority) as base:
        world.base = base
        one = tokens(
            tenant=stand_in.tenant,
            client_id=stand_in.client_id,
            credential=certificate() if by_certificate else Secret(stand_in.client_secret),
            login_base=f"{base}/microsoft/login",
            ca_file=tmp_path / "ca.pem",
        )
        assert await one.token() in stand_in.exchange.grants.accesses
        strange = tokens(login_base=f"{base}/microsoft/login", ca_file=None)
        assert (await failure(strange)).code == "sign_in_unavailable"
