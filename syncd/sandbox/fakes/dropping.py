"""How the sandbox breaks a connection in the middle of a request."""

from __future__ import annotations

from typing import Any

from starlette.types import Message, Receive, Send


class ConnectionDropped(ConnectionResetError):
    """The sandbox dropped this request; raised only where there is no socket to break."""


async def drop(receive: Receive) -> None:
    """Break the connection of a request, whose raw `receive` is given, without a goodbye.

    Under uvicorn `receive` is a method of the request's cycle, which knows its transport.
    Raises ConnectionDropped where no transport is behind the request, as in-process.
    """
    cycle: Any = getattr(receive, "__self__", None)
    transport = getattr(cycle, "transport", None)
    if transport is None:
        raise ConnectionDropped("the sandbox dropped this request")
    transport.abort()
    # Returning before the server noticed would make it answer 500 into the void, and log it.
    while (await receive())["type"] != "http.disconnect":
        pass


class Recording:
    """A `send` that keeps the answer instead of sending it."""

    def __init__(self) -> None:
        self.start: Message = {"type": "http.response.start", "status": 500, "headers": []}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        """Keep one message of the answer."""
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")

    async def send_half(self, send: Send) -> None:
        """Send the head as it is, full Content-Length included, and half of the body."""
        await send(self.start)
        half = self.body[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
