"""Times and days as text: what RFC 3339 allows and nothing else, the same on every Python."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.([0-9]+))?([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_time(stamp: str) -> datetime:
    """Read a time: aware with an offset, naive without one; ValueError for anything else.

    Calendars leave the offset away where a zone stands beside the time. What is finer than a
    microsecond is cut off. A leap second is refused, and so is whatever `fromisoformat` takes
    beyond the RFC: a day alone would pass for its midnight, and hour 24 depends on the Python.
    """
    if (parts := _TIME.fullmatch(stamp)) is None:
        raise ValueError("not a time of RFC 3339")
    day, clock, fraction, offset = parts.groups(default="")
    if clock.startswith("24"):
        raise ValueError("a day has no hour 24")
    return datetime.fromisoformat(f"{day}T{clock}.{fraction[:6]:0<6}{offset.upper()}")


def read_day(stamp: str) -> date:
    """Read a day; ValueError for anything else, a time included."""
    if _DAY.fullmatch(stamp) is None:
        raise ValueError("not a day of RFC 3339")
    return date.fromisoformat(stamp)


def utc_stamp(moment: datetime) -> str:
    """Write an aware time in UTC, to the second, as `2026-11-24T10:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
