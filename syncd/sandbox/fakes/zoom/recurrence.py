"""Zoom's recurrence: daily, weekly or monthly, checked strictly and expanded to 60 at most."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice, takewhile
from typing import Any
from zoneinfo import ZoneInfo

from syncd.sandbox.fakes.zoom.checks import field_errors, one_of, whole
from syncd.sandbox.fakes.zoom.errors import INVALID, FieldError
from syncd.sandbox.fakes.zoom.moments import is_utc, read_start

MOST = 60
"""Occurrences of one series, as the API reference limits `end_times`."""

_LONGEST_STEP = {1: 99, 2: 50, 3: 10}
_EXCLUSIVE = (
    ("end_times", "end_date_time"),
    ("monthly_day", "monthly_week"),
    ("monthly_day", "monthly_week_day"),
)


def rule_errors(rule: Any) -> list[FieldError]:
    """Name what is wrong with a `recurrence` object; an empty list says it can be kept."""
    if not isinstance(rule, dict):
        return [("recurrence", INVALID)]
    if "type" not in rule or not one_of(1, 2, 3)(rule["type"]):
        return [("recurrence.type", INVALID)]
    errors = field_errors(rule, _checks(rule["type"]), below="recurrence.")
    errors += [
        (f"recurrence.{other}", f"Cannot be used together with {one}.")
        for one, other in _EXCLUSIVE
        if one in rule and other in rule
    ]
    if ("monthly_week" in rule) != ("monthly_week_day" in rule):
        errors.append(("recurrence.monthly_week_day", INVALID))
    return errors


def expand(rule: Mapping[str, Any], first: datetime, zone: str) -> list[datetime]:
    """Give the starts (UTC) of a series that begins at `first`, at the same local time each day."""
    local = first.astimezone(ZoneInfo(zone))
    wanted = rule.get("end_times", MOST if "end_date_time" in rule else 1) or MOST
    starts = (
        datetime.combine(day, local.time(), tzinfo=ZoneInfo(zone)).astimezone(UTC)
        for day in _days(rule, local.date())
    )
    if "end_date_time" in rule:
        until = read_start(rule["end_date_time"], "UTC")
        starts_in_time: Iterator[datetime] = takewhile(lambda start: start <= until, starts)
    else:
        starts_in_time = starts
    return list(islice(starts_in_time, min(wanted, MOST)))


def _checks(kind: int) -> dict[str, Callable[[Any], bool]]:
    return {
        "repeat_interval": whole(1, _LONGEST_STEP[kind]),
        "end_times": whole(0, MOST),
        "end_date_time": is_utc,
        "weekly_days": _is_weekdays,
        "monthly_day": whole(1, 31),
        "monthly_week": one_of(-1, 1, 2, 3, 4),
        "monthly_week_day": whole(1, 7),
    }


def _is_weekdays(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    days = value.split(",")
    return len(set(days)) == len(days) and all(day in set("1234567") for day in days)


def _days(rule: Mapping[str, Any], first: date) -> Iterator[date]:
    step = rule.get("repeat_interval", 1)
    match rule["type"]:
        case 1:
            return (first + timedelta(days=step * round_) for round_ in count())
        case 2:
            return _weekly(rule, first, step)
        case _:
            return _monthly(rule, first, step)


def _weekly(rule: Mapping[str, Any], first: date, step: int) -> Iterator[date]:
    sunday = first - timedelta(days=first.isoweekday() % 7)
    offsets = sorted(int(day) - 1 for day in rule.get("weekly_days", "1").split(","))
    for week in count(step=step):
        for offset in offsets:
            day = sunday + timedelta(weeks=week, days=offset)
            if day >= first:
                yield day


def _monthly(rule: Mapping[str, Any], first: date, step: int) -> Iterator[date]:
    for months in count(step=step):
        year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
        day = _day_in_month(rule, year, month + 1)
        if day is not None and day >= first:
            yield day


def _day_in_month(rule: Mapping[str, Any], year: int, month: int) -> date | None:
    length = monthrange(year, month)[1]
    if "monthly_week" not in rule:
        wanted = rule.get("monthly_day", 1)
        return date(year, month, wanted) if wanted <= length else None
    weekday = rule["monthly_week_day"] - 1
    matching = [
        date(year, month, number)
        for number in range(1, length + 1)
        if date(year, month, number).isoweekday() % 7 == weekday
    ]
    position = rule["monthly_week"]
    return matching[position - 1 if position > 0 else -1]
