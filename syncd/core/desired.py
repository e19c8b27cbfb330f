"""What should be: an event, its flags and the policy give the meeting it should have, or why none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from syncd.core import fixed_series
from syncd.core.case import Case, wanted_kind, wishes_of
from syncd.core.conference import ConferenceKind
from syncd.core.event import EventShape
from syncd.core.hosts import hosting
from syncd.core.meeting import MeetingSpec, Stricter, whole_minutes
from syncd.core.policy import AlternativeHosts, OnEventDeleted
from syncd.core.refusals import LONGEST, Refused, refusal
from syncd.core.tags import clean_title

_MOST_MINUTES = LONGEST // timedelta(minutes=1)

# Zoom's own limit of a topic.
TOPIC_LIMIT = 200

# More than ten people who may start one meeting are of no use to anybody.
_MOST_ALTERNATIVE_HOSTS = 10

_STRICTER = (("wait", Stricter.WAITING_ROOM), ("auth", Stricter.SIGN_IN_ONLY))


@dataclass(frozen=True, slots=True)
class Wanted:
    """The event should have this meeting."""

    spec: MeetingSpec
    reason: str


@dataclass(frozen=True, slots=True)
class WantedKind:
    """The event should have a conference of its calendar's own provider: a Meet, or Teams."""

    kind: ConferenceKind
    reason: str


@dataclass(frozen=True, slots=True)
class Unwanted:
    """The event should have no meeting of ours; `keep_meeting` leaves the meeting itself alone."""

    code: str
    reason: str
    keep_meeting: bool = False


Desired = Wanted | WantedKind | Unwanted | Refused


def desired(case: Case) -> Desired:
    """Decide what should be. A bound event stays wanted until its flag says otherwise."""
    event, decision = case.event, case.decision
    if event.cancelled:
        keep = case.person.link.on_event_deleted is OnEventDeleted.KEEP
        return Unwanted("cancelled", "the event is cancelled", keep_meeting=keep)
    if decision.refused:
        return Unwanted("said_no", decision.reason)
    wanted = wanted_kind(case)
    if wanted is None:
        return Unwanted("not_flagged", decision.reason)
    if (refused := refusal(case)) is not None:
        return refused
    if wanted is ConferenceKind.ZOOM:
        return Wanted(_spec(case), _reason(case))
    return WantedKind(wanted, _reason(case))


def _reason(case: Case) -> str:
    if case.decision.wanted:
        return case.decision.reason
    if case.copied:
        return "a link of ours was copied along: the copy gets a meeting of its own"
    return "its flag was taken when the link was written"


def _spec(case: Case) -> MeetingSpec:
    event, wishes = case.event, wishes_of(case)
    waiting = case.person.meeting.waiting_room or "wait" in wishes
    flags = {address for _, asked in case.person.flags.asking() for address in asked.addresses}
    people = {a.address for a in event.attendees if not a.is_resource} - {event.organiser} - flags
    spec = MeetingSpec(
        topic=(clean_title(event.title, case.person.flags).strip() or "Meeting")[:TOPIC_LIMIT],
        # A moved or cancelled occurrence is then no concern of the meeting.
        start=None if event.shape is EventShape.SERIES or event.all_day else event.start,
        duration_minutes=min(whole_minutes(event.start, event.end), _MOST_MINUTES),
        zone=event.zone or "UTC",
        invitees=tuple(sorted(people)),
        agenda=case.marker,
        waiting_room=waiting,
        join_before_host=case.person.meeting.join_before_host and not waiting,
        sign_in_only="auth" in wishes,
        stricter=tuple(setting for wish, setting in _STRICTER if wish in wishes),
        alternative_hosts=_alternative_hosts(case),
    )
    style = case.person.meeting.series
    return fixed_series.with_times(spec, event, style, instances=case.instances, now=case.now)


def _alternative_hosts(case: Case) -> tuple[str, ...] | None:
    """Name who may start it in the host's place: the organiser too, where another one hosts."""
    if case.person.meeting.alternative_hosts is AlternativeHosts.OFF:
        return None
    who = hosting(case.person, wishes=case.decision.wishes(), before=case.wishes)
    others = case.colleagues - {case.host, who.host, *who.pool}
    return tuple(sorted(others)[:_MOST_ALTERNATIVE_HOSTS])
