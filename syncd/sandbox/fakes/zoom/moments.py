"""Zoom's two spellings of a start, its stamps, and the zones it knows."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

_STAMP = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def stamp(moment: datetime) -> str:
    """Write a moment in UTC as Zoom does, whole seconds and a Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_start(value: Any) -> bool:
    """Accept `yyyy-MM-ddTHH:mm:ssZ` and `yyyy-MM-ddTHH:mm:ss`: no fractions, no offsets."""
    return isinstance(value, str) and _STAMP.fullmatch(value) is not None and _reads(value)


def is_utc(value: Any) -> bool:
    """Accept `yyyy-MM-ddTHH:mm:ssZ` only."""
    return is_start(value) and value.endswith("Z")


def is_day(value: str) -> bool:
    """Accept `yyyy-MM-dd`."""
    return _DAY.fullmatch(value) is not None and _reads(value)


def is_zone(value: Any) -> bool:
    """Accept the name of an IANA zone."""
    return isinstance(value, str) and value in _zones()


def read_start(value: str, zone: str) -> datetime:
    """Read a checked start as UTC: with a Z the zone says nothing, else it is local there."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(zone))
    return moment.astimezone(UTC)


def day_of(moment: datetime, zone: str) -> date:
    """Give the date that a moment falls on in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def _reads(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
