"""The transport over real sockets and TLS, where it can see a request leave."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from syncd.adapters.http import Call, Http, Limits
from syncd.ports.errors import OutcomeUnknown, Transient
from tests.fakes.clock import FakeClock

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def serving(handler: Handler, *, tls: ssl.SSLContext | None) -> AsyncIterator[str]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await handler(reader, writer)
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    async with server:
        yield f"https://localhost:{server.sockets[0].getsockname()[1]}"


def authority(folder: Path) -> tuple[Path, ssl.SSLContext]:
    ca = trustme.CA()
    ca_file = folder / "ca.pem"
    ca.cert_pem.write_to_path(str(ca_file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("localhost").configure_cert(context)
    return ca_file, context


@asynccontextmanager
async def client(
    origin: str, ca_file: Path, *, clock: FakeClock, deadline: float = 10
) -> AsyncIterator[Http]:
    limits = Limits(concurrency=4, per_second=1000)
    http = Http(clock=clock, origins=[origin], ca_file=ca_file, limits=limits, deadline=deadline)
    try:
        yield http
    finally:
        await http.close()


def create(origin: str, **more) -> Call:
    return Call(
        method="POST",
        url=f"{origin}/meetings",
        account="zoom:abc",
        operation="POST /meetings",
        body=b"{}",
        repeatable=False,
        **more,
    )


async def answer_created(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n{}")
    writer.write(b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}")
    await writer.drain()


async def test_a_create_is_answered_over_tls(tmp_path: Path):
    ca_file, tls = authority(tmp_path)
    async with (
        serving(answer_created, tls=tls) as origin,
        client(origin, ca_file, clock=FakeClock()) as http,
    ):
        assert (await http.send(create(origin))).status == 201


async def test_a_certificate_of_somebody_else_means_that_nothing_left(tmp_path: Path):
    ca_file, _ = authority(tmp_path)
    (tmp_path / "other").mkdir()
    _, other = authority(tmp_path / "other")
    async with (
        serving(answer_created, tls=other) as origin,
        client(origin, ca_file, clock=FakeClock()) as http,
    ):
        with pytest.raises(Transient) as failed:
            await http.send(create(origin))
    assert failed.value.code == "unreachable"


async def test_a_connection_cut_after_the_request_is_an_unknown_outcome(tmp_path: Path):
    requests = 0

    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal requests
        await reader.readuntil(b"\r\n\r\n{}")
        requests += 1

    ca_file, tls = authority(tmp_path)
    async with (
        serving(cut, tls=tls) as origin,
        client(origin, ca_file, clock=FakeClock()) as http,
    ):
        with pytest.raises(OutcomeUnknown):
            await http.send(create(origin))
    assert requests == 1


async def test_a_handshake_that_never_ends_means_that_nothing_left(tmp_path: Path):
    async def never_shake_hands(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    ca_file, _ = authority(tmp_path)
    async with (
        serving(never_shake_hands, tls=None) as origin,
        # Cut off while it still connects, the HTTP library leaves the socket to the garbage collector,
        # which tells of it in whatever test comes next.
        client(origin, ca_file, clock=FakeClock(), deadline=0.5) as http,
    ):
        with pytest.raises(Transient) as failed:
            await http.send(create(origin))
    assert failed.value.code == "unreachable"


async def test_the_time_to_send_is_looked_at_after_connecting(tmp_path: Path):
    clock, received = FakeClock(), []
    ca_file, tls = authority(tmp_path)

    async def shake_hands_late(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clock.advance(60)
        await writer.start_tls(tls)
        received.append(await reader.read(1))

    async with (
        serving(shake_hands_late, tls=None) as origin,
        client(origin, ca_file, clock=clock) as http,
    ):
        with pytest.raises(Transient) as failed:
            await http.send(create(origin, send_by=clock.monotonic() + 5))
    assert failed.value.code == "too_late"
    assert received in ([], [b""])
