"""The pages on a socket, in the loop of the daemon."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from asyncio.events import TimerHandle
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADER_SECONDS = 10
IDLE_SECONDS = 10
CONNECTIONS = 500
_BACKLOG = 256
_GRACE_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Where the server's certificate chain and its key are, both PEM."""

    chain: Path
    private_key: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """A server that answers."""

    host: str
    port: int
    failed: asyncio.Task[None]
    """Ends only when the server does, with its error if there was one."""


def tls_context(certificate: Certificate) -> ssl.SSLContext:
    """Make a context for TLS 1.2 and newer; OSError or ssl.SSLError where the files are no good."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.load_cert_chain(certificate.chain, certificate.private_key)
    return context


@contextlib.asynccontextmanager
async def serve(
    app: ASGIApp, *, host: str, port: int, context: ssl.SSLContext | None = None
) -> AsyncIterator[Serving]:
    """Serve in the running loop until the block ends; port 0 takes any free one.

    What is under way at the end gets a few seconds. Raises OSError where the port is taken.
    """
    listener = _listen(host, port)
    server = _Server(_config(app, context))
    task = asyncio.create_task(server.serve(sockets=[listener]), name="web")
    try:
        await _started(server, task)
        yield Serving(host=host, port=listener.getsockname()[1], failed=task)
    finally:
        server.should_exit = True
        await task
        listener.close()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # Signals belong to the daemon that runs the loop.


class _Patience(HttpToolsProtocol):
    """Closes a connection whose request line and headers take too long to arrive.

    uvicorn times out only what is idle after an answer.
    """

    _deadline: TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._deadline is None:
            self._await_headers()

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        super().on_headers_complete()

    def _await_headers(self) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(HEADER_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP so that asyncio sets TCP_NODELAY; else kept connections answer 40 ms late.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def _config(app: ASGIApp, context: ssl.SSLContext | None) -> uvicorn.Config:
    config = uvicorn.Config(
        app,
        http=_Patience,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    config.load()
    config.ssl = context
    return config


async def _started(server: uvicorn.Server, task: asyncio.Task[None]) -> None:
    while not server.started:
        if task.done():
            await task
        await asyncio.sleep(0.005)
