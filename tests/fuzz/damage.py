"""Damage done to a good document at random places, by things that have hurt others."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from syncd.core.linkblock import FIRST_LINE, LAST_LINE
from tests.factories import url_of

SNIPPETS = (
    "",
    " ",
    "\n",
    "\r\n\r\n",
    "\u2028",
    "\x85",
    "\u200b",
    "\ufeff",
    "\u0130",
    "e" + "\u0301" * 40,
    "<br>",
    "<BR/>",
    "<div>",
    "</div>",
    "<p",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "</body>",
    "&nbsp;",
    "&#0;",
    "&lt;",
    "&",
    "<",
    ">",
    '"',
    "'",
    "(",
    ")",
    "#zoom",
    "#zoom:host=bo@example.com",
    "#nozoom",
    "@meet",
    "zoom",
    "zoom (waiting: x)",
    "; ",
    "Meeting ID: 857 4606 5432",
    "Passcode: 1",
    "Phone: +43 1 (Wien)",
    FIRST_LINE,
    LAST_LINE,
    FIRST_LINE[:12],
    url_of(),
    "https://zoom.us/j/99900011122?pwd=x",
    "https://meet.google.com/abc-defg-hij",
    "https://",
    "v1.85746065432.aaaaaaaaaaaaaaaa",
    "RRULE:FREQ=DAILY",
    "FREQ=MONTHLY;BYDAY=-5MO;BYSETPOS=-366",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    ";COUNT=999999999999",
    ";UNTIL=99991231T235959Z",
    "EXDATE;TZID=Europe/Berlin:20261202T100000",
    "RDATE:00010101T000000Z,99991231T235959Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-12-02T10:00:00",
    "2026-03-29T02:30:00+01:00",
    "9999-12-31",
    "Europe/Berlin",
    "America/Argentina/Buenos_Aires",
    "W. Europe Standard Time",
    "tzone://Microsoft/Custom",
    "../UTC",
    "a/b/c/d/e/f/g",
    "ana@example.com",
    'W/"\u00e9"',
    "etag\nx: y",
    "https://graph.example/v1.0/next",
    "https://elsewhere.example/",
    "120",
    "Tue, 01 Dec 2026 09:00:20 GMT",
)
"""Pieces of text that mean something to some part of syncd."""

_NUMBERS = (0, 1, -1, 8, 29, 31, 3001, 2**31, 2**63 - 1, 2**63, 10**19, 0.5, -1e300, 429, 503, 404)
_SHAPES: tuple[Any, ...] = (
    None,
    True,
    False,
    [],
    {},
    [None],
    {"": None},
    [[]],
    "x" * 5000,
    "a/" * 400,
    "\ud800",
)
_DEEP = 300


def damaged(document: Any, rng: Random) -> Any:
    """Give a copy of a document, damaged in some places."""
    hurt = [copy.deepcopy(document)]
    for _ in range(rng.randint(1, 4)):
        where, key = rng.choice(list(_places(hurt)))
        if rng.random() < 0.2:
            del where[key]
            if not hurt:
                return None
        else:
            where[key] = _hurt(where[key], rng, hurt)
    return hurt[0]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Give every place in a document, as the thing it stands in and its key there."""
    stack = [value]
    while stack:
        one = stack.pop()
        keys = one.keys() if isinstance(one, dict) else range(len(one))
        for key in keys:
            yield one, key
            if isinstance(one[key], dict | list):
                stack.append(one[key])


def _hurt(value: Any, rng: Random, whole: Any) -> Any:
    if isinstance(value, str) and rng.random() < 0.6:
        return cut(value, rng)
    where, key = rng.choice(list(_places(whole)))
    hurts: tuple[Callable[[], Any], ...] = (
        lambda: rng.choice(_NUMBERS),
        lambda: copy.deepcopy(rng.choice(_SHAPES)),
        lambda: copy.deepcopy(where[key]),
        lambda: value * rng.randint(2, 20) if isinstance(value, str | list) else [value] * 3,
        lambda: _deep(value) if rng.random() < 0.1 else None,
        lambda: rng.choice(SNIPPETS),
    )
    return rng.choice(hurts)()


def _deep(value: Any) -> Any:
    for _ in range(_DEEP):
        value = [value]
    return value


def cut(text: str, rng: Random) -> str:
    """Put a piece of text into another, in place of any part of it."""
    start = rng.randint(0, len(text))
    end = min(len(text), start + rng.choice((0, 0, 0, 1, 2, 5, 40)))
    pieces = "".join(rng.choice(SNIPPETS) for _ in range(rng.choice((0, 1, 1, 1, 2, 3))))
    return f"{text[:start]}{pieces}{text[end:]}"
