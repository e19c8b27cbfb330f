"""Series to be followed, and what is asked of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from syncd.adapters.recurrence import Rules, occurrences
from syncd.core.event import Event, EventShape
from syncd.core.recurrence import Recurrence
from syncd.ports.recurrence import Recurrences
from tests.factories import event

RULES: Recurrences = Rules()
SOON = timedelta(microseconds=1)


def at(wall: str, zone: str = "UTC") -> datetime:
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def series(start: datetime, *rules: str, minutes: int = 30, dates=(), excluded=(), **more) -> Event:
    return event(
        shape=EventShape.SERIES,
        start=start,
        end=start + timedelta(minutes=minutes),
        recurrence=Recurrence(rules, tuple(dates), tuple(excluded)),
        **more,
    )


def first(told: Event, *, number: int = 3, after: str = "0001-01-01") -> list[datetime]:
    return list(islice(occurrences(told, after=at(after)), number))
