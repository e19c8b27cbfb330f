"""Recurrence patterns: checked, shown in full as Outlook shows them, and unrolled into dates."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import count
from typing import Any, Literal, TypeAlias, get_args

from syncd.sandbox.fakes.microsoft.errors import invalid_property, unreadable

Recurrence: TypeAlias = dict[str, dict[str, Any]]
PatternType = Literal[
    "daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly"
]
RangeType = Literal["endDate", "noEnd", "numbered"]

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_INDEXES = ("first", "second", "third", "fourth", "last")
_LAST_YEAR = 2200
_NEEDS: Mapping[str, tuple[str, ...]] = {
    "daily": (),
    "weekly": ("daysOfWeek",),
    "absoluteMonthly": ("dayOfMonth",),
    "relativeMonthly": ("daysOfWeek",),
    "absoluteYearly": ("dayOfMonth", "month"),
    "relativeYearly": ("daysOfWeek", "month"),
}


def read_recurrence(value: Any) -> Recurrence:
    """Check a patternedRecurrence and fill in what the client left out; raise GraphError 400."""
    if not isinstance(value, Mapping) or set(value) - {"pattern", "range", "@odata.type"}:
        raise unreadable("The property 'recurrence' needs a pattern and a range.")
    pattern, span = value.get("pattern"), value.get("range")
    if not isinstance(pattern, Mapping) or not isinstance(span, Mapping):
        raise unreadable("The property 'recurrence' needs a pattern and a range.")
    return {"pattern": _read_pattern(pattern), "range": _read_range(span)}


def dates(recurrence: Recurrence) -> Iterator[date]:
    """Give the local dates of a series in order; endless for a range without end."""
    span = recurrence["range"]
    first = date.fromisoformat(span["startDate"])
    limit = span["numberOfOccurrences"] if span["type"] == "numbered" else None
    last = date.fromisoformat(span["endDate"]) if span["type"] == "endDate" else date.max
    given = 0
    for day in _candidates(recurrence["pattern"], first):
        if day < first:
            continue
        if day > last or given == limit:
            return
        given += 1
        yield day


def _read_pattern(raw: Mapping[str, Any]) -> dict[str, Any]:
    kind = raw.get("type")
    if kind not in get_args(PatternType):
        raise unreadable(f"Requested value '{kind}' was not found.")
    pattern = {
        "type": kind,
        "interval": raw.get("interval"),
        "month": raw.get("month") or 0,
        "dayOfMonth": raw.get("dayOfMonth") or 0,
        "daysOfWeek": [str(day).lower() for day in raw.get("daysOfWeek") or []],
        "firstDayOfWeek": str(raw.get("firstDayOfWeek") or "sunday").lower(),
        "index": raw.get("index") or "first",
    }
    _check_pattern(pattern)
    return pattern


def _check_pattern(pattern: Mapping[str, Any]) -> None:
    missing = [name for name in _NEEDS[pattern["type"]] if not pattern[name]]
    interval = pattern["interval"]
    whole = isinstance(interval, int) and not isinstance(interval, bool) and interval > 0
    days = {*pattern["daysOfWeek"], pattern["firstDayOfWeek"]} <= set(_DAYS)
    if missing or not whole or not days or pattern["index"] not in _INDEXES:
        raise invalid_property("The recurrence pattern is not valid.")


def _read_range(raw: Mapping[str, Any]) -> dict[str, Any]:
    kind = raw.get("type")
    if kind not in get_args(RangeType):
        raise unreadable(f"Requested value '{kind}' was not found.")
    number = raw.get("numberOfOccurrences") or 0
    if kind == "numbered" and (not isinstance(number, int) or number < 1):
        raise invalid_property("The number of occurrences must be positive.")
    return {
        "type": kind,
        "startDate": _date(raw.get("startDate")),
        "endDate": _date(raw.get("endDate")) if kind == "endDate" else "0001-01-01",
        "recurrenceTimeZone": raw.get("recurrenceTimeZone") or "",
        "numberOfOccurrences": number if kind == "numbered" else 0,
    }


def _date(value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as problem:
        raise invalid_property("The recurrence range needs valid dates.") from problem


def _candidates(pattern: Mapping[str, Any], first: date) -> Iterator[date]:
    match pattern["type"]:
        case "daily":
            return _daily(pattern, first)
        case "weekly":
            return _weekly(pattern, first)
        case _:
            return _monthly(pattern, first)


def _daily(pattern: Mapping[str, Any], first: date) -> Iterator[date]:
    day = first
    while day.year < _LAST_YEAR:
        yield day
        day += timedelta(days=pattern["interval"])


def _weekly(pattern: Mapping[str, Any], first: date) -> Iterator[date]:
    opening = _DAYS.index(pattern["firstDayOfWeek"])
    week = first - timedelta(days=(first.weekday() - opening) % 7)
    offsets = sorted((_DAYS.index(day) - opening) % 7 for day in set(pattern["daysOfWeek"]))
    while week.year < _LAST_YEAR:
        yield from (week + timedelta(days=offset) for offset in offsets)
        week += timedelta(weeks=pattern["interval"])


def _monthly(pattern: Mapping[str, Any], first: date) -> Iterator[date]:
    yearly = pattern["type"].endswith("Yearly")
    start = pattern["month"] - 1 if yearly else first.month - 1
    step = pattern["interval"] * (12 if yearly else 1)
    for months in count(start, step):
        year, month = first.year + months // 12, months % 12 + 1
        if year >= _LAST_YEAR:
            return
        yield _day_in_month(pattern, year, month)


def _day_in_month(pattern: Mapping[str, Any], year: int, month: int) -> date:
    length = calendar.monthrange(year, month)[1]
    if pattern["type"].startswith("absolute"):
        return date(year, month, min(pattern["dayOfMonth"], length))
    wanted = {_DAYS.index(day) for day in pattern["daysOfWeek"]}
    days = [date(year, month, day) for day in range(1, length + 1)]
    fitting = [day for day in days if day.weekday() in wanted]
    return fitting[-1 if pattern["index"] == "last" else _INDEXES.index(pattern["index"])]
