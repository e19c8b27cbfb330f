"""Conferences of the calendar's own provider, which it makes and shows itself: a Meet, or Teams.

One write asks for it and takes out what stood there of ours; the Zoom meeting it replaces is retired
by that write, and deleted only after the new conference is there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from syncd.core import linkblock
from syncd.core.actions import (
    Action,
    Decline,
    Forget,
    GiveUpKind,
    LookAgain,
    RemoveLink,
    Revive,
    Settle,
    Wait,
    WriteLink,
)
from syncd.core.anew import flagged_anew
from syncd.core.binding import Binding, BindingState, RetiredMeeting
from syncd.core.conference import ConferenceKind
from syncd.core.desired import Desired, Unwanted, WantedKind
from syncd.core.event import Event
from syncd.core.foreign import carries_teams
from syncd.core.look import Context, Observed
from syncd.core.marks import marked_kind
from syncd.core.removal import cannot_write, held_off, stays, teams_in_the_way
from syncd.core.restraint import MOST_LINKS
from syncd.core.retired import former_goes_first, is_half_replaced
from syncd.core.writeback import leads_to_meeting, unlink_change

# A conference that is being made is looked at soon, then less and less often.
_FIRST_LOOK = timedelta(seconds=2)
_LAST_LOOKS = timedelta(minutes=5)
_TRY_AGAIN = timedelta(hours=1)
# Each try may take a link out and put it back, and mail guests twice.
_TRY_AGAIN_LATER = timedelta(days=1)

_AT_REST = (BindingState.DECLINED, BindingState.RELEASED)


def stands(event: Event, kind: ConferenceKind) -> bool:
    """Tell whether the event has this conference of its provider, ready or being made."""
    return event.native is not None and str(event.native.kind) == str(kind)


def adoptable(
    seen: Observed, event: Event, want: Desired, context: Context
) -> ConferenceKind | None:
    """Give the conference that an unbound event has by us, as its own mark tells."""
    is_known = seen.binding is not None or seen.mark_is_dead or event.cancelled
    if is_known or not (event.is_organiser and event.can_write):
        return None
    kind = marked_kind(context.keys, event.key, event.mark)
    is_wanted = not isinstance(want, WantedKind) or want.kind is kind
    return kind if kind is not None and is_wanted and stands(event, kind) else None


def asked_by_us(event: Event, binding: Binding, context: Context) -> ConferenceKind | None:
    """Give the conference that is ours in an event bound to a meeting which it does not show yet."""
    if binding.state is not BindingState.CREATING:
        return None
    kind = marked_kind(context.keys, event.key, event.mark)
    return kind if kind is not None and stands(event, kind) else None


def wanted(seen: Observed, event: Event, want: WantedKind, context: Context) -> tuple[Action, ...]:
    """Plan an event that should have a conference of its provider's own."""
    binding = seen.binding
    if binding is not None and binding.state in _AT_REST:
        binding = None
    if binding is not None and (first := _of_two(seen, event, want, context)) is not None:
        return first
    if stands(event, want.kind):
        return _standing(event, binding, want, context)
    if binding is not None and (until := _given_up_until(seen, binding, context)) is not None:
        return _meanwhile(event, binding, want.kind, until)
    if binding is None or binding.conference is not want.kind:
        return (WriteLink(want.reason, want.kind),)
    return _missing(seen, event, want, context)


def _of_two(
    seen: Observed, event: Event, want: WantedKind, context: Context
) -> tuple[Action, ...] | None:
    """Plan an event with a meeting that is being replaced by another; None when there is but one.

    Only one former meeting can be remembered, so the one that no guest finds goes first. Where a
    person brought its link back, the write that asks takes both out and retires neither.
    """
    binding = seen.binding
    former = binding.retired if binding is not None else None
    if binding is None or former is None or binding.meeting_id is None:
        return None
    if is_half_replaced(binding, event):
        return (Revive("another conference is asked for"),)
    if binding.state is BindingState.CREATING:
        return former_goes_first(binding, former, want.reason, context)
    if not leads_to_meeting(event, former.join_url):
        return ()
    is_given_up = _given_up_until(seen, binding, context) is not None
    if is_given_up and not stands(event, want.kind):
        return None
    return _both_out(event, former, want)


def _both_out(event: Event, former: RetiredMeeting, want: WantedKind) -> tuple[Action, ...]:
    if carries_teams(event):
        return (teams_in_the_way(),)
    if unlink_change(event, former.join_url).is_empty:
        return (stays(),)
    return (WriteLink(want.reason, want.kind),)


def _given_up_until(seen: Observed, binding: Binding, context: Context) -> datetime | None:
    if binding.failed_at is None:
        return None
    is_often = seen.links_written_lately > MOST_LINKS
    until = binding.failed_at + (_TRY_AGAIN_LATER if is_often else _TRY_AGAIN)
    return until if context.now < until else None


def _meanwhile(
    event: Event, binding: Binding, kind: ConferenceKind, until: datetime
) -> tuple[Action, ...]:
    """Put back the link that was to be replaced, and tell why it was not."""
    told = Wait(
        "conference_not_made",
        f"the calendar's provider did not make the {kind.label} that was asked for",
        "syncd asks again by itself; ask for Zoom if that does not help.",
        until,
    )
    is_out = binding.meeting_id is not None and binding.state is BindingState.CREATING
    if is_out and not leads_to_meeting(event, binding.join_url or ""):
        return (WriteLink("the link that was to be replaced is put back"), told)
    return (told,)


def _standing(
    event: Event, binding: Binding | None, want: WantedKind, context: Context
) -> tuple[Action, ...]:
    if binding is None:
        # Somebody else's doing is left alone.
        return ()
    if event.native is not None and event.native.pending:
        return (_look_at_pending(event, context),)
    # An older block of ours may have been brought back, with a link that is dead by now.
    former = replaced_url(binding, want.kind)
    if leads_to_meeting(event, former) or linkblock.present(event.body):
        return (_swept(event, binding, want),)
    is_known = binding.version == event.version and binding.state is BindingState.LINKED
    if is_known and binding.removal_since is None and binding.conference is want.kind:
        return ()
    return (Settle("its conference stands in the event", kind=want.kind),)


def _look_at_pending(event: Event, context: Context) -> LookAgain:
    age = max(context.now - event.changed_at, _FIRST_LOOK)
    return LookAgain(context.now + min(age, _LAST_LOOKS), "its conference is being made")


def _swept(event: Event, binding: Binding, want: WantedKind) -> Action:
    """Take out the link that still stands beside the conference which replaces it."""
    if carries_teams(event):
        return teams_in_the_way()
    if unlink_change(event, replaced_url(binding, want.kind)).is_empty:
        return stays()
    return WriteLink(want.reason, want.kind)


def _missing(
    seen: Observed, event: Event, want: WantedKind, context: Context
) -> tuple[Action, ...]:
    """Plan an event bound to a conference that it does not show."""
    binding = seen.binding
    assert binding is not None  # noqa: S101 - only what is bound is missed
    if binding.state is not BindingState.CREATING:
        if flagged_anew(seen, event, context):
            return (WriteLink(want.reason, want.kind),)
        return (Decline("a person took the conference out of the event"),)
    # The binding keeps the version under which it was asked for.
    is_written = binding.version != event.version
    was_asked = is_written and marked_kind(context.keys, event.key, event.mark) is want.kind
    if was_asked and binding.failed_at is None:
        return (GiveUpKind(want.kind, "its provider did not make the conference"),)
    return (WriteLink(want.reason, want.kind),)


def has_two(binding: Binding, kind: ConferenceKind) -> bool:
    """Tell whether a conference of this kind takes the place of a meeting that replaced another."""
    is_other = binding.conference is not kind and binding.state not in _AT_REST
    return is_other and binding.meeting_id is not None and binding.retired is not None


def replaced_url(binding: Binding, kind: ConferenceKind) -> str:
    """Give the link of the meeting that a conference of this kind takes the place of; or empty."""
    if binding.conference is not kind:
        return binding.join_url or ""
    return binding.retired_url or ""


def unwanted(
    event: Event, binding: Binding, want: Unwanted, context: Context
) -> tuple[Action, ...]:
    """Plan an event bound to a conference that it should no longer have."""
    former = binding.retired
    if former is not None and leads_to_meeting(event, former.join_url):
        return (Revive(want.reason),)
    if not stands(event, binding.conference) or event.cancelled:
        if former is None:
            return (Forget(want.reason),)
        # Until the conference is there, the former meeting is the one in force.
        return (Revive(want.reason),) if binding.state is BindingState.CREATING else ()
    if binding.conference is ConferenceKind.TEAMS:
        return (_teams_stands(event, binding, context),)
    if not event.can_write:
        return (cannot_write(),)
    held = held_off(binding, want.reason, context)
    return (held,) if held is not None else (RemoveLink(want.reason),)


def _teams_stands(event: Event, binding: Binding, context: Context) -> Action:
    """Plan a Teams meeting that nobody wants: since it stays, what it replaces goes all the same."""
    if event.native is not None and event.native.pending:
        return _look_at_pending(event, context)
    if binding.state is BindingState.CREATING:
        return Settle("its conference stands in the event", kind=ConferenceKind.TEAMS)
    return Wait(
        "teams_stays",
        "a Teams meeting cannot be switched off again",
        "Make a new event without Teams.",
        None,
    )
