"""How much, how large, how fast: what is refused, by whom it is counted, and when it is over."""

from __future__ import annotations

import asyncio

import pytest
from starlette.types import Message, Receive

from syncd.web.bounds import AT_ONCE, BODY_MOST
from syncd.web.buckets import Buckets
from syncd.web.settings import Rate, Rates
from tests.fakes.clock import FakeClock
from tests.fakes.web_door import ANA
from tests.fakes.web_stage import SITE, UNLIMITED, WebStage

FEW = Rates(
    address=Rate(burst=5, per_second=1),
    session=Rate(burst=3, per_second=1),
    consent=Rate(burst=2, per_second=0.1),
    hooks=Rate(burst=2, per_second=1),
)


async def test_one_address_is_slowed_and_others_are_not():
    stage = WebStage(rates=FEW)
    codes = [(await stage.browser().get("/sign-in")).status_code for _ in range(6)]
    assert codes == [200] * 5 + [429]
    answer = await stage.browser().get("/sign-in")
    assert answer.headers["retry-after"] == "1"
    assert "too fast" in answer.text
    assert (await stage.browser(address="198.51.100.9").get("/sign-in")).status_code == 200
    stage.clock.advance(1)
    assert (await stage.browser().get("/sign-in")).status_code == 200


async def test_one_session_is_slowed_wherever_it_comes_from():
    stage = WebStage(rates=FEW)
    browser = stage.browser(ANA)
    codes = []
    for number in range(4):
        browser.address = f"198.51.100.{number}"
        codes.append((await browser.get("/settings")).status_code)
    assert codes == [200, 200, 200, 429]


async def test_consents_are_slower():
    stage = WebStage(rates=FEW)
    codes = [(await stage.browser().post("/sign-in/google")).status_code for _ in range(3)]
    assert codes == [303, 303, 429]
    answer = await stage.browser().get("/sign-in/google/callback?state=guess")
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "10"


async def test_hooks_have_a_bucket_of_their_own():
    stage = WebStage(rates=FEW)
    codes = [(await stage.browser().send("POST", "/hooks/zoom")).status_code for _ in range(3)]
    assert codes == [200, 200, 429]
    assert (await stage.browser().get("/sign-in")).status_code == 200


@pytest.mark.parametrize(
    ("address", "told", "counted_apart"),
    [
        ("203.0.113.7", "1.2.3.4", False),
        ("127.0.0.1", "1.2.3.4", True),
        ("::1", "9.9.9.9, 1.2.3.4", True),
        ("::ffff:127.0.0.1", "1.2.3.4", True),
    ],
)
async def test_only_a_proxy_on_this_machine_says_who_it_is(address, told, counted_apart):
    stage = WebStage(rates=FEW)
    codes = []
    for _ in range(6):
        browser = stage.browser(address=address)
        browser.headers = {"x-forwarded-for": told}
        codes.append((await browser.get("/sign-in")).status_code)
    assert codes == [200] * 5 + [429]
    browser = stage.browser(address=address)
    browser.headers = {"x-forwarded-for": "5.6.7.8"}
    assert ((await browser.get("/sign-in")).status_code == 200) is counted_apart


async def test_the_client_cannot_hide_before_the_proxys_own_word():
    stage = WebStage(rates=FEW)
    codes = []
    for number in range(6):
        browser = stage.browser(address="127.0.0.1")
        browser.headers = {"x-forwarded-for": f"10.0.0.{number}, 1.2.3.4"}
        codes.append((await browser.get("/sign-in")).status_code)
    assert codes[-1] == 429


async def test_a_whole_network_of_one_household_counts_as_one():
    stage = WebStage(rates=FEW)
    codes = [
        (await stage.browser(address=f"2001:db8::{n}").get("/sign-in")).status_code
        for n in range(1, 7)
    ]
    assert codes[-1] == 429


async def test_the_memory_of_buckets_is_bounded():
    buckets = Buckets(Rate(burst=1, per_second=0.001), FakeClock())
    for number in range(20_000):
        assert buckets.wait(str(number)) == 0
    assert buckets.wait("19999") > 0
    assert buckets.wait("0") == 0


@pytest.mark.parametrize("told", [str(BODY_MOST + 1), "9" * 5000, "-1", "x", "\u00b2", "1e3"])
async def test_a_body_that_says_it_is_too_large_is_not_read(told):
    read = []

    async def receive():
        read.append(1)
        return {"type": "http.request", "body": b"", "more_body": False}

    assert await _status(WebStage(), receive, [(b"content-length", told.encode("latin-1"))]) == 413
    assert read == []


async def test_a_body_that_does_not_say_is_read_no_further_than_the_cap():
    read = []

    async def receive():
        read.append(1)
        return {"type": "http.request", "body": b"x" * 65536, "more_body": True}

    assert await _status(WebStage(), receive, []) == 413
    assert len(read) == BODY_MOST // 65536 + 1


async def test_no_more_than_so_many_at_once():
    stage = WebStage(rates=UNLIMITED)
    gate, full = asyncio.Event(), asyncio.Event()
    inside: list[int] = []

    async def slow():
        inside.append(1)
        if len(inside) == AT_ONCE:
            full.set()
        await gate.wait()

    stage.door.gate = slow
    waiting = [asyncio.create_task(stage.browser().get("/readyz")) for _ in range(AT_ONCE)]
    await full.wait()
    answer = await stage.browser().get("/sign-in")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    gate.set()
    assert {(await task).status_code for task in waiting} == {200}
    assert (await stage.browser().get("/sign-in")).status_code == 200


async def test_hooks_hand_on_what_came_and_answer_as_plain_text():
    stage = WebStage()
    browser = stage.browser()
    token = "<script>alert(1)</script>"
    answer = await browser.send(
        "POST",
        "/hooks/microsoft?validationToken=%3Cscript%3Ealert(1)%3C/script%3E",
        content=b"\xff{",
    )
    assert answer.text == token
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-security-policy"].endswith("; sandbox")
    call = stage.door.calls[-1][2]
    assert (call.body, call.query) == (b"\xff{", {"validationToken": token})
    assert (await browser.send("POST", "/hooks/nobody")).status_code == 404
    assert (await browser.get("/hooks/zoom")).status_code == 405


async def _status(stage: WebStage, receive: Receive, headers: list[tuple[bytes, bytes]]) -> int:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/sign-out",
        "raw_path": b"/sign-out",
        "query_string": b"",
        "headers": [(b"host", SITE.removeprefix("https://").encode()), *headers],
        "client": ("203.0.113.7", 1),
        "server": ("syncd.example.com", 443),
        "scheme": "https",
        "http_version": "1.1",
        "root_path": "",
    }
    await stage.app(scope, receive, send)
    return int(sent[0]["status"])
