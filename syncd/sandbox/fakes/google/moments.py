"""Start and end of events: checked, and written the way Google writes them back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from syncd.sandbox.fakes.google.errors import GoogleError, invalid

Moment = Mapping[str, Any]
"""`{"date"}` for all-day events, or `{"dateTime", "timeZone"}`."""


@lru_cache(maxsize=512)
def zone(name: str) -> ZoneInfo:
    """Find an IANA zone. Raises GoogleError (400)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise invalid(f"Invalid time zone definition: {name}.") from None


def normal(moment: Moment, *, which: str, calendar_zone: str, recurring: bool) -> dict[str, Any]:
    """Give a start or end as Google stores it: a date, or a time in the calendar's zone.

    `which` is `start` or `end`, for the message. Raises GoogleError (400).
    """
    has_date, has_time = bool(moment.get("date")), bool(moment.get("dateTime"))
    if has_date == has_time:
        raise invalid(f"Invalid {which} time.", location=which)
    if has_date:
        return {"date": _date(moment["date"], which).isoformat()}
    return _timed(moment, which=which, calendar_zone=calendar_zone, recurring=recurring)


def _timed(moment: Moment, *, which: str, calendar_zone: str, recurring: bool) -> dict[str, Any]:
    name = moment.get("timeZone")
    value = _instant(moment["dateTime"], which)
    if not name and (recurring or value.tzinfo is None):
        raise required_zone(which)
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone(name))
    shown = written(value.astimezone(zone(calendar_zone)))
    zone(name or calendar_zone)
    return {"dateTime": shown, "timeZone": name or calendar_zone}


def required_zone(which: str) -> GoogleError:
    """Say that a time needs its zone: one without offset, and any of a recurring event."""
    return GoogleError(400, "required", f"Missing time zone definition for {which} time.")


def check_range(start: Moment, end: Moment) -> None:
    """Refuse an end before its start, and a date beside a time. Raises GoogleError (400)."""
    if ("date" in start) != ("date" in end):
        raise invalid("Invalid start or end time: both are dates or both are times.")
    empty = instant(end) < instant(start) or ("date" in start and start["date"] == end["date"])
    if empty:
        raise GoogleError(400, "timeRangeEmpty", "The specified time range is empty.")


@lru_cache(maxsize=4096)
def _parsed(text: str) -> datetime:
    return datetime.fromisoformat(text)


def instant(moment: Moment, *, all_day_zone: str = "UTC") -> datetime:
    """Give the moment as an instant, UTC; a date begins at midnight of `all_day_zone`."""
    if "dateTime" in moment:
        return _parsed(moment["dateTime"]).astimezone(UTC)
    return _parsed(moment["date"]).replace(tzinfo=zone(all_day_zone)).astimezone(UTC)


def written(value: datetime) -> str:
    """Write a time as Google does: seconds, and `Z` for UTC."""
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")


def _date(text: str, which: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise invalid(f"Invalid {which} time.", location=which) from None


def _instant(text: str, which: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise invalid(f"Invalid {which} time.", location=which) from None
