"""Graph's dateTimeTimeZone: local time and zone name in, seven fractional digits out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Any

from syncd.sandbox.fakes.microsoft.errors import GraphError, unreadable, unsupported_zone
from syncd.sandbox.fakes.microsoft.zones import zone_named


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A point of time as a client wrote it: wall clock without zone, and the zone's name."""

    wall: datetime
    zone: str

    def instant(self, *, all_day: bool) -> datetime:
        """Give the instant in UTC; an all-day event is anchored at midnight UTC."""
        if all_day:
            return self.wall.replace(tzinfo=UTC)
        return self.wall.replace(tzinfo=zone_named(self.zone)).astimezone(UTC)


def read_moment(name: str, value: Any) -> Moment:
    """Read a dateTimeTimeZone; raise GraphError 400 when a part is missing or unknown."""
    if not isinstance(value, dict) or not isinstance(value.get("dateTime"), str):
        raise unreadable(f"The property '{name}' needs a dateTime and a timeZone.")
    zone = value.get("timeZone")
    if not isinstance(zone, str) or not zone:
        raise unsupported_zone("")
    where = zone_named(zone)
    parsed = _parse(value["dateTime"])
    if parsed.tzinfo is not None:
        parsed = parsed.astimezone(where).replace(tzinfo=None)
    return Moment(wall=parsed, zone=zone)


def read_instant(text: str) -> datetime:
    """Read a query parameter; without an offset it is UTC; raise GraphError 400 otherwise."""
    parsed = _parse(text.replace(" ", "+"))
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def show_moment(instant: datetime, *, zone: tzinfo, name: str) -> dict[str, str]:
    """Write a dateTimeTimeZone in the zone that the reader prefers."""
    wall = instant.astimezone(zone).replace(tzinfo=None)
    return {"dateTime": wall.isoformat(timespec="microseconds") + "0", "timeZone": name}


def show_instant(instant: datetime) -> str:
    """Write a Timestamp: UTC with seven fractional digits and a Z."""
    plain = instant.astimezone(UTC).replace(tzinfo=None)
    return plain.isoformat(timespec="microseconds") + "0Z"


def is_midnight(instant: datetime) -> bool:
    """Tell whether the instant is a midnight in UTC."""
    return instant.astimezone(UTC).time() == time(0)


def whole_days(span: timedelta) -> bool:
    """Tell whether the span is one or more whole days."""
    return span >= timedelta(days=1) and span % timedelta(days=1) == timedelta(0)


def _parse(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as problem:
        message = f"The value '{text}' is not a valid date and time."
        raise GraphError(400, "ErrorInvalidParameter", message) from problem
