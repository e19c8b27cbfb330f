"""From what is and what should be to what is to be done, in order.

Order is safety: the meeting is made before its link is written; the link goes before its meeting is
deleted; nothing is deleted before two looks, a hold-off apart, agreed. A plan is made anew after
every step, so only its first action is ever carried out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from syncd.core import linkblock
from syncd.core.actions import (
    Action,
    Adopt,
    Afterwards,
    CreateMeeting,
    DeleteMeeting,
    Forget,
    HoldOff,
    Release,
    RemoveLink,
    Settle,
    UpdateMeeting,
    Wait,
    WriteLink,
)
from syncd.core.binding import Binding, BindingState
from syncd.core.desired import Case, Desired, Refused, Unwanted, Wanted, desired
from syncd.core.event import Event
from syncd.core.foreign import carries_teams, service_of
from syncd.core.ids import EventRef
from syncd.core.marks import MarkKeys, marked_meeting, marker_of
from syncd.core.meeting import Meeting, difference
from syncd.core.policy import OnEventDeleted, OnMeetingDeleted, PersonPolicy
from syncd.core.rules import Decision, decide
from syncd.core.writeback import shows_link, unlink_change

_BOUND = (BindingState.CREATING, BindingState.LINKED, BindingState.REMOVING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """An event, its binding and its meeting as they are now; None is what does not exist."""

    ref: EventRef
    event: Event | None
    binding: Binding | None
    meeting: Meeting | None = None
    """None as well when it was not read."""
    meeting_gone: bool = False
    """Zoom said that the bound meeting does not exist."""
    mark_is_dead: bool = False
    """Zoom said that the meeting named by the event's mark does not exist."""
    moved: bool = False
    """The event stands in another place than when it was bound, and is gone from the old one."""
    stands_elsewhere: bool = False
    """The binding belongs to a living event in another place, with the same identity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What planning needs besides the world. `now` is UTC."""

    person: PersonPolicy
    keys: MarkKeys
    now: datetime


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
    want = desired(_case(seen, seen.event, decision, context))
    if (adopted := _adoptable(seen, seen.event, context)) is not None:
        return Plan((Adopt(adopted, "the event carries our mark"),), decision, want)
    if seen.stands_elsewhere:
        return Plan((_twin(),), decision, want)
    return Plan(_todo(seen, seen.event, want, context), decision, want)


def _todo(seen: Observed, event: Event, want: Desired, context: Context) -> tuple[Action, ...]:
    match want:
        case Wanted():
            return _wanted(seen, event, want, context)
        case Unwanted():
            return _unwanted(event, seen.binding, want, context) if seen.binding else ()
        case Refused():
            return _refused(want, bound=seen.binding is not None)
        case _:
            assert_never(want)


def needs_meeting(seen: Observed, context: Context) -> bool:
    """Tell whether the bound meeting must be read before a plan can be made."""
    event, binding = seen.event, seen.binding
    if event is None or binding is None or binding.meeting_id is None or seen.meeting is not None:
        return False
    if seen.meeting_gone or binding.state not in _BOUND:
        return False
    want = desired(_case(seen, event, decide(event, context.person.flags), context))
    if not isinstance(want, Wanted):
        return False
    in_step = want.spec.digest() == binding.spec_digest
    is_linked = binding.state is BindingState.LINKED
    return not (in_step and is_linked and shows_link(event, binding.join_url or ""))


def _case(seen: Observed, event: Event, decision: Decision, context: Context) -> Case:
    binding = seen.binding
    bound = binding is not None and binding.state in _BOUND
    return Case(
        event=event,
        decision=decision,
        person=context.person,
        marker=marker_of(context.keys, event.key),
        now=context.now,
        bound=bound,
        flag_taken=binding is not None and bound and _taken_in_force(binding, event, context.keys),
        own_url=(binding.join_url or "") if binding is not None else "",
    )


def _taken_in_force(binding: Binding, event: Event, keys: MarkKeys) -> bool:
    """Tell whether the flag is gone because our write took it: only if that write happened.

    The mark may name an earlier meeting of this event, which a new one is about to replace.
    """
    marked = marked_meeting(keys, event.key, event.mark) is not None
    return binding.flag_taken and (marked or _was_written(binding, event, keys))


def _was_written(binding: Binding, event: Event, keys: MarkKeys) -> bool:
    if binding.state in (BindingState.LINKED, BindingState.REMOVING):
        return True
    mine = marked_meeting(keys, event.key, event.mark)
    return mine is not None and mine == binding.meeting_id


def _adoptable(seen: Observed, event: Event, context: Context) -> int | None:
    if seen.mark_is_dead or not (event.is_organiser and event.can_write):
        return None
    if seen.binding is not None and seen.binding.state is not BindingState.RELEASED:
        return None
    if not (linkblock.present(event.body) or service_of(event.location) == "Zoom"):
        return None
    return marked_meeting(context.keys, event.key, event.mark)


def _wanted(seen: Observed, event: Event, want: Wanted, context: Context) -> tuple[Action, ...]:
    binding = seen.binding
    create = (
        CreateMeeting(context.person.host, want.spec, want.reason),
        WriteLink("the event gets the link of its meeting"),
    )
    if binding is None or binding.state is BindingState.RELEASED:
        return create
    if binding.state is BindingState.DECLINED:
        anew = _flagged_anew(binding, event, context)
        return create if anew else _note_fewer_flags(binding, event, context)
    if binding.meeting_id is None:
        return create
    if not seen.meeting_gone:
        return _kept(seen, event, want, context)
    if context.person.link.on_meeting_deleted is OnMeetingDeleted.RECREATE:
        return create
    reason = "its meeting was deleted at Zoom"
    delete = DeleteMeeting(binding.meeting_id, reason, Afterwards.DECLINE)
    return (*_undo_link(event, binding, reason), delete)


def _kept(seen: Observed, event: Event, want: Wanted, context: Context) -> tuple[Action, ...]:
    """Plan a wanted event whose meeting lives."""
    binding = seen.binding
    assert binding is not None  # noqa: S101 - a meeting lives only in a binding
    if shows_link(event, binding.join_url or ""):
        return _in_step(seen, event, binding, want)
    anew = _flagged_anew(binding, event, context)
    if _was_written(binding, event, context.keys) and not anew:
        reason = "a person took the link out of the event"
        return _remove(event, binding, _Removal(reason, Afterwards.DECLINE), context)
    return (WriteLink("the event gets the link of its meeting"),)


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
            return (WriteLink("the join link was changed at Zoom"),)
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
    if binding.state is BindingState.RELEASED:
        return ()
    if binding.state is BindingState.DECLINED or binding.meeting_id is None:
        return (Forget(want.reason),)
    if want.keep_meeting:
        return (Release(want.reason),)
    if not (event.is_organiser and event.can_write):
        return ()
    return _remove(event, binding, _Removal(want.reason, Afterwards.FORGET), context)


def _refused(want: Refused, *, bound: bool) -> tuple[Action, ...]:
    if bound or not want.tracked:
        return ()
    return (Wait(want.code, want.reason, want.remedy, want.look_again_at),)


def _gone(seen: Observed, context: Context) -> tuple[Action, ...]:
    binding = seen.binding
    if binding is None or binding.ref != seen.ref or binding.state is BindingState.RELEASED:
        return ()
    if binding.meeting_id is None:
        return (Forget("the event is gone"),)
    if context.person.link.on_event_deleted is OnEventDeleted.KEEP:
        return (Release("the event is gone; policy keeps its meeting"),)
    return _remove(None, binding, _Removal("the event is gone", Afterwards.FORGET), context)


@dataclass(frozen=True, slots=True)
class _Removal:
    reason: str
    afterwards: Afterwards


def _remove(
    event: Event | None, binding: Binding, why: _Removal, context: Context
) -> tuple[Action, ...]:
    """Remove after two agreeing looks: link first, meeting after."""
    assert binding.meeting_id is not None  # noqa: S101 - the caller asked
    since = binding.removal_since
    if since is None or context.now < since + context.person.link.hold_off:
        return (HoldOff((since or context.now) + context.person.link.hold_off, why.reason),)
    delete = DeleteMeeting(binding.meeting_id, why.reason, why.afterwards)
    if event is None:
        return (delete,)
    return (*_undo_link(event, binding, why.reason), delete)


def _undo_link(event: Event, binding: Binding, reason: str) -> tuple[Action, ...]:
    if unlink_change(event, binding.join_url or "").is_empty:
        return ()
    if carries_teams(event):
        return (_teams_in_the_way(),)
    return (RemoveLink(reason),)


def _teams_in_the_way() -> Wait:
    return Wait(
        "teams_untouchable",
        "the event became a Teams meeting, and writing to its text would break that meeting",
        "Take the Zoom link out by hand.",
        None,
    )


def _twin() -> Wait:
    return Wait(
        "same_event_elsewhere",
        "another calendar holds an event with the same identity, and that one has the link",
        "Copy the event instead of importing it twice.",
        None,
    )
