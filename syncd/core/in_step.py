"""What a living meeting lacks to be in step with its event."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from syncd.core.actions import (
    Action,
    Settle,
    UpdateMeeting,
    WriteLink,
)
from syncd.core.binding import Binding, BindingState
from syncd.core.desired import Wanted
from syncd.core.event import Event
from syncd.core.fixed_series import with_times
from syncd.core.look import Observed
from syncd.core.meeting import (
    Meeting,
    MeetingChange,
    MeetingKind,
    MeetingSpec,
    difference,
    without_past_start,
)
from syncd.core.policy import SeriesStyle
from syncd.core.single_times import single_times

NEW_LINK = "the join link was changed at Zoom"

_OF_SERIES = {MeetingKind.NO_FIXED_TIME, MeetingKind.FIXED_TIMES}


def in_step(
    seen: Observed, event: Event, binding: Binding, want: Wanted, *, now: datetime
) -> tuple[Action, ...]:
    """Plan a wanted event that shows the link of its living meeting; `now` is UTC."""
    if seen.meeting is not None:
        if seen.meeting.join_url != binding.join_url:
            return (WriteLink(NEW_LINK),)
        todo = _follow(seen.meeting, event, binding, want.spec, now=now)
        if todo:
            return todo
    is_known = binding.version == event.version and binding.state is BindingState.LINKED
    is_same = binding.spec_digest == want.spec.digest()
    if is_known and is_same and binding.removal_since is None and not seen.moved:
        return ()
    digest = want.spec.digest() if seen.meeting is not None else None
    return (Settle("the link stands in the event and the meeting is in step", digest),)


def _follow(
    meeting: Meeting, event: Event, binding: Binding, spec: MeetingSpec, *, now: datetime
) -> tuple[Action, ...]:
    if _was_just_sent(binding, spec):
        # Whatever Zoom made of it, it is not sent again: that could go on for ever.
        return single_times(meeting.occurrences, spec, now=now)
    change = without_past_start(difference(meeting, spec), now=now)
    if _is_other_style(meeting, event, binding, spec, now=now):
        change = _without_times(change)
    elif spec.times and meeting.kind is MeetingKind.FIXED_TIMES:
        change = _laid_out_anew(change, meeting, spec, now=now)
    if not change.is_empty:
        what = ", ".join(change.fields())
        return (UpdateMeeting(change, spec, f"the event changed: {what}"),)
    return single_times(meeting.occurrences, spec, now=now)


def _was_just_sent(binding: Binding, spec: MeetingSpec) -> bool:
    """Tell whether the meeting was told all but the times that were changed by themselves."""
    return spec.digest() != spec.as_laid_out().digest() == binding.spec_digest


def _is_other_style(
    meeting: Meeting, event: Event, binding: Binding, spec: MeetingSpec, *, now: datetime
) -> bool:
    """Tell whether only the config asks for other times: they stay until the event changes."""
    if binding.version != event.version or {meeting.kind, spec.kind} != _OF_SERIES:
        return False
    if meeting.kind is MeetingKind.NO_FIXED_TIME:
        return True
    fixed = with_times(spec, event, SeriesStyle.FIXED_TIME, instances=None, now=now)
    starts = {time.original_start for time in fixed.times}
    return _coming(starts, now) == _coming((m.original_start for m in meeting.occurrences), now)


def _coming(starts: Iterable[datetime], now: datetime) -> set[datetime]:
    return {start for start in starts if start > now}


def _without_times(change: MeetingChange) -> MeetingChange:
    return replace(change, kind=None, start=None, zone=None, repeats=None)


def _laid_out_anew(
    change: MeetingChange, meeting: Meeting, spec: MeetingSpec, *, now: datetime
) -> MeetingChange:
    """Have all times laid out anew if that is needed; moved and cancelled ones are then lost.

    When all of them are over there is nothing that Zoom could lay out.
    """
    is_same = change.duration_minutes is None and _stand_there(meeting, spec, now=now)
    if is_same or spec.start is None or spec.start <= now:
        return _without_times(change)
    return replace(change, start=spec.start, zone=spec.zone, repeats=spec.repeats)


def _stand_there(meeting: Meeting, spec: MeetingSpec, *, now: datetime) -> bool:
    """Tell whether Zoom has every time that is to come, and none that the rule does not have.

    A deleted one cannot be brought back by itself.
    """
    living = {one.original_start for one in meeting.occurrences if not one.deleted}
    known = {time.original_start for time in spec.times}
    wanted = {time.original_start for time in spec.times if time.start is not None}
    return _coming(wanted, now) <= living and _coming(living, now) <= known
