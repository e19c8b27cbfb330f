"""From what is and what should be to what is to be done, in order.

Order is safety: the meeting is made before its link is written; the link goes before its meeting is
deleted; nothing is deleted before two looks, a hold-off apart, agreed. A plan is made anew after
every step, so only its first action is ever carried out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from syncd.core import linkblock, native
from syncd.core.actions import (
    Action,
    Adopt,
    Afterwards,
    CreateMeeting,
    DeleteMeeting,
    Forget,
    LookAgain,
    Release,
    Revive,
    Settle,
    Wait,
    WriteLink,
)
from syncd.core.binding import Binding, BindingState, RetiredMeeting
from syncd.core.conference import ConferenceKind
from syncd.core.desired import Desired, Refused, Unwanted, Wanted, WantedKind, desired
from syncd.core.event import Event
from syncd.core.foreign import service_of
from syncd.core.hosts import hosting
from syncd.core.in_step import NEW_LINK, in_step
from syncd.core.look import Context, Observed, case_of, was_written
from syncd.core.marks import marked_meeting
from syncd.core.noting import with_note
from syncd.core.occurrence import OF_SERIES, follows, go_with_series, with_occurrences
from syncd.core.policy import OnEventDeleted, OnMeetingDeleted
from syncd.core.removal import VANISHED, Removal, beside_teams, held_off, remove, take_out
from syncd.core.restraint import restrained
from syncd.core.rules import Decision
from syncd.core.writeback import leads_to_meeting, shows_link

_LET_OCCURRENCES_FOLLOW = timedelta(minutes=1)

_TAKEN_OUT = "a person took the link out of the event"

_PROVIDERS_OWN = (ConferenceKind.GOOGLE_MEET, ConferenceKind.TEAMS)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done, and what led to it; `decision` and `desired` are None without an event."""

    actions: tuple[Action, ...]
    decision: Decision | None = None
    desired: Desired | None = None


def make_plan(seen: Observed, context: Context) -> Plan:
    """Plan one event. An empty plan means that all is as it should be."""
    if seen.event is None:
        return Plan(with_occurrences(seen, _gone(seen, context), context))
    decision = seen.decision(seen.event, context.person)
    if follows(seen, seen.event, decision, context.keys):
        return Plan(go_with_series(seen, seen.event, decision, context), decision, OF_SERIES)
    want = desired(case_of(seen, seen.event, decision, context))
    if (adopted := _adoptable(seen, seen.event, want, context)) is not None:
        return Plan((Adopt(adopted, "the event carries our mark"),), decision, want)
    if seen.stands_elsewhere:
        # Guests have a copy of the same event: only a second one that could have a link is told.
        is_twin = seen.event.is_organiser and decision.wanted
        return Plan((_twin(),) if is_twin else (), decision, want)
    actions = with_note(seen, seen.event, _todo(seen, seen.event, want, context), context)
    actions = with_occurrences(seen, actions, context)
    former = _retired(seen, context)
    # What is due comes first, for the rest may have to wait; a moment's rest comes last.
    is_due = any(isinstance(action, DeleteMeeting) for action in former)
    return Plan(former + actions if is_due else actions + former, decision, want)


def _todo(seen: Observed, event: Event, want: Desired, context: Context) -> tuple[Action, ...]:
    match want:
        case Wanted():
            todo = beside_teams(event, _wanted(seen, event, want, context))
            return restrained(seen, event, todo, context)
        case WantedKind():
            if _stays_declined(seen, event, context):
                return _note_fewer_flags(seen, event, context)
            return native.wanted(seen, event, want, context)
        case Unwanted():
            return _unwanted(event, seen.binding, want, context) if seen.binding else ()
        case Refused():
            return _refused(want, seen.binding)
        case _:
            assert_never(want)


def _retired(seen: Observed, context: Context) -> tuple[Action, ...]:
    """Delete a meeting that another conference replaced, once no guest can find its link."""
    binding = seen.binding
    if binding is None or (former := binding.retired) is None:
        return ()
    if seen.event is not None:
        is_new_there = binding.state is not BindingState.CREATING
        if not is_new_there or leads_to_meeting(seen.event, former.join_url):
            return ()
    rested = former.at + context.person.link.hold_off
    if _is_shared(former, seen, context):
        rested = max(rested, context.now + _LET_OCCURRENCES_FOLLOW)
    if context.now < rested:
        return (LookAgain(rested, "the meeting it had before is kept for a moment"),)
    reason = "another conference has taken its place"
    return (DeleteMeeting(former.meeting_id, reason, Afterwards.STAND),)


def _is_shared(former: RetiredMeeting, seen: Observed, context: Context) -> bool:
    """Tell whether an occurrence that is still to come shows, or may show, the former link."""
    coming = [one.binding for one in seen.occurrences if one.ends_at > context.now]
    return any(one is None or one.join_url == former.join_url for one in coming)


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
        _create(seen, event, want, context),
        WriteLink("the event gets the link of its meeting"),
    )
    if _stays_declined(seen, event, context):
        return _note_fewer_flags(seen, event, context)
    if binding is not None and binding.conference in _PROVIDERS_OWN and binding.retired is not None:
        return (Revive("Zoom is asked for again"),)
    if binding is None or binding.state is BindingState.RELEASED or binding.meeting_id is None:
        return create
    if not seen.meeting_gone:
        is_new = _asks_for_new(seen, event, binding, context)
        return create if is_new else _kept(seen, event, want, context)
    return _vanished(seen, event, context) or create


def _create(seen: Observed, event: Event, want: Wanted, context: Context) -> CreateMeeting:
    decision = seen.decision(event, context.person)
    who = hosting(
        context.person,
        wishes=decision.wishes(),
        before=seen.binding.wishes if seen.binding else (),
        pool=decision.pool(context.person),
    )
    return CreateMeeting(who.host, want.spec, want.reason, who.pool)


def _asks_for_new(seen: Observed, event: Event, binding: Binding, context: Context) -> bool:
    """Tell whether a person asks for a fresh meeting in place of this one, and did not before."""
    is_ready = binding.state is BindingState.LINKED and binding.retired is None
    asks = "new" in seen.decision(event, context.person).wishes()
    return is_ready and asks and _flagged_anew(seen, event, context)


def _vanished(seen: Observed, event: Event, context: Context) -> tuple[Action, ...]:
    """Plan an event whose meeting is not found at Zoom; nothing when it is to be made anew."""
    binding = seen.binding
    assert binding is not None  # noqa: S101 - only a bound meeting is missed
    if _was_deleted_by_us(seen, event, context):
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
        return in_step(seen, event, binding, want, now=context.now)
    if leads_to_meeting(event, url):
        return (WriteLink(NEW_LINK),)
    anew = _flagged_anew(seen, event, context)
    if was_written(binding, event, context.keys) and not anew:
        return remove(event, binding, Removal(_TAKEN_OUT, Afterwards.DECLINE), context)
    return (WriteLink("the event gets the link of its meeting"),)


def _was_deleted_by_us(seen: Observed, event: Event, context: Context) -> bool:
    """Tell whether a removal went so far that only its record is missing."""
    binding = seen.binding
    if binding is None or binding.state is not BindingState.REMOVING:
        return False
    is_out = not leads_to_meeting(event, binding.join_url or "")
    return is_out and not _flagged_anew(seen, event, context)


def _flagged_anew(seen: Observed, event: Event, context: Context) -> bool:
    before = seen.binding.flags_seen if seen.binding is not None else ()
    return not set(seen.decision(event, context.person).wanting()) <= set(before)


def _stays_declined(seen: Observed, event: Event, context: Context) -> bool:
    """Tell whether a person took the link out and nothing has asked for one since."""
    is_declined = seen.binding is not None and seen.binding.state is BindingState.DECLINED
    return is_declined and not _flagged_anew(seen, event, context)


def _note_fewer_flags(seen: Observed, event: Event, context: Context) -> tuple[Action, ...]:
    wanting = seen.decision(event, context.person).wanting()
    if seen.binding is None or wanting == seen.binding.flags_seen:
        return ()
    return (Settle("a flag was taken away from an event that a person freed of its link"),)


def _unwanted(
    event: Event, binding: Binding, want: Unwanted, context: Context
) -> tuple[Action, ...]:
    if binding.state is BindingState.RELEASED or not event.is_organiser:
        return ()
    if binding.state is not BindingState.DECLINED and binding.conference in _PROVIDERS_OWN:
        return native.unwanted(event, binding, want, context)
    if binding.state is BindingState.DECLINED or binding.meeting_id is None:
        return (Forget(want.reason) if binding.retired is None else Revive(want.reason),)
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
    if (former := _retired(seen, context)) or binding.meeting_id is None:
        return former or (Forget("the event is gone"),)
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
