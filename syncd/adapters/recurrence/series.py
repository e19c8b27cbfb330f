"""When a series takes place: the days of its rules, in the wall time of its zone."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from itertools import chain, islice, takewhile
from zoneinfo import ZoneInfo

from syncd.adapters.recurrence.days import days_of
from syncd.core.event import Event
from syncd.core.recurrence import Recurrence
from syncd.core.rrule import Rrule, read_rule
from syncd.core.zones import zone_named

YEARS = 30
"""So far ahead an occurrence is looked for, and so far back those of a COUNT are counted."""

_MOST_RULES = 4

# The last day of all calendars cannot be told in every zone.
_LAST_YEAR = MAXYEAR - 1
_END_OF_TIME = datetime.max.replace(tzinfo=UTC)

# A wall time lies at most one day from the same figures in UTC.
_SLACK = timedelta(days=2)


class Rules:
    """Follows the recurrence of a series by its rules.

    An occurrence has the wall time of the start, in the event's zone (UTC if that is unknown, and
    for all-day events of Outlook, whose days lie between midnights in UTC). A wall time that the
    clocks leave out is read with the offset from before their change; of one that comes twice the
    first is meant (RFC 5545, 3.3.5). The start is an occurrence even if its rule does not meet it
    (3.8.5.3; Google: "the start time of the first instance").
    """

    def next_start(self, series: Event, *, after: datetime) -> datetime | None:
        """Give the start (UTC) of the first occurrence that ends after `after`; None without one.

        It is looked for in the `YEARS` after that moment, or after the start if that comes later.
        ValueError when a rule cannot be followed: unreadable, in steps of hours or less, with
        several times a day, or with a COUNT that began more than `YEARS` before.
        """
        return next(occurrences(series, after=after), None)


def occurrences(series: Event, *, after: datetime) -> Iterator[datetime]:
    """Give in order the starts (UTC) of all occurrences that end after `after`.

    Bounds and errors are those of `Rules.next_start`.
    """
    if series.recurrence is None:
        raise ValueError("The series does not say how it repeats.")
    try:
        course = _Course(series, series.recurrence)
    except OverflowError:  # It lies where the calendars end.
        return
    excluded = frozenset(series.recurrence.excluded)
    last: datetime | None = None
    for start in course.starts(after=after):
        if start != last and start not in excluded and course.end_of(start) > after:
            yield start
        last = start


class _Course:
    """One series in its zone. OverflowError when it lies where the calendars end."""

    def __init__(self, series: Event, recurrence: Recurrence) -> None:
        self._zone = _zone_of(series)
        self._start = series.start
        self._length = series.end - series.start
        self._first = self._wall(series.start)
        self._all_day = series.all_day
        self._days = self._wall(series.end).date() - self._first.date()
        self._time = time.min if series.all_day else self._first.time()
        self._dates = sorted(recurrence.dates)
        self._rules = self._read(recurrence.rules)

    def starts(self, *, after: datetime) -> Iterator[datetime]:
        """Give starts (UTC) in order, some of them twice; the first ones may have ended before."""
        several = [self._followed(rule, after) for rule in self._rules]
        alone = [] if several else [self._start]
        return heapq.merge(alone, self._dates, *several)

    def end_of(self, start: datetime) -> datetime:
        """Give an occurrence's end (UTC): as long as the first one lasts; all-day, as many days."""
        try:
            if self._all_day:
                return self._placed(self._wall(start).date() + self._days)
            return start + self._length
        except OverflowError:
            return _END_OF_TIME

    def _read(self, texts: tuple[str, ...]) -> list[Rrule]:
        if len(texts) > _MOST_RULES:
            raise ValueError("The series has more recurrence rules than any calendar writes.")
        rules = [read_rule(text) for text in texts]
        if not all(rule.names_only_the_time(self._first) for rule in rules):
            raise ValueError("A series with several times a day cannot be followed.")
        return rules

    def _followed(self, rule: Rrule, after: datetime) -> Iterator[datetime]:
        first = self._first.date()
        since = first if rule.count is not None else max(first, self._since(after))
        if after.year - since.year > YEARS:
            raise ValueError(f"The series counts its occurrences since the year {since.year}.")
        last_year = min(max(after, self._start).year + YEARS, _LAST_YEAR)
        days = days_of(rule, first, since=since, last_year=last_year)
        starts = chain([self._start], (self._placed(day) for day in days if day > first))
        last = self._last(rule)
        return islice(takewhile(lambda start: start <= last, starts), rule.count)

    def _since(self, after: datetime) -> date:
        """Give a day before any occurrence that may end after that moment."""
        try:
            return self._wall(after - self._length - _SLACK).date()
        except OverflowError:
            return date.min

    def _last(self, rule: Rrule) -> datetime:
        """Give the last moment a start may have; of an all-day series only UNTIL's date counts."""
        if rule.until is None:
            return _END_OF_TIME
        try:
            if self._all_day:
                return self._placed(rule.until.wall.date())
            if rule.until.is_utc:
                return rule.until.wall.replace(tzinfo=UTC)
            return self._instant(rule.until.last_wall())
        except OverflowError:
            return _END_OF_TIME

    def _placed(self, day: date) -> datetime:
        return self._instant(datetime.combine(day, self._time))

    def _instant(self, wall: datetime) -> datetime:
        return wall.replace(tzinfo=self._zone).astimezone(UTC)

    def _wall(self, moment: datetime) -> datetime:
        # Without its fold: every occurrence has the same wall time.
        return moment.astimezone(self._zone).replace(tzinfo=None, fold=0)


def _zone_of(series: Event) -> ZoneInfo:
    if series.zone is None:
        return ZoneInfo("UTC")
    zone = zone_named(series.zone)
    if zone is None:
        raise ValueError("The time zone of the series is unknown.")
    return zone
