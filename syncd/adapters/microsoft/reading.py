"""Typed looks into Graph's JSON: what is missing or of another type never passes for a value."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from syncd.adapters.microsoft.zones import iana
from syncd.core.stamps import read_time

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
        moment = read_time(stamp)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise Unclear("a time cannot be read") from exc


def moment(item: Part, name: str) -> datetime:
    """Read a dateTimeTimeZone into UTC; Unclear when it is none or its zone is unknown.

    We ask for UTC, so an hour never depends on the zone rules that are installed here. An answer in
    another zone is converted, never taken for UTC; an offset in it counts more than the zone. Where
    clocks jump, the rules of RFC 5545, 3.3.5 hold. Graph writes seven digits after the second,
    which are cut off.
    """
    value = part(item, name)
    stamp = needed(value, "dateTime")
    zone = iana(needed(value, "timeZone"))
    if zone is None:
        raise Unclear(f"the time zone of {name} is unknown")
    try:
        wall = read_time(stamp).replace(microsecond=0)
        placed = wall.replace(tzinfo=ZoneInfo(zone)) if wall.tzinfo is None else wall
        return placed.astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise Unclear(f"{name} cannot be read") from exc


def midnight(item: Part, name: str, *, zone: str | None) -> datetime:
    """Read where a day begins, in UTC: midnight of `zone`, an IANA name, or of UTC without one.

    Graph tells the days of an all-day event as midnights in UTC, wherever they are kept. Unclear as
    for `moment`.
    """
    told = moment(item, name)
    if zone is None or told.time() != time.min:
        return told
    try:
        return told.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except OverflowError as exc:
        raise Unclear(f"{name} is beyond all calendars") from exc
