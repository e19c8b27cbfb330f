"""From what is and what should be to what is to be done, in order.

Order is safety: the meeting is made before its link is written; the link goes before its meeting is
deleted (I3); nothing is deleted before two looks, a hold-off apart, agreed. A plan is made anew after
every step, so only its first action is ever carried out: an event that is marked again before the
deletion keeps its meeting (K18). In step it is empty, and nothing is written (L2). What carries our
mark is adopted when nothing is remembered of it (K26, L4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from syncd.core import linkblock, native
from syncd.core.actions import (
    Action,
    Adopt,
    Afterwards,
    CreateMeeting,
    Forget,
    Release,
    Revive,
    Settle,
    Wait,
    WriteLink,
)
from syncd.core.anew import asks_for_new, fewer_flags, flagged_anew, stays_declined, was_taken_out
from syncd.core.binding import GONE, MISSED, Binding, BindingState, is_draft
from syncd.core.conference import ConferenceKind
from syncd.core.desired import Desired, Unwanted, Wanted, WantedKind, desired
from syncd.core.event import Event
from syncd.core.foreign import service_of
from syncd.core.hosts import hosting
from syncd.core.in_step import NEW_LINK, in_step
from syncd.core.leaving import without_leaving
from syncd.core.look import Context, Observed, case_of
from syncd.core.marks import marked_meeting
from syncd.core.noting import with_note
from syncd.core.occurrence import OF_SERIES, follows, go_with_series, with_occurrences
from syncd.core.parted import rejoin
from syncd.core.policy import OnEventDeleted, OnMeetingDeleted
from syncd.core.refusals import Refused, told, unheeded
from syncd.core.removal import VANISHED, Removal, beside_teams, forget, held_off, remove, take_out
from syncd.core.replacing import by_new_meeting
from syncd.core.restraint import restrained
from syncd.core.retired import (
    beside,
    delete_former,
    former_goes,
    former_goes_first,
    is_half_replaced,
)
from syncd.core.rules import Decision
from syncd.core.writeback import leads_to_meeting, shows_link

_TAKEN_OUT = Removal("a person took the link out of the event", Afterwards.DECLINE)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, and what led to it; `decision` and `desired` are None without an event."""

    actions: tuple[Action, ...]
    decision: Decision | None = None
    desired: Desired | None = None


def make_plan(seen: Observed, context: Context) -> Plan:
    """Plan one event. An empty plan means that all is as it should be."""
    if seen.event is None:
        left = rejoin(seen, None, None, context)
        return Plan(with_occurrences(seen, _gone(seen, context), context) if left is None else left)
    decision = seen.decision(seen.event, context.person)
    if follows(seen, seen.event, decision, context.keys):
        return Plan(go_with_series(seen, seen.event, decision, context), decision, OF_SERIES)
    case = case_of(seen, seen.event, decision, context)
    want = without_leaving(seen, seen.event, desired(case), context)
    first = rejoin(seen, seen.event, want, context)
    if first is not None or (first := _adopting(seen, seen.event, want, context)) is not None:
        return Plan(first, decision, want)
    if seen.stands_elsewhere:
        # Guests have a copy of the same event: only a second one that could have a link is told.
        is_twin = seen.event.is_organiser and decision.wanted
        return Plan((_twin(),) if is_twin else (), decision, want)
    actions = with_note(seen, seen.event, _todo(seen, seen.event, want, context), context)
    actions = with_occurrences(seen, actions, context)
    actions = beside(actions, former_goes(seen, seen.event, context))
    if not actions and isinstance(want, Wanted) and case.bound:
        actions = told(unheeded(case))
    return Plan(actions, decision, want)


def _todo(seen: Observed, event: Event, want: Desired, context: Context) -> tuple[Action, ...]:
    match want:
        case Wanted():
            todo = beside_teams(event, _wanted(seen, event, want, context))
            return by_new_meeting(seen, event, restrained(seen, event, todo, context), context)
        case WantedKind():
            if stays_declined(seen, event, context):
                return fewer_flags(seen, event, context)
            return native.wanted(seen, event, want, context)
        case Unwanted():
            return _unwanted(seen, event, want, context)
        case Refused():
            return _refused(want, seen.binding)
        case _:
            assert_never(want)


def _adopting(
    seen: Observed, event: Event, want: Desired, context: Context
) -> tuple[Action, ...] | None:
    """Plan an event that has something of ours of which nothing is remembered."""
    if (adopted := _adoptable(seen, event, want, context)) is not None:
        return (Adopt(adopted, "the event carries our mark"),)
    if (kind := native.adoptable(seen, event, want, context)) is not None:
        return (Settle("the event carries our mark", kind=kind),)
    return None


def _adoptable(seen: Observed, event: Event, want: Desired, context: Context) -> int | None:
    if seen.mark_is_dead or not (event.is_organiser and event.can_write):
        return None
    if isinstance(want, Unwanted) and want.keep_meeting:
        return None
    was, is_here = seen.binding, not seen.stands_elsewhere
    is_free = was is None or was.state is BindingState.RELEASED or (is_draft(was) and is_here)
    if not is_free:
        return None
    has_link = linkblock.present(event.body) or service_of(event.location) == "Zoom"
    if seen.copied or not has_link:
        return None
    return seen.own_meeting or marked_meeting(context.keys, event.key, event.mark)


def _wanted(seen: Observed, event: Event, want: Wanted, context: Context) -> tuple[Action, ...]:
    binding = seen.binding
    create = (
        _create(seen, event, want, context),
        WriteLink("the event gets the link of its meeting"),
    )
    if stays_declined(seen, event, context):
        return fewer_flags(seen, event, context)
    if binding is None or binding.state is BindingState.RELEASED:
        return create
    asks_anew = asks_for_new(seen, event, binding, context) or (
        seen.meeting_is_webinar
        and not leads_to_meeting(event, binding.join_url or "")
        and flagged_anew(seen, event, context)
    )
    if binding.meeting_id is None:
        is_own = binding.conference.home is not None
        stays = binding.retired is not None and (is_own or not asks_anew)
        return (Revive("the meeting it had before is wanted again"),) if stays else create
    if seen.meeting_gone:
        return _vanished(seen, event, context) or create
    former = binding.retired
    is_shown = former is not None and leads_to_meeting(event, former.join_url)
    if asks_anew and binding.state is BindingState.LINKED and not is_shown:
        # The former meeting goes first; that plan is never empty.
        return create if former is None else ()
    return _kept(seen, event, want, context)


def _create(seen: Observed, event: Event, want: Wanted, context: Context) -> CreateMeeting:
    decision = seen.decision(event, context.person)
    who = hosting(
        context.person,
        wishes=decision.wishes(),
        before=seen.binding.wishes if seen.binding else (),
        pool=decision.pool(context.person),
    )
    return CreateMeeting(who.host, want.spec, want.reason, who.pool)


def _vanished(seen: Observed, event: Event, context: Context) -> tuple[Action, ...]:
    """Plan an event whose meeting is not found at Zoom; nothing when it is to be made anew."""
    binding = seen.binding
    assert binding is not None  # noqa: S101 - only a bound meeting is missed
    if _was_deleted_by_us(seen, event, context):
        return take_out(event, binding, _TAKEN_OUT)
    # Zoom may not know for a while what it has just made: one look is no proof.
    if (held := held_off(binding, VANISHED.reason, context, lacks=MISSED)) is not None:
        return (held,)
    if was_taken_out(seen, event, context):  # Whoever did wants no other meeting either.
        return take_out(event, binding, _TAKEN_OUT)
    if context.person.link.on_meeting_deleted is OnMeetingDeleted.RECREATE:
        return ()
    return take_out(event, binding, VANISHED)


def _kept(seen: Observed, event: Event, want: Wanted, context: Context) -> tuple[Action, ...]:
    """Plan a wanted event whose meeting lives."""
    binding = seen.binding
    assert binding is not None  # noqa: S101 - a meeting lives only in a binding
    # A meeting that was found by its marker may be one that the event shows already.
    url = binding.join_url or (seen.meeting.join_url if seen.meeting is not None else "")
    is_shown = leads_to_meeting(event, url)
    if seen.meeting_is_webinar and is_shown and binding.removal_since is None:
        return (_webinar(),)
    if shows_link(event, url):
        return in_step(seen, event, binding, want, now=context.now)
    if is_shown:
        return (WriteLink(NEW_LINK),)
    if was_taken_out(seen, event, context):
        return remove(event, binding, _TAKEN_OUT, context)
    return (WriteLink("the event gets the link of its meeting"),)


def _was_deleted_by_us(seen: Observed, event: Event, context: Context) -> bool:
    """Tell whether a removal went so far that only its record is missing."""
    binding = seen.binding
    if binding is None or binding.state is not BindingState.REMOVING:
        return False
    is_out = not leads_to_meeting(event, binding.join_url or "")
    return is_out and not flagged_anew(seen, event, context)


def _unwanted(seen: Observed, event: Event, want: Unwanted, context: Context) -> tuple[Action, ...]:
    binding = seen.binding
    if binding is None or binding.state is BindingState.RELEASED or not event.is_organiser:
        return ()
    if binding.state is BindingState.DECLINED:
        return _declined(event, binding, want)
    if binding.conference.home is not None:
        return native.unwanted(event, binding, want, context)
    if binding.retired is not None and binding.state is BindingState.CREATING:
        is_half = binding.meeting_id is None or is_half_replaced(binding, event)
        revived = (Revive(want.reason),)
        first = former_goes_first(binding, binding.retired, want.reason, context)
        return revived if is_half else first
    if (kind := native.asked_by_us(event, binding, context)) is not None:
        return (Settle("its conference stands in the event", kind=kind),)
    return _let_go(seen, event, want, context)


def _declined(event: Event, binding: Binding, want: Unwanted) -> tuple[Action, ...]:
    """Plan an event of which nothing is to be remembered but perhaps a former meeting."""
    if binding.retired is None:
        return (Forget(want.reason),)
    is_shown = leads_to_meeting(event, binding.retired.join_url)
    return (Revive(want.reason),) if is_shown else ()


def _let_go(seen: Observed, event: Event, want: Unwanted, context: Context) -> tuple[Action, ...]:
    """Plan an event that should no longer have the meeting that it is bound to, if it was made."""
    binding = seen.binding
    assert binding is not None  # noqa: S101 - the caller looked
    if binding.meeting_id is None:
        return forget(event, binding, want.reason, context, mark_is_dead=seen.mark_is_dead)
    if want.keep_meeting:
        return (Release(want.reason),)
    return remove(event, binding, Removal(want.reason, Afterwards.FORGET), context)


def _refused(want: Refused, binding: Binding | None) -> tuple[Action, ...]:
    at_rest = (BindingState.DECLINED, BindingState.RELEASED)
    if not want.tracked or (binding is not None and binding.state in at_rest):
        return ()
    reason = want.reason
    is_zoom = binding is not None and binding.conference is ConferenceKind.ZOOM
    if binding is not None and is_zoom and binding.state is not BindingState.CREATING:
        reason += "; its link stays, but its meeting no longer follows it"
    return (Wait(want.code, reason, want.remedy, want.look_again_at),)


def _gone(seen: Observed, context: Context) -> tuple[Action, ...]:
    binding = seen.binding
    if binding is None or binding.ref != seen.ref or binding.state is BindingState.RELEASED:
        return ()
    why = Removal("the event is gone", Afterwards.FORGET)
    if (former := binding.retired) is not None:
        if binding.meeting_id is None and binding.state is BindingState.CREATING:
            return (Revive(why.reason),)
        held = held_off(binding, why.reason, context, longer=context.elsewhere, lacks=GONE)
        return (delete_former(former) if held is None else held,)
    if binding.meeting_id is None:
        return (Forget(why.reason),)
    if context.person.link.on_event_deleted is OnEventDeleted.KEEP:
        return (Release("the event is gone; policy keeps its meeting"),)
    return remove(None, binding, why, context)


def _webinar() -> Wait:
    return Wait(
        "meeting_is_webinar",
        "a person made a webinar of its meeting, which syncd does not touch; its link stays",
        "See whether the link in the event still leads to it, or write #zoom:new for a new meeting.",
        None,
    )


def _twin() -> Wait:
    return Wait(
        "same_event_elsewhere",
        "another calendar holds an event with the same identity, and that one has the link",
        "Copy the event instead of importing it twice.",
        None,
    )
