"""The times of a meeting with fixed times that were moved or cancelled by themselves in the calendar."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from syncd.core.actions import DeleteOccurrence, Effect, UpdateOccurrence
from syncd.core.meeting import MeetingOccurrence, MeetingSpec

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def single_times(
    at_zoom: Iterable[MeetingOccurrence], spec: MeetingSpec, *, now: datetime
) -> tuple[Effect, ...]:
    """Plan what the times at Zoom lack; Zoom changes nothing of the past. `now` is UTC."""
    living = {one.original_start: one for one in at_zoom if not one.deleted}
    coming = sum(one.start > now for one in living.values())
    todo: list[Effect] = []
    for time in spec.times:
        known = living.get(time.original_start)
        if known is None:
            continue
        if time.start is None:
            # Without any time to come, Zoom might count the meeting itself as over.
            if known.start > now and coming > 1:
                todo.append(DeleteOccurrence(known.id, "one time of the series was cancelled"))
                coming -= 1
        elif time.start > now and (known.start, known.duration_minutes) != (
            time.start,
            time.duration_minutes,
        ):
            reason = "one time of the series was moved"
            todo.append(UpdateOccurrence(known.id, time.start, time.duration_minutes, reason))
    return tuple(todo)


def laid_out_times(spec: MeetingSpec) -> tuple[MeetingOccurrence, ...]:
    """Give the times as Zoom lays them out by the rule alone, when it is told all of them anew."""
    if spec.start is None:
        return ()
    starts = (one.original_start for one in spec.times if one.original_start >= spec.start)
    return tuple(
        MeetingOccurrence(id=_id(at), start=at, duration_minutes=spec.duration_minutes)
        for at in starts
    )


def _id(start: datetime) -> str:
    return str((start - _EPOCH) // timedelta(milliseconds=1))
