"""Spoilt answers, piece by piece: each begins with the good one and does something to it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from tests.cells.stage import GRAPH, Row, Tongue
from tests.cells.wire import Ending, Reply, Step, as_json, head
from tests.cells.words import Said, worded

ELSEWHERE = "evil.example"
HUGE = 100 * 1024 * 1024

_MEGABYTE = b"a" * (1024 * 1024)
_PIECE = 4096

Answering = Callable[[Row, Reply], Iterator[Step]]
"""Makes the answer to a call of the good one."""


def plain(status: int, content: bytes, headers: Mapping[str, str] | None = None) -> Iterator[Step]:
    """Write an answer with this content."""
    yield head(status, {"content-length": str(len(content)), **(headers or {})}) + content


def refusal(said: Said, headers: Mapping[str, str] | None = None) -> Answering:
    """Refuse in the provider's own words."""

    def answer(row: Row, _good: Reply) -> Iterator[Step]:
        words = worded(row, said)
        assert words is not None
        return plain(words[0], as_json(words[1]), headers)

    return answer


def gateway(status: int) -> Answering:
    """Answer with the page of something in between."""
    html = {"content-type": "text/html"}
    return lambda _row, _good: plain(status, b"<html><h1>Bad gateway</h1></html>", html)


def content(made: Callable[[Row, Any], bytes], label: str = "application/json") -> Answering:
    """Answer with the right status and this in place of the right content."""
    headers = {"content-type": label}
    return lambda row, good: plain(_status(good), made(row, good.body or {}), headers)


def endless(_row: Row, good: Reply) -> Iterator[Step]:
    """Send 100 MB."""
    yield head(_status(good), {"content-length": str(HUGE + 9)}) + b'{"x": "'
    for _ in range(HUGE // len(_MEGABYTE)):
        yield _MEGABYTE
    yield b'"}'


def bomb(_row: Row, good: Reply) -> Iterator[Step]:
    """Send 100 MB that were packed into 100 kB."""
    packed = _packed()
    headers = {"content-length": str(len(packed)), "content-encoding": "gzip"}
    yield head(_status(good), headers)
    for place in range(0, len(packed), _PIECE):
        yield packed[place : place + _PIECE]


@cache
def _packed() -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    start = packer.compress(b'{"x": "') + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(_MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    return start + block * (HUGE // len(_MEGABYTE))


def cut(ending: Ending | None, *, headers_only: bool = False) -> Answering:
    """Stop in the middle, or after the headers: by an ending, or by closing as if all were there."""

    def answer(_row: Row, good: Reply) -> Iterator[Step]:
        whole = as_json(good.body or {"x": "yes"})
        given = 0 if headers_only else len(whole) // 2
        yield head(_status(good), {"content-length": str(len(whole))}) + whole[:given]
        if ending is not None:
            yield ending

    return answer


def nothing(ending: Ending) -> Answering:
    """Give no byte of an answer."""

    def answer(_row: Row, _good: Reply) -> Iterator[Step]:
        yield ending

    return answer


def chunked(tail: bytes) -> Answering:
    """Send it in a chunk, and this in place of the last one."""

    def answer(_row: Row, good: Reply) -> Iterator[Step]:
        whole = as_json(good.body or {"x": "yes"})
        chunk = f"{len(whole):x}\r\n".encode() + whole + b"\r\n"
        yield head(_status(good), {"transfer-encoding": "chunked"}) + chunk + tail

    return answer


def cut_gzip(_row: Row, good: Reply) -> Iterator[Step]:
    """Send half of what was packed, as if it were all."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = packer.compress(as_json({"x": "y" * 50, **(good.body or {})})) + packer.flush()
    return plain(_status(good), packed[: len(packed) // 2], {"content-encoding": "gzip"})


def dripping(_row: Row, good: Reply) -> Iterator[Step]:
    """Send a byte a second, for ten minutes."""
    whole = as_json(good.body or {"x": "yes"}).ljust(600)
    yield head(_status(good), {"content-length": str(len(whole))})
    for place in range(len(whole)):
        yield 1.0
        yield whole[place : place + 1]


def elsewhere(status: int) -> Answering:
    """Send to another host."""
    where = {"location": f"https://{ELSEWHERE}/take"}
    return lambda _row, _good: plain(status, b"", where)


def twice(_row: Row, body: Any) -> bytes:
    """Give a name two values."""
    name = next(iter(body), "x")
    return f'{{"{name}": "another", '.encode() + as_json({"x": 1, **body})[1:]


def with_extra(value: bytes) -> Callable[[Row, Any], bytes]:
    """Add a field whose value is written like this."""
    return lambda _row, body: b'{"extra": ' + value + b", " + as_json({"x": 1, **body})[1:]


def mistyped(_row: Row, body: Any) -> bytes:
    """Give every field another type."""
    return as_json({name: _other(value) for name, value in body.items()})


def _other(value: Any) -> Any:
    match value:
        case bool():
            return "yes"
        case str():
            return 7
        case int() | float():
            return "seven"
        case _:
            return "some text"


def nameless(row: Row, body: Any) -> bytes:
    """Leave out what an answer must have."""
    return as_json(_without(body, row.needs))


def emptied(row: Row, body: Any) -> bytes:
    """Leave nothing in a list."""
    return as_json({**body, row.lists: []})


def doubled(row: Row, body: Any) -> bytes:
    """Name every item of a list twice."""
    return as_json({**body, row.lists: body[row.lists] * 2})


def going_round(row: Row, body: Any) -> bytes:
    """Let the page be followed by itself, for ever."""
    is_link = row.tongue is Tongue.GRAPH
    token = f"{GRAPH}/v1.0/users/ana@example.com{row.path}?page=2" if is_link else "page-2"
    return as_json({**_without(body, _LAST), row.pages: token})


def leading_away(row: Row, body: Any) -> bytes:
    """Let the next page be at another host."""
    return as_json({**_without(body, _LAST), row.pages: f"https://{ELSEWHERE}/next"})


_LAST = ("nextSyncToken", "@odata.deltaLink")


def _without(value: Any, names: tuple[str, ...]) -> Any:
    match value:
        case dict():
            return {k: _without(v, names) for k, v in value.items() if k not in names}
        case list():
            return [_without(one, names) for one in value]
        case _:
            return value


def _status(good: Reply) -> int:
    # An answer without content has none to spoil.
    return 200 if good.status == 204 else good.status
