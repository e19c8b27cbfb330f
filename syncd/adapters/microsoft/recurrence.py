"""Graph's patternedRecurrence as a rule of RFC 5545; pure.

Patterns and ranges: Microsoft Graph, recurrencePattern and recurrenceRange.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from syncd.adapters.microsoft.reading import Part, part, text, texts
from syncd.adapters.microsoft.zones import iana
from syncd.core.recurrence import Recurrence

_DAYS = {
    "monday": "MO",
    "tuesday": "TU",
    "wednesday": "WE",
    "thursday": "TH",
    "friday": "FR",
    "saturday": "SA",
    "sunday": "SU",
}
_INDEXES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_FREQUENCIES = {
    "daily": "DAILY",
    "weekly": "WEEKLY",
    "absoluteMonthly": "MONTHLY",
    "relativeMonthly": "MONTHLY",
    "absoluteYearly": "YEARLY",
    "relativeYearly": "YEARLY",
}

# Every month has this many days.
_SHORTEST_MONTH = 28
_LONGEST_MONTH = 31


class _Unreadable(ValueError):
    """A pattern or range that is none of the documented ones."""


def recurrence_in(item: Part, *, zone: str | None) -> Recurrence:
    """Read the recurrence of a series master that is followed in an IANA `zone` (UTC if unknown).

    Never raises: in place of a pattern that cannot be read stands a text that is no rule, so that
    whoever follows it says so.
    """
    value = part(item, "recurrence")
    try:
        pattern = _pattern(part(value, "pattern"))
        bounds = _bounds(part(value, "range"), zone, all_day=item.get("isAllDay") is True)
    except _Unreadable as exc:
        return Recurrence((str(exc),))
    return Recurrence((";".join(pattern + bounds),))


def _pattern(pattern: Part) -> list[str]:
    kind = text(pattern, "type")
    if kind not in _FREQUENCIES:
        raise _Unreadable("a pattern of an unknown type")
    rule = [f"FREQ={_FREQUENCIES[kind]}", f"INTERVAL={_number(pattern, 'interval')}"]
    if kind.endswith("Yearly"):
        rule.append(f"BYMONTH={_number(pattern, 'month')}")
    match kind:
        case "daily":
            return rule
        case "weekly":
            # Graph: the default is Sunday; it matters when weeks are left out.
            opening = text(pattern, "firstDayOfWeek") or "sunday"
            return [*rule, f"BYDAY={','.join(_days(pattern))}", f"WKST={_day(opening)}"]
        case "relativeMonthly" | "relativeYearly":
            return rule + _relative(pattern)
        case _:
            return rule + _month_day(_number(pattern, "dayOfMonth"))


def _relative(pattern: Part) -> list[str]:
    """Write the first, second ... or last among some weekdays of a month; Graph's default: first."""
    index = _INDEXES.get((text(pattern, "index") or "first").lower())
    if index is None:
        raise _Unreadable("a pattern with an unknown index")
    days = _days(pattern)
    if len(days) == 1:
        return [f"BYDAY={index}{days[0]}"]
    return [f"BYDAY={','.join(days)}", f"BYSETPOS={index}"]


def _month_day(day: int) -> list[str]:
    """Write a day of the month.

    In a month that is too short Exchange takes its last day (EWS, DayOfMonth: "the last day of the
    month is assumed"), where a plain BYMONTHDAY would leave the month out.
    """
    if day <= _SHORTEST_MONTH:
        return [f"BYMONTHDAY={day}"]
    if day >= _LONGEST_MONTH:
        return ["BYMONTHDAY=-1"]
    up_to = ",".join(str(one) for one in range(_SHORTEST_MONTH, day + 1))
    return [f"BYMONTHDAY={up_to}", "BYSETPOS=-1"]


def _bounds(span: Part, zone: str | None, *, all_day: bool) -> list[str]:
    match text(span, "type"):
        case "noEnd":
            return []
        case "numbered":
            return [f"COUNT={_number(span, 'numberOfOccurrences')}"]
        case "endDate":
            until = _date(text(span, "endDate"))
            named = iana(text(span, "recurrenceTimeZone"))
            return [f"UNTIL={_last_moment(until, named or zone, all_day=all_day)}"]
        case _:
            raise _Unreadable("a range of an unknown type")


def _last_moment(until: date, zone: str | None, *, all_day: bool) -> str:
    """Write the end of a day in a zone as RFC 5545 wants it: in UTC, or a date for an all-day one."""
    if all_day:
        return f"{until:%Y%m%d}"
    end = datetime.combine(until, time(23, 59, 59), tzinfo=ZoneInfo(zone or "UTC"))
    try:
        return f"{end.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    except OverflowError:
        return f"{end:%Y%m%dT%H%M%S}"


def _days(pattern: Part) -> list[str]:
    days = [_day(name) for name in texts(pattern, "daysOfWeek")]
    if not days:
        raise _Unreadable("a pattern without its days")
    return days


def _day(name: str) -> str:
    if name.lower() not in _DAYS:
        raise _Unreadable("a pattern with an unknown weekday")
    return _DAYS[name.lower()]


def _number(fields: Part, name: str) -> int:
    value: Any = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10**9:
        raise _Unreadable(f"a recurrence without its {name}")
    return value


def _date(stamp: str) -> date:
    try:
        return date.fromisoformat(stamp)
    except ValueError:
        raise _Unreadable("a range without its end") from None
