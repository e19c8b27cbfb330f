"""Typed looks into Graph's JSON: what is missing or of another type never passes for a value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from syncd.adapters.microsoft.zones import iana

Part = Mapping[str, Any]


class Unclear(ValueError):
    """An item without something that is needed to judge it."""


def needed(item: Part, name: str) -> str:
    """Give a text that must be there and not be empty; Unclear otherwise."""
    value = item.get(name)
    if not isinstance(value, str) or not value:
        raise Unclear(f"{name} is missing")
    return value


def text(item: Part, name: str) -> str:
    """Give a text; empty when there is none."""
    value = item.get(name)
    return value if isinstance(value, str) else ""


def flag(item: Part, name: str) -> bool:
    """Tell whether a switch is on."""
    return item.get(name) is True


def part(item: Part, name: str) -> Part:
    """Give an object inside; empty when there is none."""
    value = item.get(name)
    return value if isinstance(value, dict) else {}


def parts(item: Part, name: str) -> tuple[Part, ...]:
    """Give the objects of a list; whatever is no object is left out."""
    value = item.get(name)
    several = value if isinstance(value, list) else []
    return tuple(one for one in several if isinstance(one, dict))


def texts(item: Part, name: str) -> tuple[str, ...]:
    """Give the texts of a list; whatever is no text is left out."""
    value = item.get(name)
    several = value if isinstance(value, list) else []
    return tuple(one for one in several if isinstance(one, str))


def instant(stamp: str) -> datetime:
    """Read a Timestamp, in UTC unless it says otherwise; Unclear when it is none."""
    try:
        moment = datetime.fromisoformat(stamp)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise Unclear("a time cannot be read") from exc


def moment(item: Part, name: str) -> datetime:
    """Read a dateTimeTimeZone into UTC; Unclear when it is none or its zone is unknown.

    We ask for UTC. An answer in another zone is converted, never taken for UTC.
    """
    value = part(item, name)
    stamp = needed(value, "dateTime")
    zone = iana(needed(value, "timeZone"))
    if zone is None:
        raise Unclear(f"the time zone of {name} is unknown")
    try:
        wall = datetime.fromisoformat(stamp)
        placed = wall.replace(tzinfo=ZoneInfo(zone)) if wall.tzinfo is None else wall
        return placed.astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise Unclear(f"{name} cannot be read") from exc
