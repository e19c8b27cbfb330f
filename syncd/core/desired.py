"""What should be: an event, its flags and the policy give the meeting it should have, or why none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from syncd.core import fixed_series, linkblock
from syncd.core.conference import ConferenceKind
from syncd.core.event import Event, EventShape, NativeKind
from syncd.core.foreign import carries_teams, foreign_service
from syncd.core.hosts import hosting, is_host_wish, may_host, wished_hosts
from syncd.core.ids import Provider
from syncd.core.meeting import MeetingSpec, Stricter, whole_minutes
from syncd.core.policy import AlternativeHosts, OnEventDeleted, PersonPolicy
from syncd.core.rules import Decision, Flag, FlagSource
from syncd.core.series import Instance, NextTime, times_of
from syncd.core.tags import clean_title

LONGEST = timedelta(hours=24)

# A day in autumn, when clocks go back.
_LONGEST_DAY = timedelta(hours=25)
_MOST_MINUTES = LONGEST // timedelta(minutes=1)
# The code of events that are left alone until somebody asks.
MARKED_BEFORE = "marked_before"

# Zoom's own limit of a topic.
TOPIC_LIMIT = 200

# More than ten people who may start one meeting are of no use to anybody.
_MOST_ALTERNATIVE_HOSTS = 10

_WISHES = frozenset({"wait", "auth", "new"})

_STRICTER = (("wait", Stricter.WAITING_ROOM), ("auth", Stricter.SIGN_IN_ONLY))

_HOMES = {
    ConferenceKind.GOOGLE_MEET: (Provider.GOOGLE, "Google Meet", "Google Calendar"),
    ConferenceKind.TEAMS: (Provider.MICROSOFT, "Microsoft Teams", "Outlook"),
}


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


@dataclass(frozen=True, slots=True)
class Refused:
    """The event asks for a link and may not have one; what is bound already stays as it is.

    `tracked` says whether the person is told; `look_again_at` (UTC) is None when only a change of
    the event can help.
    """

    code: str
    reason: str
    remedy: str = ""
    tracked: bool = True
    look_again_at: datetime | None = None


Desired = Wanted | WantedKind | Unwanted | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that is looked at to decide one event. `now` is UTC."""

    event: Event
    decision: Decision
    person: PersonPolicy
    marker: str
    now: datetime
    bound: bool
    """Whether it has a meeting of ours already."""
    flag_taken: bool = False
    """Whether our own write took its flag out: it stays in force."""
    wishes: tuple[str, ...] = ()
    """What was asked for when its link was written."""
    own_url: str = ""
    """The join link of that meeting."""
    copied: bool = False
    """Whether a link of ours was copied along from another event."""
    flags_seen: tuple[str, ...] = ()
    """The flags that stood in it when its link was last looked after, as `Decision.wanting` gives them."""
    kind: ConferenceKind | None = None
    """What it has of ours already, made by us or by its provider for us."""
    colleagues: frozenset[str] = frozenset()
    """Those of its people who are licensed users of the same Zoom account."""
    host: str = ""
    """Who hosts the meeting it has."""
    next_time: NextTime | None = None
    """When it takes place next; of a series only."""
    marked_before: bool = False
    """Whether it was marked before its calendar was first read, and policy leaves such events alone."""
    instances: tuple[Instance, ...] | None = None
    """When a series takes place in its calendar; None when that was not read."""


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
    for refuse in _CHECKS_OF_ITS_OWN if _has_it(case) else _CHECKS:
        if (refused := refuse(case)) is not None:
            return refused
    if wanted is ConferenceKind.ZOOM:
        return Wanted(_spec(case), _reason(case))
    return WantedKind(wanted, _reason(case))


def wanted_kind(case: Case) -> ConferenceKind | None:
    """Give the conference that is asked for, now or by a flag that our own write took out.

    A flag that was taken came first, and stays before those that stood beside it. A rule gives a
    conference, and changes none that is there.
    """
    flag, wanted = case.decision.flag, case.decision.wanted
    if wanted and flag is not None and flag.source is FlagSource.RULE and case.kind is not None:
        return case.kind
    if case.flag_taken and (flag is None or not wanted or _came_after(case, flag)):
        return case.kind or ConferenceKind.ZOOM
    if flag is None:
        return ConferenceKind.ZOOM if case.copied else None
    return flag.kind if case.decision.wanted else None


def _came_after(case: Case, flag: Flag) -> bool:
    """Tell whether a flag stood beside one that was taken before it, or is a rule's."""
    return flag.source is FlagSource.RULE or str(flag) in case.flags_seen


def _is_automatic(case: Case) -> bool:
    return not (case.decision.by_hand or case.flag_taken)


def _reason(case: Case) -> str:
    if case.decision.wanted:
        return case.decision.reason
    if case.copied:
        return "a link of ours was copied along: the copy gets a meeting of its own"
    return "its flag was taken when the link was written"


def _spec(case: Case) -> MeetingSpec:
    event, wishes = case.event, _wishes(case)
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


def _wishes(case: Case) -> frozenset[str]:
    return case.decision.wishes() | frozenset(case.wishes)


def _not_ours(case: Case) -> Refused | None:
    if case.event.is_organiser:
        return None
    who = case.event.organiser or "somebody else"
    return Refused("not_organiser", f"the event belongs to {who}", tracked=False)


def _unusual(case: Case) -> Refused | None:
    event = case.event
    if event.special is not None:
        return Refused(
            "special_event",
            f"it is no ordinary event but {event.special}",
            "Make an ordinary event for the meeting.",
        )
    if event.locked:
        return Refused(
            "locked",
            "the event is locked or a private copy and cannot be changed",
            "Make an event of your own.",
        )
    if not event.can_write:
        return Refused(
            "read_only",
            "syncd may not write to this calendar",
            "Give its owner write access to the calendar.",
        )
    if event.draft:
        return Refused("draft", "the event is a draft", "Send it; the link comes then.")
    return None


def _length(case: Case) -> Refused | None:
    event = case.event
    if event.all_day and not _may_be_all_day(case):
        return Refused("all_day", "it is an all-day event", "Give it a start and an end time.")
    # Real time, not the clock's: a night in which clocks jump is an hour shorter or longer.
    length = event.end - event.start
    if length < timedelta(0):
        return Refused("ends_before_start", "it ends before it starts", "Correct its times.")
    if length > (_LONGEST_DAY if event.all_day else LONGEST):
        return Refused("too_long", "it is longer than 24 hours", "Make it shorter.")
    return None


def _before(case: Case) -> Refused | None:
    """A link that is due to nobody's doing since syncd came is written only when asked for."""
    times = times_of(case.event, case.next_time)
    if not case.marked_before or times is None or times[1] <= case.now:
        return None
    return Refused(
        MARKED_BEFORE,
        "it was marked before syncd first read its calendar, and policy leaves such events alone",
        "Run `syncd plan --backfill` and `syncd apply`, or change the event.",
    )


def _may_be_all_day(case: Case) -> bool:
    """Tell whether a rule for all-day events speaks for it, be it beside another flag."""
    names = {flag.text for flag in case.decision.flags if flag.source is FlagSource.RULE}
    return any(
        rule.all_day and rule.name in names and rule.provider is not ConferenceKind.NONE
        for rule in case.person.rules
    )


def _when(case: Case) -> Refused | None:
    horizon = case.person.link.horizon
    if case.bound:
        return None
    if case.next_time is not None and case.next_time.unreadable:
        return Refused(
            "recurrence_unreadable",
            f"it cannot be told when the series takes place: {case.next_time.unreadable}",
            "Choose another way for it to repeat.",
        )
    times = times_of(case.event, case.next_time)
    if times is None or times[1] <= case.now:
        return Refused("finished", "the event is over", tracked=False)
    if times[0] - case.now > horizon:
        opens = times[0] - horizon
        return Refused(
            "beyond_horizon",
            f"it is more than {horizon.days} days away; its link comes on {opens:%Y-%m-%d}",
            "Nothing is to be done until then.",
            look_again_at=opens,
        )
    return None


def _elsewhere(case: Case) -> Refused | None:
    wanted = wanted_kind(case)
    if wanted is None or wanted not in _HOMES:
        return None
    provider, name, home = _HOMES[wanted]
    if case.event.ref.calendar.provider is provider:
        return None
    return Refused(
        "conference_elsewhere",
        f"{name} can only be had in {home}",
        "Ask for Zoom, or make the event there.",
    )


def _conferences(case: Case) -> Refused | None:
    if case.bound or _has_it(case):
        return None
    event, wanted = case.event, wanted_kind(case)
    if carries_teams(event):
        return Refused(
            "teams_untouchable",
            "it is a Teams meeting, and writing to its text would break that meeting",
            "Make a new event without Teams.",
            tracked=not _is_automatic(case),
        )
    is_meet = event.native is not None and event.native.kind is NativeKind.GOOGLE_MEET
    is_theirs = is_meet and case.kind is not ConferenceKind.GOOGLE_MEET
    if is_theirs and _is_automatic(case):
        return Refused("has_conference", "it already has a Google Meet", tracked=False)
    if is_theirs and wanted is ConferenceKind.ZOOM and not case.person.link.replace_meet:
        return Refused(
            "meet_kept",
            "it has a Google Meet, which stays (policy.replace_meet)",
            "Take the Meet out of the event; the Zoom link comes then.",
        )
    service = foreign_service(event, without=case.own_url)
    if service is None:
        return None
    return Refused(
        "foreign_link",
        f"it already has a {service} link that syncd did not write",
        "Take that link out if a new one is wanted.",
        tracked=not _is_automatic(case),
    )


def _has_it(case: Case) -> bool:
    """Tell whether the provider's conference that is wanted stands there already."""
    native = case.event.native
    return native is not None and str(native.kind) == wanted_kind(case)


def _room(case: Case) -> Refused | None:
    event, flags = case.event, case.decision.flags
    is_free = any(flag.source is FlagSource.LOCATION_WORD for flag in flags)
    is_zoom = wanted_kind(case) is ConferenceKind.ZOOM
    has_room = not event.location.strip() or linkblock.has_room(event.body)
    if case.bound or is_free or has_room or not is_zoom:
        return None
    return Refused(
        "no_room",
        "neither its location nor its description has room for a link",
        "Shorten the description, or empty the location.",
    )


def _asked(case: Case) -> Refused | None:
    is_zoom = wanted_kind(case) is ConferenceKind.ZOOM
    wishes = _wishes(case) - _WISHES if is_zoom else case.decision.wishes()
    unknown = sorted(w for w in wishes if not (is_zoom and is_host_wish(w)))
    if case.bound or not unknown:
        return None
    return Refused(
        "unknown_wish",
        f"the tag asks for {', '.join(repr(wish) for wish in unknown)}, which syncd does not know",
        "Correct the tag: known wishes, for Zoom, are :wait, :auth, :new and :host=.",
    )


def _host(case: Case) -> Refused | None:
    """A tag may name one host, whom the admin allows."""
    named = wished_hosts(case.decision.wishes())
    if case.bound or not named or wanted_kind(case) is not ConferenceKind.ZOOM:
        return None
    if len(named) > 1:
        return Refused(
            "host_unclear",
            f"its tags ask for several hosts: {', '.join(named)}",
            "Leave one :host= in it.",
        )
    if may_host(case.person, named[0], pool=case.decision.pool(case.person)):
        return None
    return Refused(
        "host_not_allowed",
        f"its tag asks for the host {named[0]}, whom {case.person.email} may not choose",
        "Take :host= out of it, or allow that host: hosts_allowed under people:.",
    )


_CHECKS: tuple[Callable[[Case], Refused | None], ...] = (
    _not_ours,
    _unusual,
    _length,
    _before,
    _when,
    _elsewhere,
    _conferences,
    _room,
    _asked,
    _host,
)

# What stands already by its provider, and needs no more.
_CHECKS_OF_ITS_OWN: tuple[Callable[[Case], Refused | None], ...] = (_not_ours, _unusual)
