from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from syncd.adapters.http import Http, Limits
from syncd.adapters.zoom import ZoomTokens
from syncd.core.secret import Secret
from syncd.engine.deps import Timing
from syncd.ports.errors import AuthLost, OutcomeUnknown, ProviderError, RateLimited, Transient
from tests.fakes.clock import FakeClock
from tests.fakes.token_store import FakeTokenStore


class Issuer:
    """Grants token-1, token-2, ...; or gives `answer` when that is set."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answer: httpx.Response | Exception | None = None
        self.more: dict[str, object] = {}
        self.meanwhile: Callable[[], None] = lambda: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.meanwhile()
        if isinstance(self.answer, Exception):
            raise self.answer
        token = f"token-{len(self.requests)}"
        return self.answer or httpx.Response(
            200, json={"access_token": token, "expires_in": 3599} | self.more
        )


class Setup:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.store = FakeTokenStore()
        self.issuer = Issuer()

    def tokens(self, holder: str = "one", **changes) -> ZoomTokens:
        http = Http(
            clock=self.clock,
            origins=["https://zoom.us"],
            ca_file=None,
            limits=Limits(concurrency=4, per_second=1000),
            transport=httpx.MockTransport(self.issuer),
        )
        fields: dict[str, Any] = {
            "account_id": "acc",
            "client_id": "app",
            "client_secret": Secret("hidden"),
            "oauth_base": "https://zoom.us/oauth",
        }
        return ZoomTokens(http, self.store, self.clock, holder=holder, **(fields | changes))


async def test_a_token_is_asked_for_as_the_account():
    setup = Setup()
    access = await setup.tokens().current()
    (request,) = setup.issuer.requests
    assert access.token.reveal() == "token-1"
    assert str(request.url) == "https://zoom.us/oauth/token"
    assert httpx.BasicAuth("app", "hidden")._auth_header == request.headers["authorization"]
    assert parse_qs(request.content.decode()) == {
        "grant_type": ["account_credentials"],
        "account_id": ["acc"],
    }


async def test_it_is_kept_until_five_minutes_before_its_end():
    setup = Setup()
    tokens = setup.tokens()
    first = await tokens.current()
    setup.clock.advance(3599 - 301)
    assert await tokens.current() == first
    setup.clock.advance(1)
    assert (await tokens.current()).token.reveal() == "token-2"


async def test_many_callers_at_once_make_one_request():
    setup = Setup()
    tokens = setup.tokens()
    found = await asyncio.gather(*(tokens.current() for _ in range(10)))
    assert len(setup.issuer.requests) == 1
    assert len({access.generation for access in found}) == 1


async def test_another_process_uses_the_token_of_the_first():
    setup = Setup()
    first = await setup.tokens("one").current()
    assert await setup.tokens("two").current() == first
    assert len(setup.issuer.requests) == 1


async def test_processes_that_start_together_make_one_request():
    setup = Setup()
    everyone = [setup.tokens(f"process-{number}") for number in range(4)]
    found = await asyncio.gather(*(tokens.current() for tokens in everyone))
    assert len(setup.issuer.requests) == 1
    assert {access.token.reveal() for access in found} == {"token-1"}


async def test_a_refresh_is_held_as_long_as_its_last_sending_needs_and_not_for_long():
    setup = Setup()
    tokens = setup.tokens()
    setup.issuer.answer = httpx.ReadTimeout("silence")
    held: list[timedelta] = []

    def look() -> None:
        _, until = setup.store.tokens.refreshing[tokens.account]
        held.append(until - setup.clock.now())

    setup.issuer.meanwhile = look
    with pytest.raises(ProviderError):
        await tokens.current()

    assert held[0] <= Timing().lease + timedelta(seconds=6)
    assert held[-1] >= timedelta(seconds=10), "whoever is asked last may take its time to answer"


async def test_a_process_that_died_while_refreshing_holds_nobody_up_for_long():
    setup = Setup()
    tokens = setup.tokens("two")
    now = setup.clock.now()
    setup.store.tokens.begin_refresh(
        tokens.account, holder="one", now=now, until=now + timedelta(seconds=30)
    )
    assert (await tokens.current()).token.reveal() == "token-1"
    assert 30 <= (setup.clock.now() - now).total_seconds() < 35


async def test_a_refresh_that_others_never_finish_is_given_up():
    setup = Setup()
    tokens = setup.tokens("two")
    now = setup.clock.now()
    setup.store.tokens.begin_refresh(
        tokens.account, holder="one", now=now, until=now + timedelta(days=1)
    )
    with pytest.raises(Transient) as busy:
        await tokens.current()
    assert busy.value.code == "zoom_token_busy"


async def test_a_refused_token_is_replaced():
    setup = Setup()
    tokens = setup.tokens()
    first = await tokens.current()
    assert (await tokens.renewed(first)).token.reveal() == "token-2"


async def test_a_refused_token_that_another_process_replaced_already_costs_no_request():
    setup = Setup()
    one, two = setup.tokens("one"), setup.tokens("two")
    first = await one.current()
    await two.current()
    second = await two.renewed(first)
    assert await one.renewed(first) == second
    assert len(setup.issuer.requests) == 2


async def test_many_callers_with_the_same_refused_token_make_one_request():
    setup = Setup()
    tokens = setup.tokens()
    first = await tokens.current()
    await asyncio.gather(*(tokens.renewed(first) for _ in range(5)))
    assert len(setup.issuer.requests) == 2


async def test_the_region_is_shared_with_the_token():
    setup = Setup()
    setup.issuer.more = {"api_url": "https://api-eu.zoom.us"}
    await setup.tokens("one").current()
    assert (await setup.tokens("two").current()).api_url == "https://api-eu.zoom.us"


@pytest.mark.parametrize(
    "changes", [{"client_id": "other"}, {"oauth_base": "https://zoom.us/elsewhere"}]
)
async def test_a_token_of_another_app_or_server_is_not_used(changes: dict[str, str]):
    setup = Setup()
    await setup.tokens().current()
    assert (await setup.tokens(**changes).current()).token.reveal() == "token-2"


async def test_a_stored_text_of_another_kind_is_not_used():
    setup = Setup()
    tokens = setup.tokens()
    later = setup.clock.now() + timedelta(hours=1)
    setup.store.tokens.put(tokens.account, Secret("plain"), expires_at=later)
    assert (await tokens.current()).token.reveal() == "token-1"


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (httpx.Response(400, json={"reason": "Bad", "error": "invalid_client"}), AuthLost),
        (httpx.Response(401, json={"reason": "Bad", "error": "invalid_request"}), AuthLost),
        (httpx.Response(400, json={"error": "unsupported_grant_type"}), AuthLost),
        (httpx.Response(400, text="<html>"), Transient),
        (httpx.Response(403, text="<html>a proxy"), Transient),
        (httpx.Response(500, json={"error": "invalid_client"}), Transient),
        (httpx.Response(503), Transient),
        (httpx.Response(429), RateLimited),
        (httpx.Response(200, text="<html>"), Transient),
        (httpx.Response(200, json=[]), Transient),
        (httpx.Response(200, json={"access_token": "a b", "expires_in": 9}), Transient),
        (httpx.Response(200, json={"access_token": "", "expires_in": 9}), Transient),
        (httpx.Response(200, json={"access_token": "a", "expires_in": "9"}), Transient),
        (httpx.Response(200, json={"access_token": "a", "expires_in": 0}), Transient),
        (httpx.ReadError("reset"), Transient),
        (httpx.ConnectError("refused"), Transient),
    ],
)
async def test_a_failure_says_whether_the_app_is_refused(
    answer: httpx.Response | Exception, kind: type[ProviderError]
):
    setup = Setup()
    setup.issuer.answer = answer
    with pytest.raises(kind) as failed:
        await setup.tokens().current()
    assert not isinstance(failed.value, OutcomeUnknown)


async def test_a_refused_app_is_told_what_to_look_at():
    setup = Setup()
    setup.issuer.answer = httpx.Response(
        400, json={"reason": "Invalid client_id or client_secret", "error": "invalid_client"}
    )
    with pytest.raises(AuthLost) as lost:
        await setup.tokens().current()
    assert lost.value.code == "zoom_auth"
    assert "Invalid client_id or client_secret" in lost.value.message
    assert "client_secret" in lost.value.remedy


async def test_a_failed_refresh_lets_the_next_one_begin():
    setup = Setup()
    setup.issuer.answer = httpx.Response(503)
    tokens = setup.tokens()
    with pytest.raises(Transient):
        await tokens.current()
    assert setup.store.tokens.refreshing == {}
    setup.issuer.answer = None
    assert (await tokens.current()).generation == 1


async def test_the_secret_shows_nowhere(caplog: pytest.LogCaptureFixture):
    caplog.set_level("DEBUG")
    setup = Setup()
    access = await setup.tokens().current()
    assert "token-1" not in repr(access)
    shown = " ".join(str(record.__dict__) for record in caplog.records)
    assert "hidden" not in shown
    assert "token-1" not in shown
