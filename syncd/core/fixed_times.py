"""A series in Zoom's own terms (meeting type 8), where both name exactly the same times."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, islice, pairwise, takewhile
from zoneinfo import ZoneInfo

from syncd.core.event import Event
from syncd.core.meeting import FixedTimes, Repeat
from syncd.core.rrule import Frequency, Rrule, read_rule
from syncd.core.zones import zone_named

MOST_OCCURRENCES = 50
"""Zoom's reference says 60 (`recurrence.end_times`), its page "Recurrence Object Definitions" 50.

The smaller number is exact under both.
"""

LONGEST_STEP = {Repeat.DAILY: 99, Repeat.WEEKLY: 50, Repeat.MONTHLY: 10}
"""Zoom, Create a meeting, `recurrence.repeat_interval`."""

_STEP_NAMES = {Repeat.DAILY: "days", Repeat.WEEKLY: "weeks", Repeat.MONTHLY: "months"}
_WEEKS_OF_MONTH = (1, 2, 3, 4, -1)
_SUNDAY = 6

# All steps of a series that Zoom takes lie within this time.
_LONGEST_SPAN = timedelta(days=366 * 60)


@dataclass(frozen=True, slots=True)
class NotExact:
    """Zoom cannot be told this series; `reason` is a sentence for a person."""

    reason: str


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A series in Zoom's terms from `start` on, and all its starts by the rule; in UTC."""

    start: datetime
    repeats: FixedTimes
    starts: tuple[datetime, ...]


class _Inexact(Exception):
    """Carries the reason out of the checks."""


def fixed_times(event: Event) -> FixedTimes | NotExact:
    """Say a series in Zoom's terms, or why that cannot be done exactly; never raises.

    Exact means that Zoom's occurrences are those of the calendar, all of them and no others, when
    the meeting is made with the event's start and zone. An `until` is the end, in that zone, of the
    last occurrence's day: Zoom's reference does not say whether it looks at the time of day. That
    the series has not begun yet is left to the caller: Zoom makes no occurrence in the past.
    """
    told = _told(event)
    return told if isinstance(told, NotExact) else told[0]


def laid_out(event: Event, *, now: datetime) -> LaidOut | NotExact:
    """Say what is still to come of a series in Zoom's terms, or why that cannot be done exactly.

    Zoom makes no occurrence in the past and moves a start that lies there. So a series that has
    begun is said from its first start after `now` (UTC), with as many fewer times; one whose starts
    are all over is said as a whole. Never raises.
    """
    told = _told(event)
    if isinstance(told, NotExact):
        return told
    terms, starts = told
    coming = [start for start in starts if start > now] or starts
    if terms.count is not None:
        terms = replace(terms, count=len(coming))
    return LaidOut(coming[0], terms, tuple(starts))


def _told(event: Event) -> tuple[FixedTimes, list[datetime]] | NotExact:
    try:
        return _exact(event)
    except (_Inexact, ValueError) as exc:
        return NotExact(str(exc))
    except OverflowError:
        return NotExact("The series lies where the calendars end.")


def _exact(event: Event) -> tuple[FixedTimes, list[datetime]]:
    """Give the terms and all starts, in UTC."""
    zone = _zone(event)
    rule = _only_rule(event)
    first = event.start.astimezone(zone)
    if not rule.names_only_the_time(first):
        raise _Inexact("Zoom takes no times of the day in a rule.")
    terms = _terms(rule, first.date())
    days = _days_of_series(rule, terms, first)
    _check_days(terms, days, first.date())
    _check_clocks(days, first.time(), zone)
    starts = [datetime.combine(day, first.time(), tzinfo=zone).astimezone(UTC) for day in days]
    if rule.count is not None:
        return replace(terms, count=rule.count), starts
    end_of_day = datetime.combine(days[-1], time(23, 59, 59), tzinfo=zone)
    return replace(terms, until=end_of_day.astimezone(UTC)), starts


def _zone(event: Event) -> ZoneInfo:
    if event.recurrence is None:
        raise _Inexact("The event is no series.")
    if event.all_day:
        raise _Inexact("An all-day series has no times.")
    zone = zone_named(event.zone or "")
    if zone is None:
        raise _Inexact("The time zone of the series is unknown.")
    return zone


def _only_rule(event: Event) -> Rrule:
    recurrence = event.recurrence
    if recurrence is None or len(recurrence.rules) != 1:
        raise _Inexact("Zoom takes just one recurrence rule.")
    if recurrence.dates:
        raise _Inexact("Zoom takes no dates beside the rule.")
    if recurrence.excluded:
        raise _Inexact("Zoom takes no exceptions from the rule.")
    return read_rule(recurrence.rules[0])


def _terms(rule: Rrule, first: date) -> FixedTimes:
    """Say the pattern in Zoom's terms, without its end."""
    if rule.frequency is Frequency.YEARLY:
        raise _Inexact("Zoom has no yearly meetings.")
    if rule.by_month or rule.by_year_day or rule.by_week:
        raise _Inexact("Zoom cannot be told months, or weeks or days of the year.")
    terms = _monthly(rule, first) if rule.frequency is Frequency.MONTHLY else _short(rule, first)
    longest = LONGEST_STEP[terms.repeat]
    if terms.every > longest:
        raise _Inexact(f"Zoom takes steps of {longest} {_STEP_NAMES[terms.repeat]} at most.")
    return terms


def _short(rule: Rrule, first: date) -> FixedTimes:
    """Say a daily or weekly pattern; every day on some weekdays is every week on these."""
    if rule.by_month_day or rule.by_position:
        raise _Inexact("Zoom can pick days of the month only for monthly meetings.")
    if any(ordinal for ordinal, _ in rule.by_day):
        raise _Inexact("A numbered weekday says nothing in a daily or weekly rule.")
    if rule.frequency is Frequency.DAILY and not rule.by_day:
        return FixedTimes(repeat=Repeat.DAILY, every=rule.interval)
    if rule.frequency is Frequency.DAILY and rule.interval > 1:
        raise _Inexact("Zoom cannot pick weekdays in steps of several days.")
    named = {weekday for _, weekday in rule.by_day} or {first.weekday()}
    weekdays = tuple(sorted(_number(weekday) for weekday in named))
    return FixedTimes(repeat=Repeat.WEEKLY, every=rule.interval, weekdays=weekdays)


def _monthly(rule: Rrule, first: date) -> FixedTimes:
    terms = FixedTimes(repeat=Repeat.MONTHLY, every=rule.interval)
    match rule.by_day, rule.by_month_day, rule.by_position:
        case (), (), ():
            return replace(terms, month_day=first.day)
        case (), (day,), () if day > 0:
            return replace(terms, month_day=day)
        # The second Monday, said in either of two ways.
        case ((week, weekday),), (), () if week in _WEEKS_OF_MONTH:
            return replace(terms, month_week=week, weekdays=(_number(weekday),))
        case ((0, weekday),), (), (week,) if week in _WEEKS_OF_MONTH:
            return replace(terms, month_week=week, weekdays=(_number(weekday),))
        case _:
            raise _Inexact(
                "Zoom takes one day of the month, or one weekday of week 1 to 4 or last."
            )


def _number(weekday: int) -> int:
    """Give Zoom's number of a weekday that counts from Monday, 0."""
    return (weekday + 1) % 7 + 1


def _days_of_series(rule: Rrule, terms: FixedTimes, first: datetime) -> list[date]:
    """Give all days of the series, which must end before it is too long for Zoom."""
    if first.date() > date.max - _LONGEST_SPAN:
        raise _Inexact("The series lies where the calendars end.")
    if rule.count is None and rule.until is None:
        raise _Inexact("The series has no end, and Zoom ends every one of its own.")
    days = _days(terms, first.date(), week_start=rule.week_start)
    in_time = takewhile(lambda day: _is_in_time(rule, day, first), days)
    found = list(islice(in_time, min(rule.count or MOST_OCCURRENCES + 1, MOST_OCCURRENCES + 1)))
    if len(found) > MOST_OCCURRENCES:
        raise _Inexact(f"Zoom takes {MOST_OCCURRENCES} occurrences at most.")
    return found


def _check_days(terms: FixedTimes, days: list[date], first: date) -> None:
    if not days:
        raise _Inexact("The series has ended before its start.")
    if days[0] != first:
        raise _Inexact("The series does not start on a day of its rule.")
    if days != list(islice(_days(terms, first, week_start=_SUNDAY), len(days))):
        raise _Inexact("The weeks of the series do not start on Sunday, as those of Zoom do.")
    months = [day.year * 12 + day.month for day in days]
    if terms.month_day and any(later - one != terms.every for one, later in pairwise(months)):
        # RFC 5545 leaves such a month out; what Zoom does is not documented.
        raise _Inexact("Some months of the series do not have its day.")


def _check_clocks(days: list[date], clock: time, zone: ZoneInfo) -> None:
    """Refuse a wall time that does not exist or comes twice: what Zoom makes of it is unknown."""
    for day in days:
        wall = datetime.combine(day, clock, tzinfo=zone)
        if wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset():
            raise _Inexact(f"On {day} the clocks change at the time of the series.")


def _is_in_time(rule: Rrule, day: date, first: datetime) -> bool:
    if rule.until is None:
        return True
    start = datetime.combine(day, first.time(), tzinfo=first.tzinfo)
    if rule.until.is_utc:
        return start.astimezone(UTC) <= rule.until.wall.replace(tzinfo=UTC)
    return start.replace(tzinfo=None) <= rule.until.last_wall()


def _days(terms: FixedTimes, first: date, *, week_start: int) -> Iterator[date]:
    """Give the days of a pattern from `first` on, without end."""
    match terms.repeat:
        case Repeat.DAILY:
            return (first + timedelta(days=terms.every * step) for step in count())
        case Repeat.WEEKLY:
            return _weekly(terms, first, week_start)
        case Repeat.MONTHLY:
            return _each_month(terms, first)


def _weekly(terms: FixedTimes, first: date, week_start: int) -> Iterator[date]:
    opening = first - timedelta(days=(first.weekday() - week_start) % 7)
    # Zoom's 1 is Sunday, which is 6 of a week from Monday.
    offsets = sorted((number - 2 - week_start) % 7 for number in terms.weekdays)
    for step in count():
        for offset in offsets:
            day = opening + timedelta(weeks=terms.every * step, days=offset)
            if day >= first:
                yield day


def _each_month(terms: FixedTimes, first: date) -> Iterator[date]:
    for step in count():
        years, month = divmod(first.month - 1 + terms.every * step, 12)
        day = _day_in(terms, first.year + years, month + 1)
        if day is not None and day >= first:
            yield day


def _day_in(terms: FixedTimes, year: int, month: int) -> date | None:
    opening, length = monthrange(year, month)
    if terms.month_day is not None:
        return date(year, month, terms.month_day) if terms.month_day <= length else None
    day = 1 + (terms.weekdays[0] - 2 - opening) % 7
    if terms.month_week == -1:
        return date(year, month, day + 7 * ((length - day) // 7))
    return date(year, month, day + 7 * ((terms.month_week or 1) - 1))
