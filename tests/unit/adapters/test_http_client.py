from __future__ import annotations

import asyncio
import logging
from typing import Any

import httpx
import pytest

from syncd.adapters.http import Answer, Call, Http, Limits
from syncd.ports.errors import OutcomeUnknown, Permanent, Transient
from tests.fakes.clock import FakeClock


class Script:
    """Answers each request with the next step; the last one stays. An exception is raised."""

    def __init__(self, *steps: httpx.Response | Exception) -> None:
        self.steps = list(steps)
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        return step


def make(script: Any, clock: FakeClock | None = None, **more) -> Http:
    return Http(
        clock=clock or FakeClock(),
        origins=["https://api.example.com"],
        ca_file=None,
        limits=Limits(concurrency=4, per_second=1000),
        transport=httpx.MockTransport(script),
        **more,
    )


def call(*, repeatable: bool = True, **more) -> Call:
    fields = {
        "method": "GET",
        "url": "https://api.example.com/v2/things?q=1",
        "account": "zoom:abc",
        "operation": "GET /things",
    }
    return Call(**(fields | more), repeatable=repeatable)


def busy(status: int = 429, **headers: str) -> httpx.Response:
    return httpx.Response(
        status, headers={key.replace("_", "-"): value for key, value in headers.items()}
    )


async def test_an_answer_comes_back_whole():
    script = Script(httpx.Response(201, headers={"X-Trace": "t"}, content=b'{"a": 1}'))
    sent = call(method="POST", headers={"authorization": "Bearer x"}, body=b"{}")
    answer = await make(script).send(sent)
    assert (answer.status, answer.headers["x-trace"], answer.json()) == (201, "t", {"a": 1})
    assert script.requests[0].headers["authorization"] == "Bearer x"
    assert script.requests[0].content == b"{}"


@pytest.mark.parametrize(
    "url",
    [
        "http://api.example.com/x",
        "https://api.example.com:8443/x",
        "https://api.example.com.evil.test/x",
        "https://user@api.example.com/x",
        "https://evil.test/https://api.example.com",
        "https://api.example.com\n/x",
        "ftp://api.example.com/x",
        "//api.example.com/x",
        "",
    ],
)
async def test_an_address_outside_the_list_is_refused_before_a_byte_leaves(url: str):
    script = Script(httpx.Response(200))
    with pytest.raises(Permanent) as refused:
        await make(script).send(call(url=url))
    assert refused.value.code == "url_refused"
    assert script.requests == []


async def test_the_default_port_may_be_written_out():
    answer = await make(Script(httpx.Response(200))).send(call(url="https://API.example.com:443/x"))
    assert answer.status == 200


async def test_a_redirect_is_an_answer():
    script = Script(httpx.Response(302, headers={"location": "https://evil.test/"}))
    assert (await make(script).send(call())).status == 302
    assert len(script.requests) == 1


@pytest.mark.parametrize("repeatable", [True, False])
async def test_what_never_left_is_tried_again_and_then_transient(repeatable: bool):
    script, clock = Script(httpx.ConnectError("refused")), FakeClock()
    with pytest.raises(Transient) as failed:
        await make(script, clock).send(call(repeatable=repeatable))
    assert failed.value.code == "unreachable"
    assert len(script.requests) == 4
    assert sum(clock.slept) < 5


async def test_a_create_that_never_left_succeeds_when_the_network_returns():
    script = Script(httpx.ConnectTimeout("slow"), httpx.PoolTimeout("full"), httpx.Response(201))
    assert (await make(script).send(call(repeatable=False))).status == 201


@pytest.mark.parametrize(
    "silence",
    [
        httpx.ReadTimeout("t"),
        httpx.ReadError("reset"),
        httpx.WriteError("reset"),
        httpx.RemoteProtocolError("half an answer"),
        httpx.DecodingError("no gzip"),
    ],
)
async def test_a_silence_after_a_create_is_an_unknown_outcome_at_once(silence: Exception):
    script = Script(silence)
    with pytest.raises(OutcomeUnknown) as failed:
        await make(script).send(call(repeatable=False))
    assert failed.value.code == "no_answer"
    assert len(script.requests) == 1


async def test_a_silence_after_a_repeatable_call_is_tried_twice_more():
    script = Script(httpx.ReadError("reset"))
    with pytest.raises(Transient) as failed:
        await make(script).send(call())
    assert failed.value.code == "no_answer"
    assert len(script.requests) == 3


async def test_a_call_without_an_answer_in_time_is_given_up():
    class Endless(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.Event().wait()
            raise AssertionError

    http = Http(
        clock=FakeClock(),
        origins=["https://api.example.com"],
        ca_file=None,
        limits=Limits(concurrency=1, per_second=1000),
        deadline=0.001,
        transport=Endless(),
    )
    with pytest.raises(OutcomeUnknown):
        await http.send(call(repeatable=False))


async def test_an_answer_that_never_ends_is_cut_off():
    script = Script(httpx.Response(200, content=b"x" * (10 * 1024 * 1024 + 1)))
    with pytest.raises(Transient) as failed:
        await make(script).send(call())
    assert failed.value.code == "answer_too_large"
    assert len(script.requests) == 1


async def test_a_create_with_an_endless_answer_is_an_unknown_outcome():
    script = Script(httpx.Response(201, content=b"x" * (10 * 1024 * 1024 + 1)))
    with pytest.raises(OutcomeUnknown):
        await make(script).send(call(repeatable=False))


@pytest.mark.parametrize("repeatable", [True, False])
async def test_a_short_wait_is_waited_out_because_a_429_was_not_done(repeatable: bool):
    script, clock = Script(busy(retry_after="2"), httpx.Response(201)), FakeClock()
    assert (await make(script, clock).send(call(repeatable=repeatable))).status == 201
    assert sum(clock.slept) == pytest.approx(2)


async def test_a_short_wait_holds_all_calls_of_that_account_and_no_others():
    script, clock = Script(busy(503, retry_after="3"), httpx.Response(200)), FakeClock()
    http, start = make(script, clock), clock.monotonic()
    await http.send(call(repeatable=False))
    await http.send(call(account="zoom:other"))
    assert clock.monotonic() == start
    await http.send(call())
    assert clock.monotonic() - start == pytest.approx(3)


async def test_the_fourth_429_is_handed_back():
    script = Script(busy(retry_after="1"))
    assert (await make(script).send(call())).status == 429
    assert len(script.requests) == 4


@pytest.mark.parametrize("answer", [busy(retry_after="4"), busy(), busy(retry_after="soon")])
async def test_a_long_or_untold_wait_is_handed_back_at_once(answer: httpx.Response):
    script, clock = Script(answer), FakeClock()
    assert (await make(script, clock).send(call())).status == 429
    assert len(script.requests) == 1
    assert clock.slept == []


async def test_a_503_after_a_create_is_never_repeated():
    script = Script(busy(503, retry_after="1"))
    assert (await make(script).send(call(repeatable=False))).status == 503
    assert len(script.requests) == 1


@pytest.mark.parametrize(("repeatable", "sent"), [(True, 3), (False, 1)])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_failing_server_is_asked_again_only_when_that_is_harmless(
    status: int, repeatable: bool, sent: int
):
    script = Script(httpx.Response(status))
    assert (await make(script).send(call(repeatable=repeatable))).status == status
    assert len(script.requests) == sent


async def test_nothing_is_sent_after_its_time():
    script, clock = Script(httpx.Response(201)), FakeClock()
    with pytest.raises(Transient) as failed:
        await make(script, clock).send(call(repeatable=False, send_by=clock.monotonic() - 1))
    assert failed.value.code == "too_late"
    assert script.requests == []


async def test_waiting_may_use_up_the_time_to_send():
    script, clock = Script(busy(retry_after="3"), httpx.Response(201)), FakeClock()
    with pytest.raises(Transient) as failed:
        await make(script, clock).send(call(repeatable=False, send_by=clock.monotonic() + 2))
    assert failed.value.code == "too_late"
    assert len(script.requests) == 1


async def test_no_cookie_comes_back():
    script = Script(httpx.Response(200, headers={"set-cookie": "session=ana; Path=/"}))
    http = make(script)
    await http.send(call())
    await http.send(call(account="zoom:other"))
    assert "cookie" not in script.requests[1].headers


async def test_every_sending_is_counted_with_its_status():
    seen: list[tuple[str, int | None]] = []
    script = Script(httpx.ReadError("reset"), httpx.Response(502), httpx.Response(200))
    http = make(script, on_call=lambda each, status: seen.append((each.operation, status)))
    await http.send(call())
    assert seen == [("GET /things", None), ("GET /things", 502), ("GET /things", 200)]


async def test_no_record_holds_an_address_a_header_or_a_body(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    script = Script(httpx.Response(200, content=b"hidden-c"))
    url = "https://api.example.com/v2?token=hidden-a"
    await make(script).send(call(url=url, headers={"authorization": "hidden-b"}))
    records = [record for record in caplog.records if record.name.startswith("syncd")]
    assert [record.__dict__["operation"] for record in records] == ["GET /things"]
    assert not any("hidden" in str(record.__dict__) for record in caplog.records)


def test_a_call_does_not_show_its_secrets():
    shown = repr(call(url="https://x/?t=hidden", headers={"a": "hidden"}, body=b"hidden"))
    assert "hidden" not in shown


async def test_a_closed_client_sends_nothing_more():
    http = make(Script(httpx.Response(200)))
    await http.close()
    with pytest.raises(RuntimeError):
        await http.send(call())


def test_an_answer_is_compared_by_value():
    assert Answer(200, {}, b"") == Answer(200, {}, b"")


async def test_accounts_in_silence_leave_lines_for_the_others():
    silent = asyncio.Event()

    async def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/silent":
            await silent.wait()
        return httpx.Response(200)

    http = make(answer, deadline=0.01)
    calls = [
        call(url="https://api.example.com/silent", account=f"zoom:{n}", repeatable=False)
        for n in range(60)
    ]
    await asyncio.gather(*map(http.send, calls), return_exceptions=True)
    http._deadline = 60
    again = [asyncio.ensure_future(http.send(one)) for one in calls]
    await asyncio.sleep(0)
    assert (await http.send(call())).status == 200
    assert not any(one.done() for one in again)
    silent.set()
    assert [one.status for one in await asyncio.gather(*again)] == [200] * 60
