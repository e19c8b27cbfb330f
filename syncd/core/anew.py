"""What an event asks for that it did not ask for before."""

from __future__ import annotations

from syncd.core import linkblock
from syncd.core.actions import Action, Settle
from syncd.core.binding import Binding, BindingState
from syncd.core.event import Event
from syncd.core.look import Context, Observed, was_written
from syncd.core.rules import Flag
from syncd.core.writeback import leads_to_meeting


def flagged_anew(seen: Observed, event: Event, context: Context) -> bool:
    """Tell whether a flag stands in the event that did not when it was last noted."""
    before = seen.binding.flags_seen if seen.binding is not None else ()
    return not set(seen.decision(event, context.person).wanting()) <= set(before)


def was_taken_out(seen: Observed, event: Event, context: Context) -> bool:
    """Tell whether a person took the link of its meeting out, and nothing has asked for one since.

    An older block of ours is no removal: somebody brought back what stood there before.
    """
    binding = seen.binding
    if binding is None or not was_written(binding, event, context.keys):
        return False
    is_out = not leads_to_meeting(event, binding.join_url or "")
    return is_out and not (linkblock.present(event.body) or flagged_anew(seen, event, context))


def stays_declined(seen: Observed, event: Event, context: Context) -> bool:
    """Tell whether a person took the link out and nothing has asked for one since."""
    is_declined = seen.binding is not None and seen.binding.state is BindingState.DECLINED
    return is_declined and not flagged_anew(seen, event, context)


def fewer_flags(seen: Observed, event: Event, context: Context) -> tuple[Action, ...]:
    """Note that a flag went: it counts as a new one if it comes back."""
    wanting = seen.decision(event, context.person).wanting()
    if seen.binding is None or wanting == seen.binding.flags_seen:
        return ()
    return (Settle("a flag was taken away from an event that a person freed of its link"),)


def asks_for_new(seen: Observed, event: Event, binding: Binding, context: Context) -> bool:
    """Tell whether a person asks for a fresh meeting in place of this one, and did not before.

    Once is once: a tag that stays in the event has been served.
    """
    decision = seen.decision(event, context.person)
    if "new" not in decision.wishes() or decision.flag is None:
        return False
    alike = (flag for flag in decision.flags if flag.kind is decision.flag.kind)
    return any(_wants_new(flag) and not _was_served(flag, binding) for flag in alike)


def _wants_new(flag: Flag) -> bool:
    return "new" in (wish.lower() for wish in flag.wishes)


def _was_served(flag: Flag, binding: Binding) -> bool:
    return any(
        seen.startswith(f"{flag.source}:") and "new" in seen.split(":")[2:]
        for seen in binding.flags_seen
    )
