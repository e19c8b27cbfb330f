"""Accounts that are being disconnected, the links of whose coming events are taken out first."""

from __future__ import annotations

from syncd.core.binding import LIVING, Binding
from syncd.core.conference import ConferenceKind
from syncd.core.desired import Desired, Unwanted, Wanted, WantedKind
from syncd.core.event import Event
from syncd.core.look import Context, Observed
from syncd.core.refusals import Refused
from syncd.core.series import times_of

LEAVES = "account_leaves"


def without_leaving(seen: Observed, event: Event, want: Desired, context: Context) -> Desired:
    """Give what should be: nothing of an account that leaves, whatever the event asks for.

    An event that is over keeps what it has; one that asks for a link waits.
    """
    if not _concerns(seen, want) or _is_over(seen, event, context):
        return want
    if seen.binding is not None and seen.binding.state in LIVING:
        return Unwanted(LEAVES, "its account is being disconnected, and the link goes first")
    if not isinstance(want, Wanted | WantedKind):
        return want
    return Refused(
        LEAVES,
        "its account is being disconnected",
        "Connect it again; the link comes then.",
    )


def _concerns(seen: Observed, want: Desired) -> bool:
    if seen.calendar_leaves:
        return True
    if not seen.zoom_leaves or isinstance(want, WantedKind):
        return False
    return isinstance(want, Wanted) or _has_zoom(seen.binding)


def _has_zoom(binding: Binding | None) -> bool:
    return binding is not None and binding.conference is ConferenceKind.ZOOM


def _is_over(seen: Observed, event: Event, context: Context) -> bool:
    times = times_of(event, seen.next_time)
    return times is None or times[1] <= context.now
