"""Why an event that asks for a link may not have one: the checks, in the order they are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from syncd.core import linkblock
from syncd.core.actions import Action, Wait
from syncd.core.case import Case, has_native, is_automatic, wanted_kind, wishes_of
from syncd.core.conference import ConferenceKind
from syncd.core.event import NativeKind
from syncd.core.foreign import carries_teams, foreign_service
from syncd.core.hosts import is_host_wish, may_host, wished_hosts
from syncd.core.ids import Provider
from syncd.core.read_only import READ_ONLY, REASON, REMEDY
from syncd.core.rules import FlagSource
from syncd.core.series import times_of

# The code of events that are left alone until somebody asks.
MARKED_BEFORE = "marked_before"

LONGEST = timedelta(hours=24)

# A day in autumn, when clocks go back.
_LONGEST_DAY = timedelta(hours=25)

_WISHES = frozenset({"wait", "auth", "new"})

_APPS = {Provider.GOOGLE: "Google Calendar", Provider.MICROSOFT: "Outlook"}


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


def refusal(case: Case) -> Refused | None:
    """Give the first reason why the event may not have what it asks for; None lets it through.

    What its provider's conference gives already needs no room, host or time: only whose event it
    is, and whether it can be changed, is asked then.
    """
    for refuse in _CHECKS_OF_ITS_OWN if has_native(case) else _CHECKS:
        if (refused := refuse(case)) is not None:
            return refused
    return None


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
        return Refused(READ_ONLY, REASON, REMEDY)
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
    home = wanted.home if wanted is not None else None
    if wanted is None or home is None or case.event.ref.calendar.provider is home:
        return None
    return Refused(
        "conference_elsewhere",
        f"{wanted.label} can only be had in {_APPS[home]}",
        "Ask for Zoom, or make the event there.",
    )


def _conferences(case: Case) -> Refused | None:
    if case.bound or has_native(case):
        return None
    event, wanted = case.event, wanted_kind(case)
    if carries_teams(event):
        return Refused(
            "teams_untouchable",
            "it is a Teams meeting, and writing to its text would break that meeting",
            "Make a new event without Teams.",
            tracked=not is_automatic(case),
        )
    is_meet = event.native is not None and event.native.kind is NativeKind.GOOGLE_MEET
    is_theirs = is_meet and case.kind is not ConferenceKind.GOOGLE_MEET
    if is_theirs and is_automatic(case):
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
        tracked=not is_automatic(case),
    )


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


def unheeded(case: Case) -> Refused | None:
    """Say what an event that has its meeting asks for in vain; the meeting follows it all the same."""
    if (unknown := _unknown_wish(case)) is not None:
        return unknown
    named = [host for host in wished_hosts(case.decision.wishes()) if host != case.host.lower()]
    if not named or wanted_kind(case) is not ConferenceKind.ZOOM:
        return None
    return Refused(
        "host_stays",
        f"its tag asks for the host {named[0]}, and its meeting is {case.host}'s already",
        "Write :new beside it for a fresh meeting of that host.",
    )


def _asked(case: Case) -> Refused | None:
    return None if case.bound else _unknown_wish(case)


def _unknown_wish(case: Case) -> Refused | None:
    is_zoom = wanted_kind(case) is ConferenceKind.ZOOM
    wishes = wishes_of(case) - _WISHES if is_zoom else case.decision.wishes()
    unknown = sorted(w for w in wishes if not (is_zoom and is_host_wish(w)))
    if not unknown:
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


def told(refused: Refused | None) -> tuple[Action, ...]:
    """Tell of something in vain, beside a link that is there all the same."""
    if refused is None:
        return ()
    return (Wait(refused.code, refused.reason, refused.remedy, refused.look_again_at),)
