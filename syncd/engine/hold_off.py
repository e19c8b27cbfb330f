"""A hold-off is waited out on the steady clock too: a wall clock that jumps ahead shortens none (I8).

One that began in another process is counted from when this one first meets it, as a lost create is.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from syncd.core.actions import Action, DeleteMeeting, HoldOff, LookAgain, RemoveLink
from syncd.core.binding import Binding, BindingState
from syncd.core.look import Observed
from syncd.core.removal import lacked
from syncd.engine.deps import Deps

_FORGOTTEN_AFTER = timedelta(days=1).total_seconds()


def begin(deps: Deps, binding: Binding, since: datetime) -> float:
    """Give when the hold-off that began at `since` was first met, on the steady clock: now, if never."""
    now = deps.clock.monotonic()
    for old in [key for key, began in deps.held.items() if now - began > _FORGOTTEN_AFTER]:
        del deps.held[old]
    return deps.held.setdefault((binding.id, since), now)


def wait_for(deps: Deps, seen: Observed, action: Action) -> HoldOff | LookAgain | None:
    """Give the rest of the wait before this action; None where it is over, or needs none."""
    binding = seen.binding
    if binding is None or not isinstance(action, RemoveLink | DeleteMeeting):
        return None
    is_former = isinstance(action, DeleteMeeting) and action.meeting_id != binding.meeting_id
    since = binding.retired_at if is_former else binding.removal_since
    # What is being removed waited before.
    has_begun = binding.state is BindingState.REMOVING and not is_former
    if since is None or has_begun:
        return None
    hold_off = deps.people[binding.ref.calendar.owner].link.hold_off
    left = hold_off - timedelta(seconds=deps.clock.monotonic() - begin(deps, binding, since))
    if left <= timedelta(0):
        return None
    until = deps.clock.now() + left
    if is_former:
        return LookAgain(until, action.reason)
    # The look that waits agrees with the first one: it lacks what that one lacked.
    return HoldOff(since, until, action.reason, lacked(binding))
