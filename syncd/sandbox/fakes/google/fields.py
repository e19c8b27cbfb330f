"""Partial answers: the `fields` parameter, such as `items(id,start/dateTime),nextPageToken`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from syncd.sandbox.fakes.google.errors import GoogleError, invalid_parameter

_TOKEN = re.compile(r"[(),/]|[^(),/\s]+")

Mask = dict[str, "Mask"]
"""Keys to keep; an empty mask keeps everything below."""


def keep_fields(answer: dict[str, Any], fields: str) -> dict[str, Any]:
    """Keep what the selector names. Raises GoogleError (400) for a selector that cannot be read."""
    kept: dict[str, Any] = _keep(answer, parse_mask(fields))
    return kept


@lru_cache(maxsize=64)
def parse_mask(fields: str) -> Mask:
    """Read a selector. Raises GoogleError (400)."""
    tokens = iter([*_TOKEN.findall(fields), ""])
    mask, last = _parse_list(tokens)
    if last or not mask:
        raise _bad(fields)
    return mask


def _parse_list(tokens: Iterator[str]) -> tuple[Mask, str]:
    mask: Mask = {}
    while True:
        last = _parse_path(tokens, mask)
        if last != ",":
            return mask, last


def _parse_path(tokens: Iterator[str], mask: Mask) -> str:
    """Read one path into `mask` and give the token after it."""
    while True:
        name = next(tokens, "")
        if not name or name in "(),/":
            raise _bad(name)
        inner = mask.setdefault(name, {})
        last = next(tokens, "")
        if last != "/":
            break
        mask = inner
    if last == "(":
        below, closing = _parse_list(tokens)
        if closing != ")":
            raise _bad(name)
        inner.update(below)
        last = next(tokens, "")
    return last


def _keep(value: Any, mask: Mask) -> Any:
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [_keep(one, mask) for one in value]
    if not isinstance(value, dict):
        return value
    return {key: _keep(value[key], below) for key, below in mask.items() if key in value}


def _bad(part: str) -> GoogleError:
    return invalid_parameter("fields", f"Invalid field selection {part}")
