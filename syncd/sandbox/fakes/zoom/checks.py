"""Small checks of single JSON values, and the walk that applies them to an object."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from syncd.sandbox.fakes.zoom.errors import INVALID, FieldError

Check = Callable[[Any], bool]

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def flag(value: Any) -> bool:
    """Accept true and false, never 0, 1 or "true"."""
    return isinstance(value, bool)


def text(limit: int | None = None) -> Check:
    """Accept a string of at most `limit` characters."""

    def check(value: Any) -> bool:
        return isinstance(value, str) and (limit is None or len(value) <= limit)

    return check


def whole(low: int, high: int | None = None) -> Check:
    """Accept an integer from `low` to `high`; a number in quotes is none."""

    def check(value: Any) -> bool:
        if not isinstance(value, int) or isinstance(value, bool):
            return False
        return value >= low and (high is None or value <= high)

    return check


def one_of(*options: str | int) -> Check:
    """Accept one of some strings or integers; True does not pass as 1."""

    def check(value: Any) -> bool:
        return not isinstance(value, bool) and value in options

    return check


def list_of(check_item: Check, *, limit: int | None = None) -> Check:
    """Accept a list whose every item passes."""

    def check(value: Any) -> bool:
        if not isinstance(value, list) or (limit is not None and len(value) > limit):
            return False
        return all(check_item(item) for item in value)

    return check


def shape(checks: Mapping[str, Check], *, required: tuple[str, ...] = ()) -> Check:
    """Accept an object whose known fields pass; unknown ones may be there."""

    def check(value: Any) -> bool:
        if not isinstance(value, dict) or any(name not in value for name in required):
            return False
        return not field_errors(value, checks)

    return check


def anything(value: Any) -> bool:
    """Accept an object as it is."""
    return isinstance(value, dict)


def address(value: Any) -> bool:
    """Accept what looks like a mail address."""
    return isinstance(value, str) and _ADDRESS.fullmatch(value) is not None


def field_errors(
    body: Mapping[str, Any], checks: Mapping[str, Check], *, below: str = ""
) -> list[FieldError]:
    """Name each known field that does not pass; unknown fields are not looked at."""
    return [
        (f"{below}{name}", INVALID)
        for name, check in checks.items()
        if name in body and not check(body[name])
    ]
