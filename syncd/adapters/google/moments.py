"""Google's EventDateTime: a moment with an offset, or a day without one.

Google writes the offset beside every time of its own, so an hour never depends on the zone rules
that are installed here. Only days, and times that another program stored without an offset, do:
the system's rules count, and those of the package tzdata where the system has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from syncd.adapters.google.reading import Malformed, needed, text
from syncd.core.stamps import read_day, read_time
from syncd.core.zones import zone_named


@dataclass(frozen=True, slots=True)
class Moment:
    """A start or an end; `at` in UTC, `zone` an IANA name if one is known."""

    at: datetime
    all_day: bool
    zone: str | None


def moment(value: Mapping[str, Any], *, home: str) -> Moment:
    """Read an EventDateTime; `home` is the calendar's zone, for days and for what names no zone.

    The offset of a `dateTime` counts, not its zone: the two may differ. Without an offset its own
    zone must tell the hour ("EventDateTime": an offset is required unless a zone is given); an
    unknown one is never replaced by the calendar's. Where clocks jump, the rules of RFC 5545, 3.3.5
    hold: a time that comes twice is the first, one that is left out counts from before the jump.
    Fractions of a second are cut off. Malformed when there is neither a day nor a time.
    """
    own = _known(text(value, "timeZone"))
    zone = own or _known(home)
    if day := text(value, "date"):
        midnight = datetime.combine(_day(day), time.min)
        return Moment(_in_utc(midnight, zone or "UTC"), all_day=True, zone=zone)
    read = _time(needed(value, "dateTime")).replace(microsecond=0)
    return Moment(_in_utc(read, own), all_day=False, zone=zone)


def instant(stamp: str) -> datetime:
    """Read an RFC 3339 time with an offset, and give it in UTC."""
    return _in_utc(_time(stamp), None)


def _time(stamp: str) -> datetime:
    try:
        return read_time(stamp)
    except ValueError as exc:
        raise Malformed("a time cannot be read") from exc


def _day(stamp: str) -> date:
    try:
        return read_day(stamp)
    except ValueError as exc:
        raise Malformed("a day cannot be read") from exc


def _in_utc(read: datetime, zone: str | None) -> datetime:
    if read.tzinfo is None:
        if zone is None:
            raise Malformed("a time has neither an offset nor a zone that is known")
        read = read.replace(tzinfo=ZoneInfo(zone))
    try:
        return read.astimezone(UTC)
    except OverflowError as exc:
        raise Malformed("a time is beyond all calendars") from exc


def _known(name: str) -> str | None:
    """Give the name back if it is an IANA zone; Google also stores what other programs wrote."""
    return name if zone_named(name) is not None else None
