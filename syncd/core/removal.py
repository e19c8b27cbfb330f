"""Taking out: the link first, its meeting after, and nothing before two looks agreed (I8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from syncd.core.actions import (
    Action,
    Afterwards,
    DeleteMeeting,
    Forget,
    HoldOff,
    RemoveLink,
    Wait,
    WriteLink,
)
from syncd.core.binding import GONE, MISSED, Binding, BindingState
from syncd.core.event import Event
from syncd.core.foreign import carries_teams
from syncd.core.look import Context
from syncd.core.read_only import READ_ONLY, REASON, REMEDY
from syncd.core.writeback import leads_to_meeting, unlink_change


@dataclass(frozen=True, slots=True)
class Removal:
    """Why a meeting is to go, and what is remembered of it."""

    reason: str
    afterwards: Afterwards


VANISHED = Removal("its meeting was deleted at Zoom", Afterwards.DECLINE)


def remove(
    event: Event | None, binding: Binding, why: Removal, context: Context
) -> tuple[Action, ...]:
    """Remove after two agreeing looks: link first, meeting after."""
    url = binding.join_url or ""
    if event is not None and not (event.can_write or unlink_change(event, url).is_empty):
        return (cannot_write(),)
    # An event that is gone may come to light in another calendar, which is polled by then.
    longer, lacks = (context.elsewhere, GONE) if event is None else (timedelta(0), None)
    held = held_off(binding, why.reason, context, longer=longer, lacks=lacks)
    return take_out(event, binding, why) if held is None else (held,)


def forget(
    event: Event, binding: Binding, reason: str, context: Context, *, mark_is_dead: bool
) -> tuple[Action, ...]:
    """Forget a binding whose meeting was never made.

    It was to be made in place of one that is gone: the link of that one, which our mark in the event
    names, is taken out first. Another's link, in an event that was copied with it, is left alone.
    """
    is_ours = mark_is_dead or binding.state is BindingState.REMOVING
    if not is_ours or unlink_change(event, "").is_empty:
        return (Forget(reason),)
    if not event.can_write:
        return (cannot_write(),)
    held = held_off(binding, reason, context)
    return beside_teams(event, (RemoveLink(reason),)) if held is None else (held,)


def held_off(
    binding: Binding,
    reason: str,
    context: Context,
    *,
    longer: timedelta = timedelta(0),
    lacks: str | None = None,
) -> HoldOff | None:
    """Give the wait for the second look; None once it is over.

    A first look of the future was made by a clock that was set back since: it is made anew. So is
    one that lacked something else: it says nothing of what this one `lacks`.
    """
    first = binding.removal_since
    is_first = first is None or first > context.now or lacked(binding) != lacks
    since = context.now if first is None or is_first else first
    until = since + context.person.link.hold_off + longer
    return HoldOff(since, until, reason, lacks) if is_first or context.now < until else None


def held(binding: Binding, action: HoldOff) -> Binding:
    """Give the binding with what the first look found, for the second one."""
    version = None if lacked(binding) else binding.version
    return replace(binding, removal_since=action.since, version=action.lacks or version)


def lacked(binding: Binding) -> str | None:
    """Give what the first look did not find: `GONE`, `MISSED`, or None where it found all."""
    return binding.version if binding.version in (GONE, MISSED) else None


def take_out(event: Event | None, binding: Binding, why: Removal) -> tuple[Action, ...]:
    """Take the link out of the event, then delete its meeting; Wait where a link cannot go."""
    assert binding.meeting_id is not None  # noqa: S101 - the caller asked
    delete = DeleteMeeting(binding.meeting_id, why.reason, why.afterwards)
    if event is None:
        return (delete,)
    url = binding.join_url or ""
    if not unlink_change(event, url).is_empty:
        return beside_teams(event, (RemoveLink(why.reason), delete))
    return (stays(),) if leads_to_meeting(event, url) else (delete,)


def beside_teams(event: Event, actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """Keep all writes away from a Teams meeting."""
    if carries_teams(event) and any(isinstance(a, WriteLink | RemoveLink) for a in actions):
        return (teams_in_the_way(),)
    return actions


def teams_in_the_way() -> Wait:
    """Tell that a Teams meeting keeps us from writing."""
    return Wait(
        "teams_untouchable",
        "the event became a Teams meeting, and writing to its text would break that meeting",
        "Take the Zoom link or the Teams meeting out by hand.",
        None,
    )


def cannot_write() -> Wait:
    """Tell that a link cannot be taken out because its calendar may not be written."""
    return Wait(
        READ_ONLY,
        f"{REASON}, so the link of its meeting stays in the event",
        REMEDY,
        None,
    )


def stays() -> Wait:
    """Tell that a link cannot be taken out by us."""
    return Wait(
        "link_stays",
        "the link of its meeting stands in the event in a form that cannot be taken out",
        "Take the Zoom link out by hand.",
        None,
    )
