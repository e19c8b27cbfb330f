"""A long GET sent as a POST, which Google accepts from its own client libraries."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from syncd.sandbox.fakes.layer import capped


@dataclass(frozen=True)
class MethodOverride:
    """Turns `POST` with `X-HTTP-Method-Override` into the method it stands for.

    The query of an overridden GET stands in the form body; googleapiclient does so for URLs
    over 2048 characters.
    """

    app: ASGIApp

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on, as itself or as what it stands for."""
        method = "" if scope["type"] != "http" else _meant(scope)
        if not method:
            await self.app(scope, receive, send)
            return
        meant: Scope = {**scope, "method": method}
        if method == "GET":
            body = await Request(scope, capped(receive)).body()
            meant["query_string"] = b"&".join(filter(None, (scope["query_string"], body)))
            receive = _Spent(receive)
        await self.app(meant, receive, send)


def _meant(scope: Scope) -> str:
    if scope["method"] != "POST":
        return ""
    return Headers(scope=scope).get("x-http-method-override", "").upper()


class _Spent:
    """The `receive` of a request whose body was read already."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._told = False
        # The layer that breaks connections finds the transport through `__self__`.
        self.__self__ = getattr(receive, "__self__", None)

    async def __call__(self) -> Message:
        """Give an empty body once, then whatever the server says."""
        if not self._told:
            self._told = True
            return {"type": "http.request", "body": b"", "more_body": False}
        return await self._receive()
