"""The faults of the catalogue, in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Any

from tests.cells import answers
from tests.cells.answers import Answering, content, plain, refusal
from tests.cells.stage import Row, Tongue
from tests.cells.wire import Broken, Ending, Reply, Seen, Step, as_json
from tests.cells.words import Said, worded
from tests.fakes.clock import START

_HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"
_ISO = "%Y-%m-%dT%H:%M:%SZ"
_HOUR = 3600.0


class Family(Enum):
    """What faults have in common, as far as the reaction goes."""

    REFUSED = "refused in the provider's own words"
    TOLD = "told to wait"
    FAILED = "failing"
    UNSENT = "never left"
    LOST = "left, and no answer came whole"
    TOO_LARGE = "left, and too much came"
    GARBLED = "an answer that is none"
    ODD = "an answer that may do"
    REDIRECTED = "sent elsewhere"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One kind of bad answer."""

    name: str
    family: Family
    refuse: Broken | None = None
    answer: Answering | None = None
    said: Said | None = None
    wait: float | None = None
    """How long it tells to wait, in seconds, an hour at most; None when it says nothing of it."""
    only: Callable[[Row], str] | None = None

    def why_not(self, row: Row) -> str:
        """Say why a call cannot meet this fault; empty where it can."""
        if self.said is not None and worded(row, self.said) is None:
            return f"{row.tongue.value} has no such refusal"
        return self.only(row) if self.only is not None else ""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Struck:
    """A fault as it meets a call; implements `tests.cells.wire.Strike`."""

    row: Row
    fault: Fault

    def refuse(self, seen: Seen) -> Broken | None:
        return self.fault.refuse

    def steps(self, seen: Seen, good: Reply) -> Iterator[Step]:
        assert self.fault.answer is not None, "there is a connection after all"
        return self.fault.answer(self.row, good)


def _unless(why: str, test: Callable[[Row], object]) -> Callable[[Row], str]:
    return lambda row: "" if test(row) else why


_LISTS = _unless("it is no list", lambda row: row.lists)
_PAGES = _unless("it has no pages", lambda row: row.pages)
_NEEDS = _unless("nothing of its answer is needed", lambda row: row.needs)
_LINES = _unless("msal waits for no line", lambda row: row.tongue is not Tongue.ENTRA)
_LINKS = _unless("only Graph pages by links", lambda row: row.pages.startswith("@"))
_ZOOMS = _unless("only Zoom's API says it so", lambda row: row.tongue is Tongue.ZOOM)


def _at(seconds: float, form: str) -> str:
    return (START + timedelta(seconds=seconds)).strftime(form)


def _said(name: str, said: Said) -> Fault:
    return Fault(name=name, family=Family.REFUSED, said=said, answer=refusal(said))


def _told(name: str, after: str | None, wait: float | None, **more: str) -> Fault:
    headers = {} if after is None else {"retry-after": after}
    return Fault(
        name=name,
        family=Family.TOLD,
        said=Said.TOO_MANY,
        answer=refusal(Said.TOO_MANY, headers | more),
        wait=wait,
    )


def _daily(_row: Row, _good: Reply) -> Iterator[Step]:
    message = (
        "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests"
        " permitted for this particular user. You may resume these requests at GMT 00:00:00."
    )
    headers = {"retry-after": _at(15 * _HOUR, _ISO)}
    return plain(429, as_json({"code": 429, "message": message}), headers)


def _busy(name: str, headers: dict[str, str], wait: float | None) -> Fault:
    return Fault(
        name=name,
        family=Family.FAILED,
        said=Said.BUSY,
        answer=refusal(Said.BUSY, headers),
        wait=wait,
    )


def _unsent(broken: Broken, only: Callable[[Row], str] | None = None) -> Fault:
    return Fault(name=broken.value, family=Family.UNSENT, refuse=broken, only=only)


def _fault(name: str, family: Family, answer: Answering, **more: Any) -> Fault:
    return Fault(name=name, family=family, answer=answer, **more)


def _html(_row: Row, _body: Any) -> bytes:
    return b"<!doctype html><title>Sign in to the network</title>"


FAULTS = (
    _said("400", Said.INVALID),
    _said("401", Said.UNAUTHORISED),
    _said("403 not allowed", Said.FORBIDDEN),
    _said("403 rate", Said.RATE),
    _said("403 quota", Said.QUOTA),
    _said("403 scope", Said.SCOPE),
    _said("404", Said.MISSING),
    _said("409", Said.CONFLICT),
    _said("410", Said.GONE),
    _said("412", Said.CHANGED),
    _told("429 in 2 seconds", "2", 2),
    _told("429 in seconds", "120", 120),
    _told("429 HTTP date", _at(900, _HTTP_DATE), 900),
    _told("429 ISO 8601", _at(900, _ISO), 900),
    _told("429 past", _at(-900, _HTTP_DATE), 0),
    _told("429 negative", "-120", None),
    _told("429 10^9", str(10**9), _HOUR),
    _told("429 garbage", "soon; or later", None),
    _told("429 bare", None, None),
    Fault(
        name="429 X-RateLimit-Reset",
        family=Family.TOLD,
        answer=refusal(Said.TOO_MANY, {"x-ratelimit-reset": str(int(START.timestamp()) + 30)}),
        wait=30,
        only=_ZOOMS,
    ),
    _fault("429 of the day", Family.TOLD, _daily, wait=15 * _HOUR, only=_ZOOMS),
    Fault(name="500", family=Family.FAILED, said=Said.FAILED, answer=refusal(Said.FAILED)),
    _fault("502", Family.FAILED, answers.gateway(502)),
    _busy("503", {}, None),
    _busy("503 in seconds", {"retry-after": "120"}, 120),
    _fault("504", Family.FAILED, answers.gateway(504)),
    _unsent(Broken.REFUSED),
    _unsent(Broken.NO_NAME),
    _unsent(Broken.TLS),
    _unsent(Broken.CONNECT_TIMEOUT),
    _unsent(Broken.POOL_TIMEOUT, _LINES),
    _fault("read timeout", Family.LOST, answers.nothing(Ending.SILENCE)),
    _fault("reset before headers", Family.LOST, answers.nothing(Ending.RESET)),
    _fault("reset after headers", Family.LOST, answers.cut(Ending.RESET, headers_only=True)),
    _fault("silence half-way", Family.LOST, answers.cut(Ending.SILENCE)),
    _fault("short content-length", Family.LOST, answers.cut(None)),
    _fault("half-closed body", Family.LOST, answers.chunked(b"")),
    _fault("broken chunk", Family.LOST, answers.chunked(b"zz\r\n")),
    _fault("slow drip", Family.LOST, answers.dripping),
    _fault("100 MB", Family.TOO_LARGE, answers.endless),
    _fault("gzip bomb", Family.TOO_LARGE, answers.bomb),
    _fault("truncated gzip", Family.GARBLED, answers.cut_gzip),
    _fault("HTML", Family.GARBLED, content(_html, "text/html")),
    _fault("binary", Family.GARBLED, content(lambda _row, _body: b"\x89PNG\xff\xfe", "image/png")),
    _fault("malformed JSON", Family.GARBLED, content(lambda _row, body: as_json(body)[:-1])),
    _fault("NaN", Family.GARBLED, content(answers.with_extra(b"NaN"))),
    _fault("duplicate keys", Family.GARBLED, content(answers.twice)),
    _fault("depth 100,000", Family.GARBLED, content(answers.with_extra(b"[" * 100_000))),
    _fault("depth 500", Family.GARBLED, content(answers.with_extra(b"[" * 500 + b"]" * 500))),
    _fault("5,000 digits", Family.GARBLED, content(answers.with_extra(b"9" * 5_000))),
    _fault("no object", Family.GARBLED, content(lambda _row, _body: b"[]")),
    _fault("wrong types", Family.GARBLED, content(answers.mistyped)),
    _fault("missing id", Family.GARBLED, content(answers.nameless), only=_NEEDS),
    _fault("wrong label", Family.ODD, content(lambda _row, body: as_json(body), "text/html")),
    _fault("empty list", Family.ODD, content(answers.emptied), only=_LISTS),
    _fault("same id twice", Family.ODD, content(answers.doubled), only=_LISTS),
    _fault("page loop", Family.GARBLED, content(answers.going_round), only=_PAGES),
    _fault("next page elsewhere", Family.REDIRECTED, content(answers.leading_away), only=_LINKS),
    *(
        _fault(f"{status} elsewhere", Family.REDIRECTED, answers.elsewhere(status))
        for status in (301, 302, 303, 307, 308)
    ),
)
