"""What people do to a series that has its times at Zoom, and when it takes place here and there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from syncd.core.event import Event
from syncd.core.ids import CalendarKey
from syncd.core.policy import MeetingPolicy, SeriesStyle
from tests.fakes.stage import Stage
from tests.unit.engine.series_play import WEEK

FIVE = "FREQ=WEEKLY;COUNT=5"


def set_style(stage: Stage, style: SeriesStyle) -> None:
    meeting = MeetingPolicy(series=style)
    people = {who: replace(one, meeting=meeting) for who, one in stage.deps.people.items()}
    stage.deps = replace(stage.deps, people=people)


async def linked(stage: Stage, calendar: CalendarKey, **fields: Any) -> Event:
    usual: dict[str, Any] = {"categories": ("Zoom",), "rule": FIVE, "zone": "UTC"}
    await stage.prepare()
    series = stage.calendars.add_series(calendar, **(usual | fields))
    await stage.work()
    await stage.work(seconds=61)
    return stage.now(series)


def at_zoom(stage: Stage) -> list[tuple[datetime, timedelta]]:
    """Give when the only meeting takes place, as Zoom has it."""
    (meeting,) = stage.meetings.alive.values()
    return sorted(
        (one.start, timedelta(minutes=one.duration_minutes))
        for one in meeting.occurrences
        if not one.deleted
    )


async def in_calendar(stage: Stage, series: Event) -> list[tuple[datetime, timedelta]]:
    span = {"begin": series.start - 52 * WEEK, "end": series.start + 104 * WEEK}
    times = await stage.calendars.instances(series, **span)
    return sorted((one.start, one.end - one.start) for one in times)
