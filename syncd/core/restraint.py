"""What is put off although it could be done: changes while somebody edits, links fought over.

Every write mails people and every change at Zoom counts, so a burst of edits becomes one of each.
"""

from __future__ import annotations

from datetime import timedelta

from syncd.core.actions import (
    Action,
    DeleteOccurrence,
    Rest,
    UpdateMeeting,
    UpdateOccurrence,
    Wait,
    WriteLink,
)
from syncd.core.binding import Binding, BindingState
from syncd.core.event import Event
from syncd.core.look import Context, Observed
from syncd.core.writeback import leads_to_meeting

# Whoever goes on editing for ever does not keep the meeting from following for longer than this.
LONGEST_REST = timedelta(seconds=30)
# An event that starts so soon is not kept waiting.
SOON = timedelta(minutes=15)

# The first link and three that put it back.
MOST_LINKS = 4
LINKS_WITHIN = timedelta(hours=1)


def restrained(
    seen: Observed, event: Event, actions: tuple[Action, ...], context: Context
) -> tuple[Action, ...]:
    """Put a Rest or a Wait before actions that should not be carried out yet.

    A first link is never put off; nor is anything while a removal is held off or the event has moved
    to another calendar: carrying it out is what ends that.
    """
    binding = seen.binding
    if not actions or binding is None or binding.removal_since is not None or seen.moved:
        return actions
    first = actions[0]
    is_relink = isinstance(first, WriteLink) and binding.state is BindingState.LINKED
    if is_relink and seen.links_written >= MOST_LINKS:
        return (_fought_over(context),)
    is_refresh = is_relink and leads_to_meeting(event, binding.join_url or "")
    is_change = isinstance(first, UpdateMeeting | UpdateOccurrence | DeleteOccurrence)
    if not (is_refresh or is_change) or _starts_soon(event, binding, context):
        return actions
    rest = _rest(seen, event, context)
    return actions if rest is None else (rest, *actions)


def _rest(seen: Observed, event: Event, context: Context) -> Rest | None:
    """Give the wait until the event has been left alone for long enough; None once it was.

    The provider's clock is not ours: a change of the future counts as one of this moment.
    """
    changed_at = min(event.changed_at, context.now)
    since = min(seen.unsettled_since or changed_at, changed_at)
    until = min(changed_at + context.person.link.debounce, since + LONGEST_REST)
    if until <= context.now:
        return None
    return Rest(since, until, "the event was changed a moment ago, and may be changed again")


def _starts_soon(event: Event, binding: Binding, context: Context) -> bool:
    """Tell whether it starts soon or is under way; of a series the next occurrence counts too."""
    spans = ((event.start, event.end), (binding.starts_at, binding.ends_at))
    return any(start - SOON <= context.now < end for start, end in spans)


def _fought_over(context: Context) -> Wait:
    return Wait(
        "link_fought_over",
        "something changes the link in this event again and again, and every repair would mail guests",
        "See whether another program edits this event; syncd looks again after an hour.",
        context.now + LINKS_WITHIN,
    )
