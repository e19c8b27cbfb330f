"""The meeting that another conference replaced: it goes once no guest can find its link.

A binding remembers one such meeting, so nothing is replaced again before it is gone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from syncd.core.actions import Action, Afterwards, DeleteMeeting, LookAgain, Revive, Wait
from syncd.core.binding import Binding, BindingState, RetiredMeeting
from syncd.core.event import Event
from syncd.core.look import Context, Observed
from syncd.core.removal import held_off
from syncd.core.writeback import leads_to_meeting

# Occurrences mostly follow at once; one that cannot is waited for with less and less haste.
_FIRST_WAIT = timedelta(minutes=1)
_LONGEST_WAIT = timedelta(hours=1)


def former_goes(seen: Observed, event: Event, context: Context) -> tuple[Action, ...]:
    """Plan the deletion of the former meeting: a hold-off after the new conference was seen."""
    binding = seen.binding
    if binding is None or (former := binding.retired) is None:
        return ()
    # Until the new one was seen in the event the former is not replaced, and may never be.
    if binding.state is BindingState.CREATING or leads_to_meeting(event, former.join_url):
        return ()
    rested = former.at + context.person.link.hold_off
    if former.at > context.now:
        # By a clock that was set back since: the steady one alone measures the wait then.
        rested = context.now
    if _is_shared(former, seen, context):
        wait = min(max(context.now - former.at, _FIRST_WAIT), _LONGEST_WAIT)
        rested = max(rested, context.now + wait)
    if context.now < rested:
        return (LookAgain(rested, "the meeting it had before is kept for a moment"),)
    return (delete_former(former),)


def former_goes_first(
    binding: Binding, former: RetiredMeeting, reason: str, context: Context
) -> tuple[Action, ...]:
    """Plan an event that shows neither of two meetings and wants none: two looks must agree."""
    held = held_off(binding, reason, context)
    return (delete_former(former) if held is None else held,)


def delete_former(former: RetiredMeeting) -> DeleteMeeting:
    """Give the deletion of a meeting that was replaced."""
    return DeleteMeeting(
        former.meeting_id, "another conference has taken its place", Afterwards.STAND
    )


def beside(actions: tuple[Action, ...], former: tuple[Action, ...]) -> tuple[Action, ...]:
    """Join the plan of an event with that of its former meeting; what is due comes first."""
    if not former or (actions and isinstance(actions[0], Revive)):
        return actions
    if isinstance(former[0], DeleteMeeting):
        return former + actions
    first = actions[0] if actions else None
    if isinstance(first, Wait) and isinstance(former[0], LookAgain):
        until = min(first.until or former[0].until, former[0].until)
        return (replace(first, until=until), *actions[1:])
    return actions + former


def is_half_replaced(binding: Binding, event: Event) -> bool:
    """Tell whether the event still shows the meeting that another was just made to replace."""
    former = binding.retired
    if former is None or binding.state is not BindingState.CREATING:
        return False
    return leads_to_meeting(event, former.join_url)


def _is_shared(former: RetiredMeeting, seen: Observed, context: Context) -> bool:
    """Tell whether an occurrence that is still to come shows, or may show, the former link."""
    coming = [one.binding for one in seen.occurrences if one.ends_at > context.now]
    return any(
        one is None or one.join_url == former.join_url or _is_being_written(one) for one in coming
    )


def _is_being_written(occurrence: Binding) -> bool:
    """Tell whether the link it is bound to was not yet seen in it: the former may stand there still."""
    return occurrence.state is BindingState.SHARING and occurrence.version is None
