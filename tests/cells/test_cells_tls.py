"""The cells that need a real socket: certificates that do not do, and connections that are torn."""

from __future__ import annotations

import asyncio
import socket
import ssl
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from syncd.adapters.http import Call
from syncd.ports.errors import OutcomeUnknown, Transient
from tests.fakes.clock import FakeClock
from tests.integration.adapters.test_http_wire import client, serving

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def call(origin: str, *, repeatable: bool) -> Call:
    return Call(
        method="POST",
        url=f"{origin}/meetings",
        account="zoom:abc",
        operation="POST /meetings",
        body=b"{}",
        headers={"authorization": "Bearer token-1"},
        repeatable=repeatable,
    )


class Heard:
    """A server that counts the bytes that came through TLS, and then tears the connection."""

    def __init__(self) -> None:
        self.count = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.count += len(await reader.readuntil(b"\r\n\r\n{}"))
        writer.write(b"HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{")
        await writer.drain()
        line: socket.socket = writer.get_extra_info("socket")
        # To linger for no time sends a reset in place of an end.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()


def server_with(leaf: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    leaf.configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("name", "until"),
    [("localhost", LONG_AGO), ("other.example", None)],
    ids=["expired", "of another host"],
)
async def test_a_certificate_that_does_not_do_means_that_nothing_left(
    tmp_path: Path, name: str, until: datetime | None
):
    ca, heard = trustme.CA(), Heard()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    tls = server_with(ca.issue_cert(name, not_after=until, not_before=LONG_AGO - timedelta(days=9)))
    async with (
        serving(heard.serve, tls=tls) as origin,
        client(origin, tmp_path / "ca.pem", clock=FakeClock()) as http,
    ):
        with pytest.raises(Transient) as failed:
            await http.send(call(origin, repeatable=False))
    assert failed.value.code == "unreachable"
    assert heard.count == 0


@pytest.mark.parametrize("repeatable", [False, True], ids=["a create", "a read"])
async def test_a_reset_in_the_middle_of_an_answer(tmp_path: Path, repeatable: bool):
    ca, heard = trustme.CA(), Heard()
    ca.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    async with (
        serving(heard.serve, tls=server_with(ca.issue_cert("localhost"))) as origin,
        client(origin, tmp_path / "ca.pem", clock=FakeClock()) as http,
    ):
        with pytest.raises(Transient if repeatable else OutcomeUnknown):
            await http.send(call(origin, repeatable=repeatable))
    assert heard.count > 0
