"""Effects at Zoom on one time of a meeting with fixed times; the meeting and its link stay."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from syncd.core.actions import DeleteOccurrence, UpdateOccurrence
from syncd.core.binding import Outcome
from syncd.core.look import Observed
from syncd.core.meeting import Meeting
from syncd.engine import invariants
from syncd.engine.apply.meeting import begin_update, without_right
from syncd.engine.apply.step import Step, bound
from syncd.ports.errors import Forbidden, NotFound
from syncd.ports.meetings import MeetingProvider

Action = UpdateOccurrence | DeleteOccurrence


async def act(step: Step, action: Action, seen: Observed) -> Observed:
    """Move or take out one time, under an intent of its own and counted like every change.

    What is known afterwards is what was asked for: the next look reads the meeting again if the
    process dies before all times are in step.
    """
    binding, meeting = bound(seen), seen.meeting
    assert binding.meeting_id is not None  # noqa: S101 - planned only with a meeting
    assert meeting is not None  # noqa: S101 - planned only for a meeting that was read
    intent = await begin_update(step, binding)
    may = invariants.may_change(intent)
    try:
        async with step.effect(intent, step.deps.meetings.account(binding.host), may):
            await _send(step.deps.meetings.of(binding.host), binding.meeting_id, action)
    except NotFound:
        return replace(seen, meeting=None, meeting_gone=True)
    except Forbidden as error:
        return without_right(seen, error)
    told = step.entry("meeting.changed", old=binding.meeting_id, new="one time")
    await step.close(intent, Outcome.DONE, told=told)
    step.record("meeting time changed", meeting=binding.meeting_id, reason=action.reason)
    return replace(seen, meeting=_changed(meeting, action))


async def _send(zoom: MeetingProvider, meeting_id: int, action: Action) -> None:
    match action:
        case UpdateOccurrence(occurrence_id, start, minutes):
            await zoom.update_occurrence(
                meeting_id, occurrence_id, start=start, duration_minutes=minutes
            )
        case DeleteOccurrence(occurrence_id):
            await zoom.delete_occurrence(meeting_id, occurrence_id)


def _changed(meeting: Meeting, action: Action) -> Meeting:
    fields: dict[str, Any] = {"deleted": True}
    if isinstance(action, UpdateOccurrence):
        fields = {"start": action.start, "duration_minutes": action.duration_minutes}
    times = (
        replace(one, **fields) if one.id == action.occurrence_id else one
        for one in meeting.occurrences
    )
    return replace(meeting, occurrences=tuple(times))
