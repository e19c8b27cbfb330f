"""Times as people read them, and the days and weeks that the calendar page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from syncd.core.zones import zone_named
from syncd.web.texts import DAYS, MONTHS, text

_EARLIEST = date(1971, 1, 1)
_LATEST = date(2999, 12, 31)


def day_name(day: date) -> str:
    """Write `Monday, 23 November 2026`."""
    return f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year}"


def day_and_time(moment: datetime) -> str:
    """Write `23 November 2026, 14:05 CET`, by the zone that the moment has."""
    day = f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}"
    return f"{day}, {moment:%H:%M} {moment.tzname()}"


def time_span(start: datetime, end: datetime) -> str:
    """Write `09:10 - 09:55`, with the day of the end where that is another one."""
    if end.date() == start.date():
        return f"{start:%H:%M} \u2013 {end:%H:%M}"
    return f"{start:%H:%M} \u2013 {end.day} {MONTHS[end.month - 1]}, {end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Span:
    """Whole days in a zone: the first, and how many."""

    first: date
    days: int
    zone: str

    @property
    def place(self) -> tzinfo:
        """Give the zone itself."""
        return zone_named(self.zone) or UTC

    @property
    def begin(self) -> datetime:
        """Give the first moment."""
        return datetime.combine(self.first, time.min, self.place)

    @property
    def end(self) -> datetime:
        """Give the first moment after it."""
        return datetime.combine(self.first + timedelta(days=self.days), time.min, self.place)

    @property
    def title(self) -> str:
        """Name it."""
        if self.days == 1:
            return day_name(self.first)
        last = self.first + timedelta(days=self.days - 1)
        begin = f"{self.first.day} {MONTHS[self.first.month - 1]}"
        if last.year != self.first.year:
            begin = f"{begin} {self.first.year}"
        return text(
            "calendar.week", begin=begin, end=f"{last.day} {MONTHS[last.month - 1]} {last.year}"
        )


def span_of(view: str, day_text: str, zone: str, now: datetime) -> Span:
    """Give the day or the week (from Monday) around a day; today where the text is none."""
    day = now.astimezone(zone_named(zone) or UTC).date()
    try:
        asked = date.fromisoformat(day_text)
    except ValueError:
        asked = day
    day = asked if _EARLIEST <= asked <= _LATEST else day
    if view == "day":
        return Span(day, 1, zone)
    return Span(day - timedelta(days=day.weekday()), 7, zone)
