"""An occurrence that was changed by itself goes with its series: it shows the link of that meeting.

It gets the link when it lacks it, the new one when the link changes, and loses it before the meeting
goes. It never gets a meeting of its own unless it is flagged by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from syncd.core import linkblock
from syncd.core.actions import (
    NOT_CHANGED,
    Action,
    DeleteMeeting,
    Follow,
    Forget,
    LookAtOccurrences,
    ShareLink,
    UnshareLink,
    Wait,
)
from syncd.core.binding import LIVING, Binding, BindingState
from syncd.core.desired import Unwanted, Wanted, WantedKind, desired
from syncd.core.event import Event
from syncd.core.foreign import carries_teams, service_of
from syncd.core.ids import EventRef
from syncd.core.look import Context, Observed, case_of
from syncd.core.marks import MarkKeys, marked_meeting, names_meeting
from syncd.core.read_only import READ_ONLY, REASON, REMEDY
from syncd.core.refusals import Refused
from syncd.core.removal import cannot_write, held_off, stays, teams_in_the_way
from syncd.core.rules import Decision
from syncd.core.series import Occurrence
from syncd.core.writeback import leads_to_meeting, shows_link, unlink_change

OF_SERIES = Unwanted("of_series", "it is an occurrence and goes with its series")

_OWN = (*LIVING, BindingState.RELEASED)

# Each occurrence that is free says so at once; this is only for those that cannot say it.
_PATIENCE = timedelta(minutes=5)


def follows(seen: Observed, event: Event, decision: Decision, keys: MarkKeys) -> bool:
    """Tell whether an occurrence goes with its series, rather than being an event of its own.

    Flags that the series has as well were copied with it, and ask for nothing more.
    """
    series, binding = seen.series, seen.binding
    if series is None or _has_its_own(seen, event, keys):
        return False
    if series.binding is not None and series.binding.state in LIVING:
        return True
    known = set(series.flags)
    if binding is not None:
        known |= set(binding.flags_seen)
    return set(decision.wanting()) <= known and (series.speaks or not seen.copied)


def _has_its_own(seen: Observed, event: Event, keys: MarkKeys) -> bool:
    if seen.binding is not None:
        return seen.binding.state in _OWN
    has_link = linkblock.present(event.body) or service_of(event.location) == "Zoom"
    is_marked = marked_meeting(keys, event.key, event.mark) is not None
    return seen.own_meeting is not None or (has_link and is_marked and not seen.mark_is_dead)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """An occurrence beside its linked series; `bond` is the binding of the series."""

    seen: Observed
    event: Event
    binding: Binding | None
    bond: Binding
    wanting: tuple[str, ...]
    shown: str | None
    """The link to a meeting of its series that a guest finds in it."""


def go_with_series(
    seen: Observed, event: Event, decision: Decision, context: Context
) -> tuple[Action, ...]:
    """Plan an occurrence that goes with its series; nothing before the series has its link."""
    bond = seen.series.binding if seen.series is not None else None
    if bond is None or (bond.meeting_id is None and bond.retired is None):
        return ()
    scene = _Scene(
        seen=seen,
        event=event,
        binding=seen.binding,
        bond=bond,
        wanting=decision.wanting(),
        shown=_shown_link(seen, event, bond),
    )
    if bond.meeting_id is None:
        # Another conference has taken the place of its meeting; the occurrence gets that by itself.
        return _freed(scene) if bond.state is BindingState.LINKED else ()
    if bond.state is BindingState.REMOVING:
        return _freed(scene)
    if bond.state is not BindingState.LINKED or not event.is_organiser:
        return ()
    # The flag is that of the series; whatever else speaks against a link speaks here too.
    case = replace(case_of(seen, event, decision, context), marked_before=False)
    want = desired(replace(case, flag_taken=True, own_url=bond.join_url or ""))
    if isinstance(want, Unwanted):
        return _said_no(scene, want, context)
    return _linked(scene, want)


def _shown_link(seen: Observed, event: Event, bond: Binding) -> str | None:
    own = seen.binding.join_url if seen.binding is not None else None
    known = (bond.join_url, own, bond.retired_url)
    return next((url for url in known if url and leads_to_meeting(event, url)), None)


def _linked(scene: _Scene, want: Wanted | WantedKind | Refused) -> tuple[Action, ...]:
    """Plan an occurrence whose series has its link: it is to show the same."""
    if shows_link(scene.event, scene.bond.join_url or ""):
        in_step = _in_step(scene)
        return in_step or ((_one_conference(want),) if isinstance(want, WantedKind) else ())
    if isinstance(want, Refused) and want.code == "finished":
        return ()
    if not scene.event.can_write:
        return _barred(scene, want)
    if scene.shown is not None or linkblock.present(scene.event.body):
        return (_unless_teams(scene.event, ShareLink("the join link of its series was changed")),)
    return _lacking(scene, want)


def _barred(scene: _Scene, want: Wanted | WantedKind | Refused) -> tuple[Action, ...]:
    """Tell of an occurrence that was never given the link, in a calendar that may not be written."""
    is_due = isinstance(want, Refused) and want.code == READ_ONLY
    is_new = scene.binding is None and scene.shown is None and not _had_link(scene)
    if not (is_due and is_new):
        return ()
    return (Wait(READ_ONLY, REASON, REMEDY, None),)


def _one_conference(want: WantedKind) -> Wait:
    return Wait(
        "conference_of_series",
        f"it asks for {want.kind.label}, and its series has another conference",
        "Ask for it in the whole series, or make this occurrence an event of its own.",
        None,
    )


def _lacking(scene: _Scene, want: Wanted | WantedKind | Refused) -> tuple[Action, ...]:
    """Plan an occurrence that shows no link although its series has one."""
    binding, wanting = scene.binding, scene.wanting
    is_anew = binding is not None and not set(wanting) <= set(binding.flags_seen)
    if binding is not None and binding.state is BindingState.DECLINED and not is_anew:
        fewer = Follow(BindingState.DECLINED, None, "a flag was taken out of it")
        return (fewer,) if wanting != binding.flags_seen else ()
    if _had_link(scene) and not is_anew:
        return (Follow(BindingState.DECLINED, None, "a person took the link out of it"),)
    if scene.bond.removal_since is not None:
        return ()
    if isinstance(want, Refused):
        wait = Wait(want.code, want.reason, want.remedy, want.look_again_at)
        return (wait,) if want.tracked else ()
    return (ShareLink("the occurrence gets the link of its series"),)


def _had_link(scene: _Scene) -> bool:
    """Tell whether the link once stood in it, so that somebody must have taken it out."""
    binding, series, meeting_id = scene.binding, scene.seen.series, scene.bond.meeting_id
    if binding is not None and binding.state is BindingState.SHARING:
        return binding.join_url is not None and binding.version is not None
    was_made_with_it = series is not None and series.had_link and meeting_id is not None
    return was_made_with_it and names_meeting(scene.event.mark, meeting_id or 0)


def _in_step(scene: _Scene) -> tuple[Action, ...]:
    binding, url = scene.binding, scene.bond.join_url
    is_noted = (
        binding is not None
        and binding.state is BindingState.SHARING
        and (binding.join_url, binding.version) == (url, scene.event.version)
        and binding.removal_since is None
        and not scene.seen.moved
    )
    note = Follow(BindingState.SHARING, url, "it shows the link of its series")
    return () if is_noted else (note,)


def _said_no(scene: _Scene, why: Unwanted, context: Context) -> tuple[Action, ...]:
    """Plan an occurrence that is to be without the link while its series keeps it."""
    binding, shown = scene.binding, scene.shown
    if shown is None:
        return (Forget(why.reason),) if binding is not None else ()
    if binding is None or binding.state is not BindingState.SHARING:
        return (Follow(BindingState.SHARING, shown, "it shows the link of its series"),)
    if not scene.event.can_write:
        return (cannot_write(),)
    if (held := held_off(binding, why.reason, context)) is not None:
        return (held,)
    return _taken_out(scene.event, shown, UnshareLink(why.reason, forget=True))


def _freed(scene: _Scene) -> tuple[Action, ...]:
    """Plan an occurrence whose series is about to lose its meeting; two looks at that one agreed."""
    binding, shown = scene.binding, scene.shown
    if shown is None:
        is_noted = binding is not None and binding.join_url is None
        free = Follow(BindingState.SHARING, None, "it shows no link of its series")
        return () if is_noted else (free,)
    if not scene.event.can_write:
        return (cannot_write() if scene.event.is_organiser else stays(),)
    action = UnshareLink("its series loses its meeting", forget=False)
    return _taken_out(scene.event, shown, action)


def _taken_out(event: Event, shown: str, action: UnshareLink) -> tuple[Action, ...]:
    if unlink_change(event, shown).is_empty:
        return (stays(),)
    return (_unless_teams(event, action),)


def _unless_teams(event: Event, action: Action) -> Action:
    return teams_in_the_way() if carries_teams(event) else action


def with_occurrences(
    seen: Observed, actions: tuple[Action, ...], context: Context
) -> tuple[Action, ...]:
    """Add what a series' plan means for its occurrences.

    No meeting goes while one of them may show its link; each is told of a new link.
    """
    if actions and isinstance(actions[0], DeleteMeeting):
        if not (refs := unfree(seen.occurrences)):
            return actions
        reason = "no occurrence may show the link when the meeting goes"
        return (LookAtOccurrences(refs, context.now + _PATIENCE, reason), *actions)
    binding = seen.binding
    # The link is as it should be where only the meeting does not follow.
    is_told = bool(actions) and isinstance(actions[0], Wait) and actions[0].code == NOT_CHANGED
    if (actions and not is_told) or binding is None or binding.state is not BindingState.LINKED:
        return actions
    if seen.occurrences_told:
        return actions
    coming = [one for one in seen.occurrences if one.ends_at > context.now]
    refs = _untold(coming, binding)
    look = (LookAtOccurrences(refs, None, "the series has a link"),) if refs else ()
    return look + actions


def unfree(occurrences: tuple[Occurrence, ...]) -> tuple[EventRef, ...]:
    """Name the occurrences that show the link of their series, or of which it is not known."""
    return tuple(
        one.ref
        for one in occurrences
        if one.binding is None
        or (one.binding.state is BindingState.SHARING and one.binding.join_url is not None)
    )


def _untold(occurrences: Sequence[Occurrence], bond: Binding) -> tuple[EventRef, ...]:
    return tuple(
        one.ref
        for one in occurrences
        if one.binding is None
        or (one.binding.state is BindingState.SHARING and one.binding.join_url != bond.join_url)
    )
