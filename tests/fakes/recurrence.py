"""Series in the simplest way: every so many days, in UTC."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from syncd.core.event import Event

_DAYS = {"DAILY": 1, "WEEKLY": 7}


class FakeRecurrences:
    """Implements `syncd.ports.recurrence.Recurrences` for FREQ=DAILY and WEEKLY, COUNT and UNTIL.

    Every other rule cannot be followed.
    """

    def next_start(self, series: Event, *, after: datetime) -> datetime | None:
        length = series.end - series.start
        coming = (start for start in _starts(series) if start + length > after)
        return next(coming, None)


def starts(series: Event, *, until: datetime) -> list[datetime]:
    """Give the starts of a series before `until`; ValueError as above."""
    return list(takewhile(lambda start: start < until, _starts(series)))


def _starts(series: Event) -> Iterator[datetime]:
    if series.recurrence is None or len(series.recurrence.rules) != 1:
        raise ValueError("it has no rule")
    parts = dict(part.split("=", 1) for part in series.recurrence.rules[0].split(";"))
    if parts.keys() - {"FREQ", "COUNT", "UNTIL"} or parts.get("FREQ") not in _DAYS:
        raise ValueError("its rule is none of a simple kind")
    step = timedelta(days=_DAYS[parts["FREQ"]])
    for number in range(int(parts.get("COUNT", "100000"))):
        start = series.start + number * step
        if "UNTIL" in parts and start > _moment(parts["UNTIL"]):
            return
        if start not in series.recurrence.excluded:
            yield start


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
