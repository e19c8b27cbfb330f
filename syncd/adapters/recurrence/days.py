"""The days a rule names: dateutil finds those of one year, and the rule's periods pick among them.

Every year is asked for by itself, so that a rule which nothing meets costs no more than its years.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import MAXYEAR, date, datetime
from itertools import groupby
from typing import Any

from dateutil.rrule import YEARLY, rrule, weekday

from syncd.core.rrule import Frequency, Rrule

_MONTHS = tuple(range(1, 13))


def days_of(rule: Rrule, first: date, *, since: date, last_year: int) -> Iterator[date]:
    """Give the days of a rule that begins at `first`, in order: from `since` to a year's end.

    COUNT and UNTIL are left to the caller. A day before `first` is never given, but it does count
    for the positions (BYSETPOS) in its period.
    """
    # A week may have begun in the year before.
    begin = max(since.year - 1, 1) if rule.by_position else since.year
    every = (day for year in range(begin, last_year + 1) for day in _in_year(rule, first, year))
    origin = _period(rule, first)
    due = (day for day in every if (_period(rule, day) - origin) % rule.interval == 0)
    picked = _at_positions(rule, due) if rule.by_position else due
    earliest = max(first, since)
    return (day for day in picked if day >= earliest)


def _period(rule: Rrule, day: date) -> int:
    """Number the periods of a rule; only differences mean something."""
    match rule.frequency:
        case Frequency.DAILY:
            return day.toordinal()
        case Frequency.WEEKLY:
            # The ordinal 1 is a Monday.
            return (day.toordinal() - 1 - rule.week_start) // 7
        case Frequency.MONTHLY:
            return day.year * 12 + day.month
        case Frequency.YEARLY:
            return day.year


def _at_positions(rule: Rrule, days: Iterable[date]) -> Iterator[date]:
    for _, group in groupby(days, key=lambda day: _period(rule, day)):
        several = list(group)
        size = len(several)
        places = {at - 1 if at > 0 else size + at for at in rule.by_position}
        yield from (several[place] for place in sorted(places) if 0 <= place < size)


def _in_year(rule: Rrule, first: date, year: int) -> Iterator[date]:
    filters = _filters(rule, first)
    if filters["byweekday"] == []:
        return iter(())  # dateutil would take every day.
    found = rrule(
        YEARLY,
        dtstart=datetime(year, 1, 1),  # noqa: DTZ001 - rules are followed in wall time
        # The year after this one would lie beyond all calendars, so it is the only one.
        interval=MAXYEAR,
        wkst=rule.week_start,
        byyearday=rule.by_year_day or None,
        byweekno=rule.by_week or None,
        **filters,
    )
    return (moment.date() for moment in found)


def _filters(rule: Rrule, first: date) -> dict[str, Any]:
    """Give months, month days and weekdays; what the rule leaves open is taken from its start."""
    month, month_day, by_day = rule.by_month, rule.by_month_day, rule.by_day
    is_open = not (by_day or month_day or rule.by_year_day)
    match rule.frequency:
        case Frequency.DAILY:
            by_day = by_day or _every_day()
        case Frequency.WEEKLY if is_open:
            by_day = ((0, first.weekday()),)
        case Frequency.MONTHLY:
            month = month or _MONTHS
            month_day = (first.day,) if is_open else month_day
        case Frequency.YEARLY if is_open and rule.by_week:
            by_day = ((0, first.weekday()),)
        case Frequency.YEARLY if is_open:
            month, month_day = month or (first.month,), (first.day,)
        case _:
            pass
    return {
        "bymonth": month or None,
        "bymonthday": month_day or None,
        "byweekday": _weekdays(rule, by_day, most=5 if month else 53),
    }


def _weekdays(rule: Rrule, by_day: tuple[tuple[int, int], ...], *, most: int) -> Any:
    """Write weekdays for dateutil, or None; an ordinal is one of `most` in its month or year.

    dateutil takes weekdays with an ordinal and those without one only apart, and no ordinal that
    leads out of the year. In days and weeks an ordinal says nothing.
    """
    has_ordinals = any(ordinal for ordinal, _ in by_day)
    if not has_ordinals or rule.frequency in (Frequency.DAILY, Frequency.WEEKLY):
        return [weekday(day) for _, day in by_day] or None
    return [
        weekday(day, each)
        for ordinal, day in by_day
        for each in ([ordinal] if ordinal else range(1, most + 1))
        if abs(each) <= most
    ]


def _every_day() -> tuple[tuple[int, int], ...]:
    return tuple((0, day) for day in range(7))
