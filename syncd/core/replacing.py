"""What becomes of a change that the consent at Zoom does not cover: a new meeting, or a word about it.

A new link mails every guest, so it comes only for what they would notice: when the meeting is, how
long it lasts, and what somebody asked to have made stricter. All else stays as it was, and is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from syncd.core.actions import (
    NOT_CHANGED,
    Action,
    CreateMeeting,
    DeleteOccurrence,
    Rest,
    Settle,
    UpdateMeeting,
    UpdateOccurrence,
    Wait,
    WriteLink,
)
from syncd.core.binding import DOUBTED, Binding, BindingState
from syncd.core.event import Event
from syncd.core.look import Context, Observed
from syncd.core.meeting import MeetingChange, MeetingKind, MeetingSpec
from syncd.core.removal import beside_teams
from syncd.core.restraint import LINKS_WITHIN, MOST_LINKS
from syncd.core.series import times_of
from syncd.core.writeback import leads_to_meeting

# The scope may be added to the app without the event, or the configuration, changing.
_LOOK_FOR_RIGHT = timedelta(days=1)

_WORDS = {
    "kind": "kind",
    "topic": "title",
    "start": "start",
    "duration_minutes": "length",
    "zone": "time zone",
    "invitees": "guests",
    "repeats": "times",
    "alternative_hosts": "alternative hosts",
    "waiting_room": "waiting room",
    "sign_in_only": "sign-in",
}


@dataclass(frozen=True, slots=True)
class _Scene:
    """A bound event whose meeting may not be changed."""

    seen: Observed
    event: Event
    binding: Binding
    now: datetime

    @property
    def times(self) -> tuple[datetime, datetime] | None:
        return times_of(self.event, self.seen.next_time)

    @property
    def is_over(self) -> bool:
        return self.times is None or self.times[1] <= self.now


def by_new_meeting(
    seen: Observed, event: Event, actions: tuple[Action, ...], context: Context
) -> tuple[Action, ...]:
    """Give the plan of a wanted event without what may not be done to its meeting.

    A wait while somebody edits stays before it.
    """
    if seen.may_update or seen.binding is None:
        return actions
    scene = _Scene(seen, event, seen.binding, context.now)
    update = next((one for one in actions if isinstance(one, UpdateMeeting)), None)
    if update is None:
        return _without_moves(scene, actions)
    what = ", ".join(_WORDS[name] for name in update.change.fields())
    if not (_matters(update.change, update.spec) and _has_changed(scene, update.spec)):
        return _told(scene, _left(what, context.now + _LOOK_FOR_RIGHT))
    if (instead := _not_now(scene, what)) is not None:
        return instead
    reason = f"the event changed: {what}; its meeting may not be changed, so a new one replaces it"
    new = (
        CreateMeeting(scene.binding.host, update.spec, reason),
        WriteLink("the link of the new meeting takes the place of the former"),
    )
    rest = tuple(one for one in actions if isinstance(one, Rest))
    return beside_teams(event, (*rest, *new))


def _matters(change: MeetingChange, spec: MeetingSpec) -> bool:
    """Tell whether guests would notice; a meeting without a fixed time has no length that counts."""
    is_timeless = change.kind is None and spec.kind is MeetingKind.NO_FIXED_TIME
    length = None if is_timeless else change.duration_minutes
    noticed = (change.kind, change.start, change.repeats, length)
    stricter = (change.waiting_room, change.sign_in_only)
    return any(field is not None for field in (*noticed, *stricter))


def _has_changed(scene: _Scene, spec: MeetingSpec) -> bool:
    """Tell whether the event asks for something else than its meeting was made with.

    What Zoom made of it otherwise, or a person at Zoom, is no reason: a new one could be the same.
    """
    made_with = scene.binding.spec_digest
    if made_with == DOUBTED:
        return scene.binding.version != scene.event.version
    return made_with not in (spec.digest(), spec.as_laid_out().digest())


def _not_now(scene: _Scene, what: str) -> tuple[Action, ...] | None:
    """Plan an event whose meeting is not to be replaced at this moment; None where it may be."""
    binding, now = scene.binding, scene.now
    if binding.state is not BindingState.LINKED or scene.is_over:
        return _told(scene, None)
    spans = (scene.times, (binding.starts_at, binding.ends_at))
    if ends := [span[1] for span in spans if span is not None and span[0] <= now < span[1]]:
        # Nobody is sent elsewhere while people may be in it; nothing is noted until it is over.
        return (_left(f"{what} while it takes place", max(ends)),)
    if scene.seen.links_written >= MOST_LINKS:
        return (_left(f"{what}, since it had many new links of late", now + LINKS_WITHIN),)
    if (former := binding.retired) is None:
        return None
    if leads_to_meeting(scene.event, former.join_url):
        return _told(scene, _left(what, now + _LOOK_FOR_RIGHT))
    # The former meeting goes first; that plan is never empty.
    return ()


def _without_moves(scene: _Scene, actions: tuple[Action, ...]) -> tuple[Action, ...]:
    """Leave single times of a series where they are: a new meeting would have them there as well."""
    left = tuple(one for one in actions if not isinstance(one, UpdateOccurrence))
    if len(left) == len(actions) or any(isinstance(one, DeleteOccurrence) for one in left):
        return left
    what = "time where an occurrence was moved"
    return _told(scene, _left(what, scene.now + _LOOK_FOR_RIGHT))


def _told(scene: _Scene, wait: Wait | None) -> tuple[Action, ...]:
    """Note the event as it is, then tell what its meeting does not follow, until it is over."""
    binding = scene.binding
    is_linked = binding.state is BindingState.LINKED and binding.removal_since is None
    is_noted = is_linked and binding.version == scene.event.version and not scene.seen.moved
    told = () if wait is None or scene.is_over else (wait,)
    return told if is_noted else (_settle(), *told)


def _settle() -> Settle:
    return Settle("the link stands in the event; its meeting may not be changed")


def _left(what: str, until: datetime) -> Wait:
    return Wait(
        NOT_CHANGED,
        f"its meeting keeps its former {what}: syncd may not change meetings at Zoom; its link stays",
        "Add the scope meeting:update:meeting to the app at Zoom; who connected Zoom connects it again.",
        until,
    )
