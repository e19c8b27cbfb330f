"""What people do to a series and to its occurrences."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from syncd.core import linkblock
from syncd.core.event import Event
from syncd.core.ids import CalendarKey
from tests.fakes.stage import ANA, BO, Stage

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
BOTH = pytest.mark.parametrize("calendar", [ANA, BO], ids=["google", "outlook"])


async def linked_series(stage: Stage, calendar: CalendarKey = ANA, **fields: Any) -> Event:
    """Give a weekly series that has its link, a minute later."""
    series = stage.calendars.add_series(
        calendar, **({"categories": ("Zoom",), "text": "Agenda"} | fields)
    )
    await stage.work()
    stage.clock.advance(60)
    return stage.now(series)


def moved(stage: Stage, series: Event, weeks: int = 1, **fields: Any) -> Event:
    """Move one occurrence by an hour, and change whatever else is said."""
    at = series.start + weeks * WEEK
    later = {"start": at + HOUR, "end": at + HOUR + (series.end - series.start)}
    return stage.calendars.change_one(series.ref, at, **(later | fields))


def only_url(stage: Stage) -> str:
    """Give the link of the only meeting there is."""
    (meeting,) = stage.meetings.alive.values()
    return meeting.join_url


def bare(event: Event) -> dict[str, Any]:
    """Give the fields of an event from which a person took the link."""
    return {"location": "", "body": linkblock.strip(event.body)}


def unflag(stage: Stage, series: Event) -> None:
    stage.calendars.edit(series.ref, categories=())


def say_no(stage: Stage, series: Event) -> None:
    stage.calendars.edit(series.ref, title="Lunch #nozoom")


def delete(stage: Stage, series: Event) -> None:
    stage.calendars.delete(series.ref)


def cancel(stage: Stage, series: Event) -> None:
    stage.calendars.edit(series.ref, cancelled=True)


def take_out(stage: Stage, series: Event) -> None:
    stage.calendars.edit(series.ref, **bare(series))
