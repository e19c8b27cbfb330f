"""Recurrence rules: the simple part of RFC 5545 that calendar users write.

FREQ DAILY, WEEKLY, MONTHLY and YEARLY with INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY; EXDATE and
RDATE lines. Everything works on wall-clock times of the event's own zone.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from syncd.sandbox.fakes.google.errors import GoogleError, invalid

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BY_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_KNOWN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "WKST"}
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_MOST_PERIODS = 20_000


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One RRULE."""

    frequency: str
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    """The last wall-clock time, in the event's zone."""
    by_day: tuple[tuple[int, int], ...] = ()
    """Pairs of ordinal (0 is every) and weekday (0 is Monday)."""
    by_month_day: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """All lines of one event."""

    rules: tuple[Rule, ...]
    added: tuple[datetime, ...]
    excluded: frozenset[datetime]


def read_recurrence(lines: list[str], own: ZoneInfo) -> Recurrence:
    """Read the lines of an event whose zone is `own`. Raises GoogleError (400)."""
    rules, added, excluded = [], [], []
    for line in lines:
        head, _, value = line.partition(":")
        match head.split(";")[0].upper():
            case "RRULE":
                rules.append(_rule(value, own))
            case "RDATE":
                added += _times(head, value, own)
            case "EXDATE":
                excluded += _times(head, value, own)
            case _:
                raise _bad()
    return Recurrence(rules=tuple(rules), added=tuple(added), excluded=frozenset(excluded))


def occurrences(recurrence: Recurrence, start: datetime) -> Iterator[datetime]:
    """Give the wall-clock starts in order, without end where the rule has none."""
    extra = sorted(set(recurrence.added))
    for one in _merged(recurrence.rules, start):
        while extra and extra[0] < one:
            yield from _unless(extra.pop(0), recurrence.excluded)
        if extra and extra[0] == one:
            extra.pop(0)
        yield from _unless(one, recurrence.excluded)
    for late in extra:
        yield from _unless(late, recurrence.excluded)


def _unless(one: datetime, excluded: frozenset[datetime]) -> Iterator[datetime]:
    if one not in excluded:
        yield one


def _merged(rules: tuple[Rule, ...], start: datetime) -> Iterator[datetime]:
    if len(rules) != 1:
        yield start
        return
    yield from _of_rule(rules[0], start)


def _of_rule(rule: Rule, start: datetime) -> Iterator[datetime]:
    for one in islice(_counted(rule, start), rule.count):
        if rule.until is not None and one > rule.until:
            return
        yield one


def _counted(rule: Rule, start: datetime) -> Iterator[datetime]:
    # The first start counts even where the rule does not meet it.
    yield start
    for step in range(_MOST_PERIODS):
        for one in _period(rule, start, step * rule.interval):
            if one > start:
                yield one


def _period(rule: Rule, start: datetime, offset: int) -> list[datetime]:
    match rule.frequency:
        case "DAILY":
            one = start + timedelta(days=offset)
            days = {day for _, day in rule.by_day}
            return [one] if not days or one.weekday() in days else []
        case "WEEKLY":
            return _week(rule, start, offset)
        case "MONTHLY":
            return _month(rule, start, offset)
        case _:
            return _month(rule, start, offset * 12)


def _week(rule: Rule, start: datetime, offset: int) -> list[datetime]:
    monday = start - timedelta(days=start.weekday()) + timedelta(weeks=offset)
    days = sorted({day for _, day in rule.by_day}) or [start.weekday()]
    return [monday + timedelta(days=day) for day in days]


def _month(rule: Rule, start: datetime, offset: int) -> list[datetime]:
    month = start.month - 1 + offset
    year, month = start.year + month // 12, month % 12 + 1
    if year > MAXYEAR:
        return []
    length = calendar.monthrange(year, month)[1]
    days = _days_of_month(rule, start, year, month)
    return [
        start.replace(year=year, month=month, day=day) for day in sorted(days) if 1 <= day <= length
    ]


def _days_of_month(rule: Rule, start: datetime, year: int, month: int) -> set[int]:
    length = calendar.monthrange(year, month)[1]
    if rule.by_day:
        return {
            day for ordinal, weekday in rule.by_day for day in _nth(year, month, ordinal, weekday)
        }
    if rule.by_month_day:
        return {day if day > 0 else length + 1 + day for day in rule.by_month_day}
    return {start.day}


def _nth(year: int, month: int, ordinal: int, weekday: int) -> list[int]:
    first, length = calendar.monthrange(year, month)
    days = list(range(1 + (weekday - first) % 7, length + 1, 7))
    if ordinal == 0:
        return days
    index = ordinal - 1 if ordinal > 0 else ordinal
    return days[index : index + 1 or None] if -len(days) <= index < len(days) else []


def _rule(value: str, own: ZoneInfo) -> Rule:
    parts = dict(part.partition("=")[::2] for part in value.upper().split(";") if part)
    if not set(parts) <= _KNOWN or parts.get("FREQ") not in _FREQUENCIES:
        raise _bad()
    if "COUNT" in parts and "UNTIL" in parts:
        raise _bad()
    until = _time(parts["UNTIL"], own, last=True) if "UNTIL" in parts else None
    return Rule(
        frequency=parts["FREQ"],
        interval=_positive(parts.get("INTERVAL", "1")),
        count=_positive(parts["COUNT"]) if "COUNT" in parts else None,
        until=until,
        by_day=tuple(_by_day(one) for one in parts.get("BYDAY", "").split(",") if one),
        by_month_day=tuple(_number(one) for one in parts.get("BYMONTHDAY", "").split(",") if one),
    )


def _by_day(text: str) -> tuple[int, int]:
    found = _BY_DAY.fullmatch(text)
    if found is None:
        raise _bad()
    return int(found[1] or 0), _DAYS.index(found[2])


def _times(head: str, value: str, own: ZoneInfo) -> list[datetime]:
    named = re.search(r"TZID=([^;:]+)", head)
    try:
        zone = ZoneInfo(named[1]) if named else own
    except (KeyError, ValueError):
        raise _bad() from None
    return [_time(one, own, written_in=zone) for one in value.split(",")]


def _time(
    text: str, own: ZoneInfo, *, last: bool = False, written_in: ZoneInfo | None = None
) -> datetime:
    """Read a date or time of a rule as wall-clock time of `own`."""
    form = "%Y%m%d" if "T" not in text else "%Y%m%dT%H%M%S"
    try:
        value = datetime.strptime(text.removesuffix("Z"), form)  # noqa: DTZ007 - rules hold wall-clock times
    except ValueError:
        raise _bad() from None
    if "T" not in text:
        return value + timedelta(days=1, seconds=-1) if last else value
    zone = UTC if text.endswith("Z") else written_in or own
    return value.replace(tzinfo=zone).astimezone(own).replace(tzinfo=None)


def _positive(text: str) -> int:
    value = _number(text)
    if value < 1:
        raise _bad()
    return value


def _number(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise _bad() from None


def _bad() -> GoogleError:
    return invalid("Invalid recurrence rule.", location="recurrence")
