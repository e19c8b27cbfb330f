"""What was seen of one event, what follows from it at once, and what must still be looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from syncd.core import fixed_series, linkblock
from syncd.core.binding import LIVING, Binding, BindingState
from syncd.core.case import Case
from syncd.core.conference import ConferenceKind
from syncd.core.desired import Wanted, desired
from syncd.core.event import Event, EventShape
from syncd.core.foreign import marked_in_location, shows_ours
from syncd.core.ids import EventRef, Provider
from syncd.core.marks import MarkKeys, is_ours, marked_meeting, marker_of
from syncd.core.meeting import Meeting
from syncd.core.policy import PersonPolicy
from syncd.core.rules import Choice, Decision, FlagSource, decide
from syncd.core.series import Instance, NextTime, Occurrence, Series
from syncd.core.writeback import shows_link, shows_marked

IS_WEBINAR = "zoom_is_webinar"
"""The code of Zoom's refusal to handle as a meeting what a person made a webinar of."""


class Away(StrEnum):
    """Why a meeting that was released with its account is not to be had."""

    NOT_CONNECTED = "not_connected"
    """No account acts for its host."""
    ELSEWHERE = "elsewhere"
    """The Zoom user of now is another than its maker, or it has lost our marker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """An event, its binding and its meeting as they are now; None is what does not exist."""

    ref: EventRef
    event: Event | None
    binding: Binding | None
    meeting: Meeting | None = None
    """None as well when it was not read."""
    meeting_gone: bool = False
    """Zoom said that the bound meeting does not exist."""
    mark_is_dead: bool = False
    """Zoom said that the meeting named by the event's mark does not exist."""
    moved: bool = False
    """The event stands in another place than when it was bound, and is gone from the old one."""
    stands_elsewhere: bool = False
    """The binding belongs to a living event in another place, with the same identity."""
    copied: bool = False
    """The link of ours in it is another event's, or dead: it was copied along or brought back."""
    own_meeting: int | None = None
    """The living meeting whose link stands in it and which was made for this very event."""
    next_time: NextTime | None = None
    """When it takes place next; of a series only."""
    instances: tuple[Instance, ...] | None = None
    """When a series takes place in its calendar; None when that was not read."""
    series: Series | None = None
    """The series that an occurrence belongs to."""
    occurrences: tuple[Occurrence, ...] = ()
    """The occurrences of a series that were changed by themselves."""
    occurrences_told: bool = False
    """They were just made due, and need not be again."""
    colleagues: frozenset[str] = frozenset()
    """Those of its people who are known to be licensed users of the same Zoom account."""
    choice: Choice | None = None
    """What a person chose for it beside the event."""
    meeting_is_webinar: bool = False
    """Zoom said that a person made a webinar of the bound meeting."""
    may_update: bool = True
    """Whether the consent lets its meeting be changed; True as well when that is not known."""
    links_written: int = 0
    """How often its link was written within the last hour."""
    links_written_lately: int = 0
    """The same of the last week."""
    unsettled_since: datetime | None = None
    """When the first of the changes was made that its meeting is yet to follow."""
    noted_at: datetime | None = None
    """When a reason was last written into it; None when none stands there."""

    first_read: datetime | None = None
    """When its calendar was first read; None before that."""
    away: Away | None = None
    """Of an event whose account was disconnected: why it is not to be taken up now."""
    calendar_leaves: bool = False
    """Its calendar's account is being disconnected, and its link is to go first."""
    zoom_leaves: bool = False
    """The same of the Zoom account that hosts its meeting, or would."""

    def decision(self, event: Event, person: PersonPolicy) -> Decision:
        """Give what this event asks for."""
        return decide(event, person, self.choice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What planning needs besides the world. `now` is UTC."""

    person: PersonPolicy
    keys: MarkKeys
    now: datetime
    elsewhere: timedelta = timedelta(0)
    """How much longer an event that is gone is waited for, as it may have moved to a calendar that
    is read later."""


def needs_meeting(seen: Observed, context: Context) -> bool:
    """Tell whether the bound meeting must be read before a plan can be made."""
    event, binding = seen.event, seen.binding
    if event is None or binding is None or binding.meeting_id is None or seen.meeting is not None:
        return False
    if seen.meeting_gone or seen.meeting_is_webinar or binding.state not in LIVING:
        return False
    want = desired(case_of(seen, event, seen.decision(event, context.person), context))
    if not isinstance(want, Wanted):
        return False
    in_step = want.spec.digest() == binding.spec_digest
    is_linked = binding.state is BindingState.LINKED
    return not (in_step and is_linked and shows_link(event, binding.join_url or ""))


def times_to_read(seen: Observed, context: Context) -> tuple[datetime, datetime] | None:
    """Give the span (UTC) in which a series' times must be read, for its meeting is to have them."""
    event = seen.event
    if event is None or event.shape is not EventShape.SERIES or seen.instances is not None:
        return None
    want = desired(case_of(seen, event, seen.decision(event, context.person), context))
    return fixed_series.span_of(want.spec) if isinstance(want, Wanted) else None


def copied_link(seen: Observed, context: Context) -> int | None:
    """Give the meeting to be read because its link stands in an event that is not bound to it.

    None unless the event could have a link, and its own mark does not tell already.
    """
    event = seen.event
    if event is None or seen.binding is not None:
        return None
    decision = seen.decision(event, context.person)
    case = case_of(replace(seen, copied=True), event, decision, context)
    # Its own meeting is to be found whenever the event was marked.
    if not isinstance(desired(replace(case, marked_before=False)), Wanted):
        return None
    shown = linkblock.meeting_in(event.body) or marked_in_location(event)
    bond = seen.series.binding if seen.series is not None else None
    is_of_series = bond is not None and bond.meeting_id == shown
    return None if is_of_series else shown


def case_of(seen: Observed, event: Event, decision: Decision, context: Context) -> Case:
    """Give the case that is to be decided."""
    binding = seen.binding
    # One that was released with its account still stands in the event.
    is_parted = binding is not None and binding.parted is not None
    lives = binding is not None and (binding.state in LIVING or is_parted)
    return Case(
        event=event,
        decision=decision,
        person=context.person,
        marker=marker_of(context.keys, event.key),
        now=context.now,
        bound=lives and binding is not None and binding.meeting_id is not None,
        flag_taken=binding is not None and lives and _taken_in_force(binding, event, context.keys),
        wishes=binding.wishes if binding is not None and lives else (),
        own_url=(binding.join_url or binding.retired_url or "") if binding is not None else "",
        copied=seen.copied or (binding is not None and _still_shows_copied(binding, event)),
        flags_seen=binding.flags_seen if binding is not None and lives else (),
        kind=_kind(binding) if binding is not None and lives else None,
        colleagues=seen.colleagues,
        host=binding.host if binding is not None and lives else "",
        next_time=seen.next_time,
        marked_before=_marked_before(seen, event, context),
        instances=seen.instances,
    )


def _marked_before(seen: Observed, event: Event, context: Context) -> bool:
    """Tell whether nobody has done anything about an event since its calendar was first read.

    What is bound, chosen or carries a mark or a meeting of ours was asked for here before.
    """
    if context.person.link.backfill or seen.binding is not None or seen.choice is not None:
        return False
    if seen.own_meeting is not None or is_ours(context.keys, event.key, event.mark):
        return False
    return seen.first_read is None or event.changed_at < seen.first_read


def _kind(binding: Binding) -> ConferenceKind:
    """Give what an event has, or is to have as soon as its provider makes it."""
    if binding.failed_at is None or binding.conference is not ConferenceKind.ZOOM:
        return binding.conference
    is_google = binding.ref.calendar.provider is Provider.GOOGLE
    return ConferenceKind.GOOGLE_MEET if is_google else ConferenceKind.TEAMS


def _still_shows_copied(binding: Binding, event: Event) -> bool:
    """Tell whether a meeting is being made for an event that shows the link it was copied with."""
    is_made_for_it = binding.state is BindingState.CREATING and binding.flag_taken
    return is_made_for_it and shows_ours(event) and not shows_link(event, binding.join_url or "")


def _taken_in_force(binding: Binding, event: Event, keys: MarkKeys) -> bool:
    """Tell whether the flag is gone because our write took it: only if that write happened.

    The mark may name an earlier meeting of this event, which a new one is about to replace; it stays
    behind where a person took that one's link out, and says nothing then.
    """
    if was_written(binding, event, keys):
        return binding.flag_taken
    is_left = marked_meeting(keys, event.key, event.mark) is not None and not shows_marked(event)
    return binding.flag_taken and not is_left and is_ours(keys, event.key, event.mark)


def still_taken(binding: Binding, decision: Decision, kind: ConferenceKind) -> bool:
    """Tell whether a flag that was taken once stays in force when the event gets this conference.

    A flag in the event that asks for another one takes its place: when that goes, the link goes. A
    choice is made beside the event, and leaves what stands, or stood, in it as it is.
    """
    flag = decision.flag
    is_beside = flag is None or flag.source is FlagSource.CHOICE or not decision.wanted
    return binding.flag_taken and (is_beside or binding.conference is kind)


def was_written(binding: Binding, event: Event, keys: MarkKeys) -> bool:
    """Tell whether our link has stood in the event at least once."""
    if binding.state in (BindingState.LINKED, BindingState.REMOVING):
        return True
    mine = marked_meeting(keys, event.key, event.mark)
    return mine is not None and mine == binding.meeting_id
