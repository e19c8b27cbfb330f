"""JSON from strangers, within bounds."""

from __future__ import annotations

import json
import math
import re
from itertools import accumulate
from typing import Any, NoReturn

MOST_BYTES = 10 * 1024 * 1024
MOST_DIGITS = 20
MOST_DEPTH = 100
"""Of lists and objects within each other; no provider goes beyond ten."""

_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    r"|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2}|u0000)|.)"
)
# Strings, closed or not, and whatever else is no bracket; each place is looked at once.
_NO_BRACKETS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[^"\[\]{}]++', re.DOTALL)
_STEP = {"[": 1, "{": 1, "]": -1, "}": -1}


class Garbled(ValueError):
    """A body that is not JSON, or JSON no provider would send."""


def sane_json(body: bytes) -> Any:
    """Parse UTF-8 JSON of at most 10 MiB; Garbled for NaN, huge numbers or absurd depth.

    Garbled, too, when an object gives a name twice: readers differ in which value counts (RFC 8259,
    4). Half of a surrogate pair, and NUL, become U+FFFD, so that every text that comes out can be
    written (PostgreSQL, "Character Types": "the character with code zero" cannot be stored).
    """
    if len(body) > MOST_BYTES:
        raise Garbled(f"{len(body)} bytes are too many")
    try:
        text = _whole_characters(body.decode("utf-8-sig"))
        _check_depth(text)
        return json.loads(
            text,
            parse_int=_integer,
            parse_float=_number,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except Garbled:
        raise
    except ValueError as exc:
        raise Garbled(f"not JSON: {type(exc).__name__}") from exc


def _check_depth(text: str) -> None:
    """Refuse before the parser goes down: what runs by chance near the end of the stack fails."""
    if text.count("[") + text.count("{") <= MOST_DEPTH:
        return
    brackets = _NO_BRACKETS.sub("", text)
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) > MOST_DEPTH:
        raise Garbled("nested too deeply")


def _whole_characters(text: str) -> str:
    if not any(escape in text for escape in ("\\ud", "\\uD", "\\u0000")):
        return text
    return _ESCAPE.sub(lambda found: "\\ufffd" if found["lone"] else found[0], text)


def _integer(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise Garbled("a number is too long")
    return int(digits)


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Garbled("a number is too large")
    return number


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise Garbled("a name stands twice in an object")
    return read


def _refuse_constant(name: str) -> NoReturn:
    raise Garbled(f"{name} is no JSON")
