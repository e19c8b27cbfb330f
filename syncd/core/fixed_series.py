"""A series whose meeting has its times at Zoom: what they are to be, one for each time of the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.event import Event, EventShape
from syncd.core.fixed_times import NotExact, laid_out
from syncd.core.meeting import MeetingSpec, PlannedTime, whole_minutes
from syncd.core.policy import SeriesStyle
from syncd.core.series import Instance

# How far from its series a single time may have been moved, for it to be found again.
_BEFORE = timedelta(days=92)
_AFTER = timedelta(days=366)

# Graph, calendarView: "Maximum number of days: 1825".
_LONGEST_SPAN = timedelta(days=1825)


def with_times(
    spec: MeetingSpec,
    event: Event,
    style: SeriesStyle,
    *,
    instances: Sequence[Instance] | None,
    now: datetime,
) -> MeetingSpec:
    """Give a series fixed times (UTC), if policy asks for them and Zoom can be told them exactly.

    Each time is where the calendar has it, or where the rule puts it while `instances` is None. A
    time beyond the span in which they are read is taken to be as the rule says.
    """
    if not _is_asked_for(event, style):
        return spec
    laid = laid_out(event, now=now)
    if isinstance(laid, NotExact):
        return spec
    times = tuple(PlannedTime(start, start, spec.duration_minutes) for start in laid.starts)
    planned = replace(spec, start=laid.start, repeats=laid.repeats, times=times)
    if instances is None:
        return planned
    _, end = _span(times)
    found = {one.original_start: one for one in instances}
    return replace(
        planned,
        times=tuple(
            _as_in_calendar(time, found.get(time.original_start))
            if time.original_start < end
            else time
            for time in times
        ),
    )


def span_of(spec: MeetingSpec) -> tuple[datetime, datetime] | None:
    """Give the span (UTC) in which the single times are to be read; None where there are none."""
    return _span(spec.times) if spec.times else None


def why_not_exact(event: Event, style: SeriesStyle) -> str | None:
    """Say why a series has no fixed times although policy asks for them; None when nothing is amiss."""
    if not _is_asked_for(event, style):
        return None
    laid = laid_out(event, now=event.start)
    return laid.reason if isinstance(laid, NotExact) else None


def _is_asked_for(event: Event, style: SeriesStyle) -> bool:
    return event.shape is EventShape.SERIES and style is SeriesStyle.FIXED_TIME


def _as_in_calendar(time: PlannedTime, instance: Instance | None) -> PlannedTime:
    if instance is None:
        return replace(time, start=None)
    minutes = whole_minutes(instance.start, instance.end)
    return PlannedTime(time.original_start, instance.start, minutes)


def _span(times: Sequence[PlannedTime]) -> tuple[datetime, datetime]:
    begin = times[0].original_start - _BEFORE
    return begin, min(times[-1].original_start + _AFTER, begin + _LONGEST_SPAN)
