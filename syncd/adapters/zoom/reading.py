"""Single values of Zoom's JSON, read strictly; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from syncd.core.stamps import read_time

T = TypeVar("T")


class Misshapen(ValueError):
    """Something Zoom documents is missing or of another type; the text names it."""


def part(body: Any, name: str, kind: type[T], default: T | None = None) -> T:
    """Give one field; absent or null it is the default, or Misshapen without one."""
    if not isinstance(body, Mapping):
        raise Misshapen(f"{name} stands in no object")
    value = body.get(name)
    if value is None and default is not None:
        return default
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise Misshapen(f"{name} is {type(value).__name__}")
    return value


def time(body: Any, name: str) -> datetime | None:
    """Give a moment in UTC; None when it is absent or empty. Zoom means UTC where it says no zone."""
    text = part(body, name, str, "")
    if not text:
        return None
    try:
        moment = read_time(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as exc:
        raise Misshapen(f"{name} is no time") from exc


def moment(of: datetime) -> str:
    """Write a moment in UTC as Zoom reads it."""
    # A year before 1000 keeps its zeros, which strftime leaves out.
    utc = of.astimezone(UTC).replace(tzinfo=None)
    return utc.isoformat(timespec="seconds") + "Z"
