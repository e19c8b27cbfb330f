"""The two ends that the product's libraries hold of the wire: httpcore's, and urllib3's below msal."""

from __future__ import annotations

import asyncio
import contextlib
import io
import socket
import ssl
from collections.abc import Iterable, Iterator
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import httpcore
import httpx
import requests
from urllib3 import connection, exceptions

from syncd.adapters.http import Http
from tests.cells.timing import LeapLoop
from tests.cells.wire import Broken, Ear, Ending, Seen, Wire

_REFUSED: dict[Broken, Exception] = {
    Broken.REFUSED: httpcore.ConnectError("[Errno 111] Connection refused"),
    Broken.NO_NAME: httpcore.ConnectError("[Errno -2] Name or service not known"),
    Broken.TLS: httpcore.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED]"),
    Broken.POOL_TIMEOUT: httpcore.PoolTimeout(),
}


def lay(http: Http, wire: Wire) -> None:
    """Put the wire where the product's own transport would open sockets."""
    client = http._client
    transport = client._transport
    assert isinstance(transport, httpx.AsyncHTTPTransport)
    exchange = _Exchange(wire)
    transport._pool._network_backend = exchange
    client.event_hooks = {"request": [exchange.about]}


def seen_of(request: httpx.Request) -> Seen:
    """Write a request as it will arrive."""
    return Seen(
        request.url.host,
        request.method,
        request.url.raw_path.decode(),
        dict(request.headers),
        request.content,
    )


class _Exchange(httpcore.AsyncNetworkBackend):
    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._broken: Broken | None = None

    async def about(self, request: httpx.Request) -> None:
        self._broken = self._wire.about(seen_of(request))

    async def connect_tcp(  # noqa: PLR0917 - httpcore's
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        broken, self._broken = self._broken, None
        if broken is Broken.CONNECT_TIMEOUT:
            assert timeout is not None, "nothing would end this"
            await asyncio.sleep(timeout)
            raise httpcore.ConnectTimeout
        return _Stream(Ear(self._wire, host), broken)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Stream(httpcore.AsyncNetworkStream):
    def __init__(self, ear: Ear, broken: Broken | None) -> None:
        self._ear = ear
        if broken is not None and broken is not Broken.TLS:
            raise _REFUSED[broken]
        self._broken = broken

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
    ) -> httpcore.AsyncNetworkStream:
        assert ssl_context.check_hostname
        if self._broken is not None:
            raise _REFUSED[self._broken]
        return self

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        self._ear.hear(buffer)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        while not isinstance(step := self._ear.next(max_bytes), bytes):
            match step:
                case Ending.RESET:
                    raise httpcore.ReadError("[Errno 104] Connection reset by peer")
                case Ending.SILENCE:
                    await asyncio.sleep(1_000_000)
                case float():
                    await asyncio.sleep(step)
        return step

    async def aclose(self) -> None:
        return

    def get_extra_info(self, info: str) -> Any:
        return None


@contextlib.contextmanager
def below_msal(wire: Wire, loop: LeapLoop) -> Iterator[None]:
    """Let every connection of urllib3 be this wire."""
    told: dict[str, Broken | None] = {}
    send = requests.Session.send

    def about(session: requests.Session, request: requests.PreparedRequest, **more: Any) -> Any:
        parts = urlsplit(str(request.url))
        body = request.body or b""
        content = body if isinstance(body, bytes) else str(body).encode()
        told["next"] = wire.about(
            Seen(
                parts.hostname or "",
                str(request.method),
                f"{parts.path}?{parts.query}",
                dict(request.headers),
                content,
            )
        )
        return send(session, request, **more)

    def connect(line: connection.HTTPSConnection) -> None:
        broken = told.pop("next", None)
        if broken is not None:
            _fail(line, broken, loop)
        line.sock = _Socket(Ear(wire, line.host), loop)
        line.is_verified = True

    with (
        patch.object(connection.HTTPSConnection, "connect", connect),
        patch.object(requests.Session, "send", about),
    ):
        yield


def _fail(line: connection.HTTPSConnection, broken: Broken, loop: LeapLoop) -> None:
    match broken:
        case Broken.REFUSED:
            raise exceptions.NewConnectionError(line, "[Errno 111] Connection refused")
        case Broken.NO_NAME:
            raise exceptions.NameResolutionError(line.host, line, socket.gaierror(-2, "unknown"))
        case Broken.TLS:
            raise ssl.SSLCertVerificationError("certificate verify failed")
        case Broken.CONNECT_TIMEOUT:
            assert isinstance(line.timeout, int | float), "nothing would end this"
            loop.leap(line.timeout)
            raise exceptions.ConnectTimeoutError(line, "timed out")
        case Broken.POOL_TIMEOUT:
            raise AssertionError("nobody waits for a line there")


class _Socket:
    """As much of a socket as http.client uses."""

    def __init__(self, ear: Ear, loop: LeapLoop) -> None:
        self._ear = ear
        self._reading = _Reading(ear, loop)

    def sendall(self, data: bytes) -> None:
        self._ear.hear(data)

    def makefile(self, mode: str, *_args: Any, **_options: Any) -> io.BufferedReader:
        return io.BufferedReader(self._reading)

    def settimeout(self, seconds: float | None) -> None:
        self._reading.patience = seconds

    def shutdown(self, _how: int) -> None:
        return

    def close(self) -> None:
        return


class _Reading(io.RawIOBase):
    def __init__(self, ear: Ear, loop: LeapLoop) -> None:
        self._ear = ear
        self._loop = loop
        self.patience: float | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not isinstance(step := self._ear.next(len(buffer)), bytes):
            assert self.patience is not None, "nothing would end this"
            if step is Ending.RESET:
                raise ConnectionResetError(104, "Connection reset by peer")
            if step is Ending.SILENCE or step > self.patience:
                self._loop.leap(self.patience)
                raise TimeoutError("timed out")
            self._loop.leap(step)
        buffer[: len(step)] = step
        return len(step)
