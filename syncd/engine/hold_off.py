"""A hold-off is waited out on the steady clock too: a wall clock that jumps ahead shortens none (I8).

Of one that began in another process only the wall clock tells.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from syncd.core.actions import Action, DeleteMeeting, HoldOff, LookAgain, RemoveLink
from syncd.core.binding import Binding
from syncd.core.look import Observed
from syncd.engine.deps import Deps


def begin(deps: Deps, binding: Binding, since: datetime) -> None:
    """Take note that a hold-off began now, on both clocks."""
    deps.held.setdefault((binding.id, since), deps.clock.monotonic())


def wait_for(deps: Deps, seen: Observed, action: Action) -> HoldOff | LookAgain | None:
    """Give the rest of the wait before this action; None where it is over, or needs none."""
    binding = seen.binding
    if binding is None or not isinstance(action, RemoveLink | DeleteMeeting):
        return None
    is_former = isinstance(action, DeleteMeeting) and action.meeting_id != binding.meeting_id
    since = binding.retired_at if is_former else binding.removal_since
    began = deps.held.get((binding.id, since)) if since is not None else None
    if since is None or began is None:
        return None
    hold_off = deps.people[binding.ref.calendar.owner].link.hold_off
    left = hold_off - timedelta(seconds=deps.clock.monotonic() - began)
    if left <= timedelta(0):
        del deps.held[binding.id, since]
        return None
    until = deps.clock.now() + left
    if is_former:
        return LookAgain(until, action.reason)
    return HoldOff(since, until, action.reason)
