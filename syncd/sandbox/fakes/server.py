"""The sandbox on a socket: HTTPS on 127.0.0.1 under a certificate authority of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import trustme
import uvicorn
from starlette.applications import Starlette

_HOST = "127.0.0.1"
_BACKLOG = 1024


@dataclass(frozen=True, kw_only=True)
class Authority:
    """A certificate authority and a server certificate for 127.0.0.1 and localhost."""

    ca_pem: bytes
    context: ssl.SSLContext
    pages_pem: bytes
    """A certificate for the pages of a client on this machine."""
    pages_key_pem: bytes

    def client_context(self) -> ssl.SSLContext:
        """Give a client's context that trusts this authority only."""
        return ssl.create_default_context(cadata=self.ca_pem.decode())


def make_authority() -> Authority:
    """Make a new authority; its keys live in memory only."""
    ca = trustme.CA(organization_name="syncd sandbox")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(_HOST, "localhost").configure_cert(context)
    pages = ca.issue_cert(_HOST, "localhost")
    return Authority(
        ca_pem=ca.cert_pem.bytes(),
        context=context,
        pages_pem=b"".join(part.bytes() for part in pages.cert_chain_pems),
        pages_key_pem=pages.private_key_pem.bytes(),
    )


def free_port() -> int:
    """Give a port of this machine that nobody listens on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def serve(app: Starlette, *, authority: Authority, port: int = 0) -> AsyncIterator[str]:
    """Serve `app` in the running loop and give its base URL, without a trailing slash.

    Port 0 takes any free port. Raises OSError where the port is taken.
    """
    listener = _listen(port)
    base = f"https://{_HOST}:{listener.getsockname()[1]}"
    server = _Server(_config(app, authority))
    task = asyncio.create_task(server.serve(sockets=[listener]), name="sandbox-https")
    try:
        await _started(server, task)
        yield base
    finally:
        server.should_exit = True
        # Idle connections of clients that never say goodbye would be waited for.
        server.force_exit = True
        await task
        listener.close()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # Signals belong to the process that runs the loop.


def _listen(port: int) -> socket.socket:
    # The protocol is named because asyncio sets TCP_NODELAY only on sockets that say they are
    # TCP; without it every answer on a kept connection waits 40 ms for an acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((_HOST, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def _config(app: Starlette, authority: Authority) -> uvicorn.Config:
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=3600,
        timeout_graceful_shutdown=1,
    )
    config.load()
    config.ssl = authority.context
    return config


async def _started(server: uvicorn.Server, task: asyncio.Task[None]) -> None:
    while not server.started:
        if task.done():
            await task
        await asyncio.sleep(0.005)
