"""Events whose account was disconnected: they keep their link, and are taken up when it is back.

While it is away nobody asks Zoom about them and nothing is taken out of them. Once it is back the
meeting is read: only one with our marker, of the same Zoom user as before, is ours to change again.
"""

from __future__ import annotations

from dataclasses import replace

from syncd.core.actions import Action, TakeUp, Wait
from syncd.core.anew import asks_for_new, flagged_anew
from syncd.core.binding import Binding, BindingState
from syncd.core.conference import ConferenceKind
from syncd.core.desired import Desired, Unwanted, Wanted
from syncd.core.event import Event
from syncd.core.ids import Provider
from syncd.core.look import Away, Context, Observed
from syncd.core.writeback import leads_to_meeting

ZOOM_NOT_CONNECTED = "zoom_not_connected"


def part(binding: Binding, account: Provider) -> Binding | None:
    """Give the binding as it is once its account is away; None where nothing of it rests on that.

    A calendar that is away says nothing about its events, whatever becomes of Zoom meanwhile.
    """
    if binding.parted is not None:
        is_calendar = account is not Provider.ZOOM
        return replace(binding, parted=account) if is_calendar else None
    if binding.state not in _BOUND or not (_has_link(binding)):
        return None
    return replace(
        binding, state=BindingState.RELEASED, parted=account, removal_since=None, spec_digest=None
    )


_BOUND = (BindingState.CREATING, BindingState.LINKED, BindingState.REMOVING)


def _has_link(binding: Binding) -> bool:
    if binding.conference is ConferenceKind.ZOOM:
        return binding.meeting_id is not None
    # One that is still being made is settled by whoever looks next.
    return binding.state is not BindingState.CREATING


def taken_up(binding: Binding, event: Event | None) -> Binding:
    """Give the binding as it was before its account went; a link that was never written is due."""
    is_shown = event is not None and leads_to_meeting(event, binding.join_url or "")
    was_written = is_shown or binding.version is not None
    state = BindingState.LINKED if was_written else BindingState.CREATING
    return replace(binding, state=state, parted=None, spec_digest=None, removal_since=None)


def rejoin(
    seen: Observed, event: Event | None, want: Desired | None, context: Context
) -> tuple[Action, ...] | None:
    """Plan an event whose account was disconnected; None where it is planned like any other."""
    binding = seen.binding
    if binding is None or binding.parted is None:
        return None
    if event is None:
        # In another calendar than before, an event that is not found was not deleted.
        is_certain = binding.parted is Provider.ZOOM and binding.ref == seen.ref
        return (_take_up(),) if is_certain and seen.away is None else ()
    match seen.away:
        case None:
            return (_take_up(),)
        case Away.NOT_CONNECTED:
            return _unless_shown(seen, event, want, context)
        case Away.ELSEWHERE:
            return _elsewhere(seen, event, want, context)


def _take_up() -> TakeUp:
    return TakeUp("its account is connected again")


def _unless_shown(
    seen: Observed, event: Event, want: Desired | None, context: Context
) -> tuple[Action, ...]:
    """Tell only of an event that asks for a link and shows none."""
    url = seen.binding.join_url if seen.binding is not None else None
    is_asked = isinstance(want, Wanted) and flagged_anew(seen, event, context)
    if not is_asked or leads_to_meeting(event, url or ""):
        return ()
    remedy = "Connect it on the page, or with `syncd accounts connect zoom`."
    return (Wait(ZOOM_NOT_CONNECTED, "Zoom is not connected", remedy, None),)


def _elsewhere(
    seen: Observed, event: Event, want: Desired | None, context: Context
) -> tuple[Action, ...] | None:
    """Plan an event whose meeting the Zoom user of now cannot see, or that is not ours any more."""
    binding = seen.binding
    assert binding is not None  # noqa: S101 - only what was bound is parted
    if not leads_to_meeting(event, binding.join_url or ""):
        return None
    if isinstance(want, Unwanted):
        # The link goes out; of the meeting nothing is left that could be deleted.
        return (_take_up(),) if seen.meeting_gone else ()
    if isinstance(want, Wanted) and not asks_for_new(seen, event, binding, context):
        return (meeting_elsewhere(),)
    return None if isinstance(want, Wanted) else ()


def meeting_elsewhere() -> Wait:
    """Tell of a meeting that only its former Zoom user could change."""
    return Wait(
        "meeting_elsewhere",
        "its meeting belongs to another Zoom user than the one that is connected now; its link stays",
        "Connect that Zoom user again, or write #zoom:new for a new meeting.",
        None,
    )
