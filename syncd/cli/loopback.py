"""The way back from the browser to a command: one address of this machine, open for one answer.

RFC 8252, 7.3 and 8.3: the loopback interface by its number, any free port, closed as soon as the
answer is there. What does not carry the state of this consent is refused and changes nothing.
"""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

HOST = "127.0.0.1"

_MOST_BYTES = 16 * 1024
_READ_WITHIN = 10.0
_DONE = "syncd has the answer. Go back to the terminal; this page can be closed."
_HEADERS = (
    "Content-Type: text/plain; charset=utf-8",
    "Cache-Control: no-store",
    "Referrer-Policy: no-referrer",
    "X-Content-Type-Options: nosniff",
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    "Connection: close",
)


class Loopback:
    """A listener that is open; made by `listening`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._state = ""
        self._port = 0
        self._server: asyncio.Server | None = None
        self._answer: asyncio.Future[dict[str, str]] = asyncio.get_running_loop().create_future()

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends the browser."""
        return f"http://{HOST}:{self._port}{self._path}"

    async def open(self, port: int) -> None:
        """Listen; OSError when the port is taken. 0 takes any that is free."""
        self._server = await asyncio.start_server(self._serve, HOST, port, limit=_MOST_BYTES)
        self._port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()

    async def answer(self, *, begun_at: str, within: float) -> Mapping[str, str]:
        """Wait for what the browser brings back from the address at which the consent was begun.

        TimeoutError when it does not come within so many seconds.
        """
        self._state = dict(parse_qsl(urlsplit(begun_at).query)).get("state", "")
        async with asyncio.timeout(within):
            return await self._answer

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_READ_WITHIN):
                head = await reader.readuntil(b"\r\n\r\n")
                status = self._take(head.decode("latin-1"))
                text = _DONE if status is HTTPStatus.OK else status.phrase
                writer.write(_response(status, text))
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            # Whoever it was has gone, or does not speak HTTP: nobody is left to be answered.
            pass
        finally:
            writer.close()

    def _take(self, head: str) -> HTTPStatus:
        """Take the one answer that is waited for, and say what becomes of any other request."""
        first, *lines = head.split("\r\n")
        method, target = (*first.split(" "), "", "")[:2]
        if _host_in(lines) != f"{HOST}:{self._port}":
            return HTTPStatus.BAD_REQUEST
        path, _, query = target.partition("?")
        if path != self._path:
            return HTTPStatus.NOT_FOUND
        if method != "GET":
            return HTTPStatus.METHOD_NOT_ALLOWED
        answer = dict(parse_qsl(query, keep_blank_values=True))
        if not self._is_ours(answer.get("state", "")) or self._answer.done():
            return HTTPStatus.BAD_REQUEST
        self.close()
        self._answer.set_result(answer)
        return HTTPStatus.OK

    def _is_ours(self, state: str) -> bool:
        sent, known = state.encode("utf-8", "replace"), self._state.encode()
        return bool(known) and hmac.compare_digest(sent, known)


@asynccontextmanager
async def listening(path: str, *, port: int = 0) -> AsyncIterator[Loopback]:
    """Listen on the loopback interface while the block runs; `path` as `/google/callback`."""
    listener = Loopback(path)
    await listener.open(port)
    try:
        yield listener
    finally:
        listener.close()


def _host_in(lines: list[str]) -> str:
    """Give the Host header; a page of another site that was led here by DNS names its own."""
    hosts = [line.partition(":")[2].strip() for line in lines if line.lower().startswith("host:")]
    return hosts[0] if len(hosts) == 1 else ""


def _response(status: HTTPStatus, text: str) -> bytes:
    body = f"{text}\n".encode()
    lines = (f"HTTP/1.1 {status} {status.phrase}", *_HEADERS, f"Content-Length: {len(body)}")
    return "\r\n".join((*lines, "", "")).encode() + body
