"""Google's EventDateTime: a moment with an offset, or a day without one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from syncd.adapters.google.reading import Malformed, needed, text


@dataclass(frozen=True, slots=True)
class Moment:
    """A start or an end; `at` in UTC, `zone` an IANA name if one is known."""

    at: datetime
    all_day: bool
    zone: str | None


def moment(value: Mapping[str, Any], *, home: str) -> Moment:
    """Read an EventDateTime; `home` is the calendar's zone, for days and for what names no zone.

    The offset of a `dateTime` counts, not its zone: the two may differ. Malformed when there is
    neither a day nor a time.
    """
    zone = _known(text(value, "timeZone")) or _known(home)
    if day := text(value, "date"):
        midnight = datetime.combine(_parsed(day).date(), time.min)
        return Moment(_in_utc(midnight, zone or "UTC"), all_day=True, zone=zone)
    read = _parsed(needed(value, "dateTime"))
    return Moment(_in_utc(read, zone), all_day=False, zone=zone)


def instant(stamp: str) -> datetime:
    """Read an RFC 3339 time with an offset, and give it in UTC."""
    return _in_utc(_parsed(stamp), None)


def _parsed(stamp: str) -> datetime:
    try:
        return datetime.fromisoformat(stamp)
    except ValueError as exc:
        raise Malformed("a time cannot be read") from exc


def _in_utc(read: datetime, zone: str | None) -> datetime:
    if read.tzinfo is None:
        if zone is None:
            raise Malformed("a time has neither offset nor zone")
        read = read.replace(tzinfo=ZoneInfo(zone))
    try:
        return read.astimezone(UTC)
    except OverflowError as exc:
        raise Malformed("a time is beyond all calendars") from exc


def _known(name: str) -> str | None:
    """Give the name back if it is an IANA zone; Google also stores what other programs wrote."""
    if not name:
        return None
    try:
        ZoneInfo(name)
    # A name that is a folder of the zone database fails as a file, a strange one as a value.
    except (KeyError, ValueError, OSError):
        return None
    return name
