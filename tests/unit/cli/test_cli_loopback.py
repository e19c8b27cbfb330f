"""The way back from the browser: this machine alone, one answer, and nobody else's."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from syncd.cli.loopback import Loopback, listening

PATH = "/google/callback"
BEGUN = "https://accounts.example/authorize?scope=x&state=S1&redirect_uri=y"
GOOD = f"{PATH}?state=S1&code=C1&scope=a%20b"


def port_of(listener: Loopback) -> int:
    return int(listener.redirect_uri.split(":")[2].partition("/")[0])


async def ask(
    listener: Loopback, target: str, *, method: str = "GET", host: str | None = None
) -> str:
    """Send one request as a browser does, and give the whole answer."""
    host = f"127.0.0.1:{port_of(listener)}" if host is None else host
    return await send(
        port_of(listener), f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    )


async def send(port: int, request: bytes) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    await writer.drain()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer.decode()


async def waiting(listener: Loopback) -> asyncio.Task[object]:
    task: asyncio.Task[object] = asyncio.create_task(
        _answer(listener), name="waits for the browser"
    )
    await asyncio.sleep(0)
    return task


async def _answer(listener: Loopback) -> object:
    return await listener.answer(begun_at=BEGUN, within=5)


def listened_at(port: int) -> set[str]:
    """Give the addresses at which this port is open, as `ss -ltn` reads them."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    local = [row[1].split(":") for row in rows if row[3] == "0A"]
    v6 = [line.split()[1] for line in Path("/proc/net/tcp6").read_text("ascii").splitlines()[1:]]
    assert not [each for each in v6 if each.endswith(f":{port:04X}")]
    return {
        socket.inet_ntoa(bytes.fromhex(address)[::-1])
        for address, found in local
        if int(found, 16) == port
    }


async def test_it_is_open_on_the_loopback_interface_alone():
    async with listening(PATH) as listener:
        assert listener.redirect_uri == f"http://127.0.0.1:{port_of(listener)}{PATH}"
        assert listened_at(port_of(listener)) == {"127.0.0.1"}
    assert listened_at(port_of(listener)) == set()


async def test_the_answer_is_taken_and_then_nobody_listens():
    async with listening(PATH) as listener:
        task = await waiting(listener)
        shown = await ask(listener, GOOD)
        assert shown.startswith("HTTP/1.1 200 OK\r\n")
        assert await task == {"state": "S1", "code": "C1", "scope": "a b"}
        with pytest.raises(ConnectionRefusedError):
            await ask(listener, GOOD)


async def test_the_page_tells_nothing_and_is_kept_nowhere():
    async with listening(PATH) as listener:
        await waiting(listener)
        shown = await ask(listener, GOOD)
    for header in ("Cache-Control: no-store", "Referrer-Policy: no-referrer", "default-src 'none'"):
        assert header in shown
    assert "C1" not in shown
    assert "S1" not in shown


@pytest.mark.parametrize(
    "target",
    [
        PATH,
        f"{PATH}?code=C1",
        f"{PATH}?state=&code=C1",
        f"{PATH}?state=S2&code=C1",
        f"{PATH}?state=s1&code=C1",
        f"{PATH}?state=S1%20&code=C1",
        f"{PATH}?state=%F0&code=C1",
        f"{PATH}?code=C1&state=S1&state=S2",
    ],
)
async def test_a_wrong_state_is_refused_and_the_right_one_still_waited_for(target):
    async with listening(PATH) as listener:
        task = await waiting(listener)
        assert "400 Bad Request" in await ask(listener, target)
        assert not task.done()
        await ask(listener, GOOD)
        assert await task == {"state": "S1", "code": "C1", "scope": "a b"}


@pytest.mark.parametrize(
    ("target", "method", "host", "status"),
    [
        ("/favicon.ico", "GET", None, "404"),
        (GOOD.replace("google", "zoom"), "GET", None, "404"),
        (GOOD, "POST", None, "405"),
        (GOOD, "HEAD", None, "405"),
        (GOOD, "GET", "evil.example", "400"),
        (GOOD, "GET", "localhost", "400"),
        (GOOD, "GET", "", "400"),
        (f"//evil.example{GOOD}", "GET", None, "404"),
        ("http://[", "GET", None, "404"),
        ("", "GET", None, "404"),
    ],
)
async def test_other_requests_are_not_the_answer(target, method, host, status):
    async with listening(PATH) as listener:
        task = await waiting(listener)
        shown = await ask(listener, target, method=method, host=host)
        assert shown.startswith(f"HTTP/1.1 {status} ")
        assert not task.done()
        task.cancel()


@pytest.mark.parametrize(
    "request_", [b"\r\n\r\n", b"\xff\xfe\r\n\r\n", b"GET\r\n\r\n", b"x" * 70_000]
)
async def test_noise_is_survived(request_):
    async with listening(PATH) as listener:
        task = await waiting(listener)
        try:
            await send(port_of(listener), request_)
        except ConnectionError:
            assert len(request_) > 60_000
        assert "200 OK" in await ask(listener, GOOD)
        assert await task


async def test_before_the_consent_is_begun_nothing_is_an_answer():
    async with listening(PATH) as listener:
        assert "400" in await ask(listener, f"{PATH}?state=&code=C1")
        task = await waiting(listener)
        assert not task.done()
        task.cancel()


async def test_nobody_waits_for_ever():
    async with listening(PATH) as listener:
        with pytest.raises(TimeoutError):
            await listener.answer(begun_at=BEGUN, within=0)


async def test_a_port_that_is_taken_is_told():
    async with listening(PATH) as listener:
        with pytest.raises(OSError, match="address already in use"):
            async with listening(PATH, port=port_of(listener)):
                pass
