"""One wire between the product and its providers: bytes in, bytes out, and what is wrong with them.

httpcore and h11 speak over it as over a socket, and so do urllib3 and http.client below msal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

import h11


class Ending(Enum):
    """How an answer stops short of its end."""

    RESET = "reset"
    SILENCE = "silence"


Step = bytes | float | Ending
"""Some bytes, a pause in seconds, or an ending."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived."""

    host: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.target).query))

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("ascii", "replace")))


@dataclass(frozen=True, slots=True)
class Reply:
    """A good answer; `body` is written as JSON, None is no body."""

    status: int
    body: Any = None


class Strike(Protocol):
    """What a wire needs to know of a fault."""

    def refuse(self, seen: Seen) -> Broken | None:
        """Say how the connection fails, if it does."""
        ...

    def steps(self, seen: Seen, good: Reply) -> Iterator[Step]:
        """Give the answer, piece by piece."""
        ...


class Broken(Enum):
    """Why there is no connection."""

    REFUSED = "refused"
    NO_NAME = "no such name"
    TLS = "the handshake failed"
    CONNECT_TIMEOUT = "nobody answers"
    POOL_TIMEOUT = "no line is free"


Office = Callable[[Seen], Reply]
Target = Callable[[Seen], bool]


class Wire:
    """Answers well by `office`, but for the requests that are struck.

    `tried` are all the struck requests, `sent` those of them that left, `drawn` the bytes taken of
    struck answers; `hosts` are all that were connected to.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._target: Target = lambda _seen: False
        self._strike: Strike | None = None
        self._left = 0
        self._next: Strike | None = None
        self.tried: list[Seen] = []
        self.sent: list[Seen] = []
        self.hosts: set[str] = set()
        self.everything: list[Seen] = []
        self.drawn = 0

    def arm(self, target: Target, strike: Strike, *, times: int = 1_000_000) -> None:
        """Strike the next requests to that target."""
        self._target, self._strike, self._left = target, strike, times
        self.tried, self.sent, self.drawn = [], [], 0

    def disarm(self) -> None:
        self._strike = None

    def about(self, seen: Seen) -> Broken | None:
        """Take note of a request that is about to be sent; say why it cannot be, if so."""
        self.hosts.add(seen.host)
        self._next = self._strike if self.strikes(seen) else None
        if self._strike is not None and self._target(seen):
            self.tried.append(seen)
        return self._next.refuse(seen) if self._next is not None else None

    def strikes(self, seen: Seen) -> bool:
        """Say whether the answer to this request will be a bad one."""
        return self._strike is not None and self._target(seen) and len(self.tried) < self._left

    def answered(self, seen: Seen) -> Iterator[Step]:
        """Give the answer to the request that was about to be sent."""
        self.everything.append(seen)
        if self._strike is not None and self._target(seen):
            self.sent.append(seen)
        good = self._office(seen)
        strike, self._next = self._next, None
        if strike is None:
            return whole(good)
        return self._counted(strike.steps(seen, good))

    def _counted(self, steps: Iterator[Step]) -> Iterator[Step]:
        for step in steps:
            if isinstance(step, bytes):
                self.drawn += len(step)
            yield step


class Ear:
    """Reads the requests of one connection, and holds the answer."""

    def __init__(self, wire: Wire, host: str) -> None:
        self._wire = wire
        self._host = host
        self._parser = h11.Connection(h11.SERVER)
        self._head: h11.Request | None = None
        self._body = bytearray()
        self._steps: Iterator[Step] = iter(())
        self._rest = b""

    def hear(self, data: bytes) -> None:
        """Take in some bytes of a request."""
        if not data:
            return
        self._parser.receive_data(data)
        while isinstance(event := self._parser.next_event(), h11.Event):
            match event:
                case h11.Request():
                    self._head = event
                case h11.Data():
                    self._body += event.data
                case h11.EndOfMessage():
                    self._steps = self._wire.answered(self._seen())
                case _:
                    raise AssertionError(event)

    def next(self, most: int) -> Step:
        """Give what comes next; no bytes at the end."""
        if not self._rest:
            step = next(self._steps, b"")
            if not isinstance(step, bytes):
                return step
            self._rest = step
        given, self._rest = self._rest[:most], self._rest[most:]
        return given

    def _seen(self) -> Seen:
        assert self._head is not None
        return Seen(
            host=self._host,
            method=self._head.method.decode(),
            target=self._head.target.decode(),
            headers={name.decode(): value.decode() for name, value in self._head.headers},
            body=bytes(self._body),
        )


def whole(reply: Reply) -> Iterator[Step]:
    """Write a good answer; its connection serves nobody else."""
    content = b"" if reply.body is None else as_json(reply.body)
    yield head(reply.status, {"content-length": str(len(content))}) + content


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """Write the beginning of an answer, labelled as JSON unless `headers` say otherwise."""
    named = {"content-type": "application/json", "connection": "close", **headers}
    lines = [f"HTTP/1.1 {status} So", *(f"{name}: {value}" for name, value in named.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def as_json(body: Any) -> bytes:
    """Write a body."""
    return json.dumps(body).encode()
