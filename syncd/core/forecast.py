"""What would be written for one event, one thing after the other, if nothing but time went on.

A plan is made anew after every step, and may begin with a wait: here the waits are over as soon as
they begin. What happens only after a write, to the meeting it replaces, to the occurrences of a
series and to their times at Zoom, is told with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from syncd.core.actions import (
    Afterwards,
    CreateMeeting,
    DeleteMeeting,
    Effect,
    Forget,
    HoldOff,
    LookAgain,
    LookAtOccurrences,
    Rest,
    Revive,
    Settle,
    TakeUp,
    UpdateMeeting,
    UpdateOccurrence,
    WriteLink,
)
from syncd.core.binding import LIVING, Binding, BindingState
from syncd.core.conference import ConferenceKind
from syncd.core.event import Event
from syncd.core.look import Context, Observed
from syncd.core.parted import taken_up
from syncd.core.plan import make_plan
from syncd.core.removal import held
from syncd.core.series import times_of
from syncd.core.single_times import laid_out_times, single_times

# Held off, then revived or forgotten, then held off anew: no plan needs more.
_MOST_ROUNDS = 5

_REPLACED = "another conference has taken its place"

# The link of a meeting that is yet to be made: no event shows it.
_NEW_URL = "https://zoom.us/j/0"


@dataclass(frozen=True, slots=True)
class Coming:
    """One effect; `after` (UTC) is when it may be carried out at the earliest, None for now."""

    effect: Effect
    after: datetime | None = None


def forecast(seen: Observed, context: Context) -> tuple[Coming, ...]:
    """Give every effect in order; nothing for an event that is as it should be, or waits."""
    after: datetime | None = None
    for _ in range(_MOST_ROUNDS):
        planned = make_plan(seen, context).actions
        actions = [one for one in planned if not isinstance(one, Settle | LookAtOccurrences)]
        match actions[0] if actions else None:
            case HoldOff(until=until) as held_off:
                seen = replace(seen, binding=_held(seen, held_off))
            case Rest(until=until) | LookAgain(until=until):
                pass
            case Forget():
                seen = replace(seen, binding=None, mark_is_dead=True)
                continue
            case TakeUp() if seen.binding is not None:
                seen = replace(seen, binding=taken_up(seen.binding, seen.event))
                continue
            case Revive():
                seen = replace(seen, binding=_revived(seen), meeting=None)
                continue
            case _:
                effects = [action for action in actions if isinstance(action, Effect)]
                effects += _single_times(seen, effects, context)
                effects = [one for one in effects if _may_be_made(one, seen)]
                found = [Coming(effect, after) for effect in effects]
                return (*found, *_retiring(seen, found, context))
        after, context = until, replace(context, now=until)
    return _still_waiting(seen, context)


def _still_waiting(seen: Observed, context: Context) -> tuple[Coming, ...]:
    """Tell of an event whose provider takes its time: the former meeting goes once it is ready."""
    former = seen.binding.retired if seen.binding is not None else None
    if former is None:
        return ()
    at = max(former.at + context.person.link.hold_off, context.now)
    return (Coming(DeleteMeeting(former.meeting_id, _REPLACED, Afterwards.STAND), at),)


def starts_at(seen: Observed) -> datetime | None:
    """Give when the event starts (UTC), a series with its next occurrence; None if nobody knows."""
    times = times_of(seen.event, seen.next_time) if seen.event is not None else None
    if times is not None:
        return times[0]
    return seen.binding.starts_at if seen.binding is not None else None


def bond_afterwards(seen: Observed, coming: tuple[Coming, ...]) -> Binding | None:
    """Give the binding of a series as its occurrences will see it; None where nothing changes."""
    effects = [one.effect for one in coming]
    bond = seen.binding or (_new_bond(seen.event) if seen.event is not None else None)
    link = next((one for one in effects if isinstance(one, WriteLink)), None)
    if bond is None or link is None:
        deleted = {one.meeting_id for one in effects if isinstance(one, DeleteMeeting)}
        is_going = bond is not None and bond.meeting_id in deleted
        return replace(bond, state=BindingState.REMOVING) if bond and is_going else None
    linked = replace(bond, state=BindingState.LINKED, removal_since=None)
    if link.kind is not ConferenceKind.ZOOM:
        is_shared = bond.meeting_id is not None
        return replace(_retired(linked), conference=link.kind) if is_shared else None
    if any(isinstance(one, CreateMeeting) for one in effects):
        return replace(_retired(linked), meeting_id=bond.meeting_id or 1, join_url=_NEW_URL)
    url = seen.meeting.join_url if seen.meeting is not None else bond.join_url
    return replace(linked, join_url=url)


def _new_bond(event: Event) -> Binding:
    return Binding(
        id="",
        key=event.key,
        ref=event.ref,
        state=BindingState.CREATING,
        host="",
        starts_at=event.start,
        ends_at=event.end,
    )


def _retired(bond: Binding) -> Binding:
    if bond.meeting_id is None:
        return bond
    return replace(
        bond,
        meeting_id=None,
        join_url=None,
        retired_meeting_id=bond.meeting_id,
        retired_url=bond.join_url,
        retired_at=bond.starts_at,
    )


def _held(seen: Observed, action: HoldOff) -> Binding | None:
    return None if seen.binding is None else held(seen.binding, action)


def _revived(seen: Observed) -> Binding | None:
    if seen.binding is None:
        return None
    return replace(
        seen.binding,
        state=BindingState.CREATING,
        conference=ConferenceKind.ZOOM,
        meeting_id=seen.binding.retired_meeting_id,
        join_url=seen.binding.retired_url,
        retired_meeting_id=None,
        retired_url=None,
        retired_at=None,
    )


def _single_times(seen: Observed, effects: list[Effect], context: Context) -> tuple[Effect, ...]:
    """Tell of the times that are moved or taken out one by one, once the meeting has them all."""
    match effects[0] if effects else None:
        case CreateMeeting(spec=spec):
            return single_times(laid_out_times(spec), spec, now=context.now)
        case UpdateMeeting(change=change, spec=spec) if change.repeats is not None:
            return single_times(laid_out_times(spec), spec, now=context.now)
        case UpdateMeeting(spec=spec) if seen.meeting is not None:
            return single_times(seen.meeting.occurrences, spec, now=context.now)
        case _:
            return ()


def _may_be_made(effect: Effect, seen: Observed) -> bool:
    """Tell whether the consent covers it; a time is moved by itself only where changes are."""
    return seen.may_update or not isinstance(effect, UpdateOccurrence)


def _retiring(seen: Observed, found: list[Coming], context: Context) -> tuple[Coming, ...]:
    """Tell of the meeting whose place is taken: it goes a hold-off after the new link."""
    binding = seen.binding
    if binding is None or binding.meeting_id is None or binding.state not in LIVING:
        return ()
    if seen.meeting_gone:
        return ()
    for one in found:
        is_other = isinstance(one.effect, WriteLink) and one.effect.kind is not binding.conference
        if is_other or isinstance(one.effect, CreateMeeting):
            effect = DeleteMeeting(binding.meeting_id, _REPLACED, Afterwards.STAND)
            return (Coming(effect, context.now + context.person.link.hold_off),)
    return ()
