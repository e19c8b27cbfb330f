"""From what is and what should be to what is to be done, in order.

Order is safety: the meeting is made before its link is written; the link goes before its meeting is
deleted; nothing is deleted before two looks, a hold-off apart, agreed. A plan is made anew after
every step, so only its first action is ever carried out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from syncd.core import linkblock
from syncd.core.actions import (
    Action,
    Adopt,
    Afterwards,
    CreateMeeting,
    Forget,
    Release,
    Settle,
    UpdateMeeting,
    Wait,
    WriteLink,
)
from syncd.core.binding import Binding, BindingState
from syncd.core.desired import Desired, Refused, Unwanted, Wanted, desired
from syncd.core.event import Event
from syncd.core.foreign import service_of
from syncd.core.look import Context, Observed, case_of, was_written
from syncd.core.marks import marked_meeting
from syncd.core.meeting import difference
from syncd.core.noting import with_note
from syncd.core.policy import OnEventDeleted, OnMeetingDeleted
from syncd.core.removal import VANISHED, Removal, beside_teams, held_off, remove, take_out
from syncd.core.restraint import restrained
from syncd.core.rules import Decision, decide
from syncd.core.writeback import leads_to_meeting, shows_link

_NEW_LINK = "the join link was changed at Zoom"
_TAKEN_OUT = "a person took the link out of the event"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, and what led to it; `decision` and `desired` are None without an event."""

    actions: tuple[Action, ...]
    decision: Decision | None = None
    desired: Desired | None = None


def make_plan(seen: Observed, context: Context) -> Plan:
    """Plan one event. An empty plan means that all is as it should be."""
    if seen.event is None:
        return Plan(_gone(seen, context))
    decision = decide(seen.event, context.person.flags)
    want = desired(case_of(seen, seen.event, decision, context))
    if (adopted := _adoptable(seen, seen.event, want, context)) is not None:
        return Plan((Adopt(adopted, "the event carries our mark"),), decision, want)
    if seen.stands_elsewhere:
        # Guests have a copy of the same event: only a second one that could have a link is told.
        is_twin = seen.event.is_organiser and decision.wanted
        return Plan((_twin(),) if is_twin else (), decision, want)
    todo = with_note(seen, seen.event, _todo(seen, seen.event, want, context), context)
    return Plan(todo, decision, want)


def _todo(seen: Observed, event: Event, want: Desired, context: Context) -> tuple[Action, ...]:
    match want:
        case Wanted():
            todo = beside_teams(event, _wanted(seen, event, want, context))
            return restrained(seen, event, todo, context)
        case Unwanted():
            return _unwanted(event, seen.binding, want, context) if seen.binding else ()
        case Refused():
            return _refused(want, seen.binding)
        case _:
            assert_never(want)


def _adoptable(seen: Observed, event: Event, want: Desired, context: Context) -> int | None:
    if seen.mark_is_dead or not (event.is_organiser and event.can_write):
        return None
    if isinstance(want, Unwanted) and want.keep_meeting:
        return None
    if seen.binding is not None and seen.binding.state is not BindingState.RELEASED:
        return None
    if not (linkblock.present(event.body) or service_of(event.location) == "Zoom"):
        return None
    if seen.copied:
        return None
    return seen.own_meeting or marked_meeting(context.keys, event.key, event.mark)


def _wanted(seen: Observed, event: Event, want: Wanted, context: Context) -> tuple[Action, ...]:
    binding = seen.binding
    create = (
        CreateMeeting(context.person.host, want.spec, want.reason),
        WriteLink("the event gets the link of its meeting"),
    )
    if binding is not None and binding.state is BindingState.DECLINED:
        anew = _flagged_anew(binding, event, context)
        return create if anew else _note_fewer_flags(binding, event, context)
    if binding is None or binding.state is BindingState.RELEASED or binding.meeting_id is None:
        return create
    if not seen.meeting_gone:
        return _kept(seen, event, want, context)
    return _vanished(event, binding, context) or create


def _vanished(event: Event, binding: Binding, context: Context) -> tuple[Action, ...]:
    """Plan an event whose meeting is not found at Zoom; nothing when it is to be made anew."""
    if _was_deleted_by_us(event, binding, context):
        return take_out(event, binding, Removal(_TAKEN_OUT, Afterwards.DECLINE))
    # Zoom may not know for a while what it has just made: one look is no proof.
    if (held := held_off(binding, VANISHED.reason, context)) is not None:
        return (held,)
    if context.person.link.on_meeting_deleted is OnMeetingDeleted.RECREATE:
        return ()
    return take_out(event, binding, VANISHED)


def _kept(seen: Observed, event: Event, want: Wanted, context: Context) -> tuple[Action, ...]:
    """Plan a wanted event whose meeting lives."""
    binding = seen.binding
    assert binding is not None  # noqa: S101 - a meeting lives only in a binding
    if seen.meeting_is_webinar and binding.removal_since is None:
        return (_webinar(),)
    # A meeting that was found by its marker may be one that the event shows already.
    url = binding.join_url or (seen.meeting.join_url if seen.meeting is not None else "")
    if shows_link(event, url):
        return _in_step(seen, event, binding, want)
    if leads_to_meeting(event, url):
        return (WriteLink(_NEW_LINK),)
    anew = _flagged_anew(binding, event, context)
    if was_written(binding, event, context.keys) and not anew:
        return remove(event, binding, Removal(_TAKEN_OUT, Afterwards.DECLINE), context)
    return (WriteLink("the event gets the link of its meeting"),)


def _was_deleted_by_us(event: Event, binding: Binding, context: Context) -> bool:
    """Tell whether a removal went so far that only its record is missing."""
    is_out = not leads_to_meeting(event, binding.join_url or "")
    began = binding.state is BindingState.REMOVING
    return began and is_out and not _flagged_anew(binding, event, context)


def _flagged_anew(binding: Binding, event: Event, context: Context) -> bool:
    wanting = decide(event, context.person.flags).wanting()
    return not set(wanting) <= set(binding.flags_seen)


def _note_fewer_flags(binding: Binding, event: Event, context: Context) -> tuple[Action, ...]:
    wanting = decide(event, context.person.flags).wanting()
    if wanting == binding.flags_seen:
        return ()
    return (Settle("a flag was taken away from an event that a person freed of its link"),)


def _in_step(seen: Observed, event: Event, binding: Binding, want: Wanted) -> tuple[Action, ...]:
    if seen.meeting is not None:
        if seen.meeting.join_url != binding.join_url:
            return (WriteLink(_NEW_LINK),)
        change = difference(seen.meeting, want.spec)
        if not change.is_empty:
            what = ", ".join(change.fields())
            return (UpdateMeeting(change, want.spec, f"the event changed: {what}"),)
    is_known = binding.version == event.version and binding.state is BindingState.LINKED
    in_step = binding.spec_digest == want.spec.digest()
    if is_known and in_step and binding.removal_since is None and not seen.moved:
        return ()
    digest = want.spec.digest() if seen.meeting is not None else None
    return (Settle("the link stands in the event and the meeting is in step", digest),)


def _unwanted(
    event: Event, binding: Binding, want: Unwanted, context: Context
) -> tuple[Action, ...]:
    if binding.state is BindingState.RELEASED or not event.is_organiser:
        return ()
    if binding.state is BindingState.DECLINED or binding.meeting_id is None:
        return (Forget(want.reason),)
    if want.keep_meeting:
        return (Release(want.reason),)
    if not event.can_write:
        return ()
    return remove(event, binding, Removal(want.reason, Afterwards.FORGET), context)


def _refused(want: Refused, binding: Binding | None) -> tuple[Action, ...]:
    at_rest = (BindingState.DECLINED, BindingState.RELEASED)
    if not want.tracked or (binding is not None and binding.state in at_rest):
        return ()
    reason = want.reason
    if binding is not None and binding.state is not BindingState.CREATING:
        reason += "; its link stays, but its meeting no longer follows it"
    return (Wait(want.code, reason, want.remedy, want.look_again_at),)


def _gone(seen: Observed, context: Context) -> tuple[Action, ...]:
    binding = seen.binding
    if binding is None or binding.ref != seen.ref or binding.state is BindingState.RELEASED:
        return ()
    if binding.meeting_id is None:
        return (Forget("the event is gone"),)
    if context.person.link.on_event_deleted is OnEventDeleted.KEEP:
        return (Release("the event is gone; policy keeps its meeting"),)
    return remove(None, binding, Removal("the event is gone", Afterwards.FORGET), context)


def _webinar() -> Wait:
    return Wait(
        "meeting_is_webinar",
        "a person made a webinar of its meeting, which syncd does not touch; its link stays",
        "See whether the link in the event still leads to it, or delete the link for a new meeting.",
        None,
    )


def _twin() -> Wait:
    return Wait(
        "same_event_elsewhere",
        "another calendar holds an event with the same identity, and that one has the link",
        "Copy the event instead of importing it twice.",
        None,
    )
