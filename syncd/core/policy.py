"""The tunables of the rules, as the config gives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from syncd.core.conference import ConferenceKind


class OnEventDeleted(StrEnum):
    """What becomes of the meeting when its event is deleted or cancelled."""

    DELETE = "delete"
    KEEP = "keep"


class SeriesStyle(StrEnum):
    """How a series is made at Zoom."""

    NO_FIXED_TIME = "no_fixed_time"
    FIXED_TIME = "fixed_time"
    """With every occurrence in Zoom's own list, where the rule can be said in Zoom's terms."""


class AlternativeHosts(StrEnum):
    """Who may start a meeting in the host's place."""

    OFF = "off"
    ATTENDEES = "attendees"
    """The attendees who are users of the same Zoom account."""


class BlockStyle(StrEnum):
    """What stands between the lines of our block."""

    SYNCD = "syncd"
    ZOOM_INVITATION = "zoom_invitation"


class OnMeetingDeleted(StrEnum):
    """What becomes of the event when its meeting was deleted at Zoom."""

    RECREATE = "recreate"
    UNLINK = "unlink"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFlags:
    """What asks for one kind of conference; every text is compared without regard to case."""

    words: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagPolicy:
    """What counts as a flag; every text is compared without regard to case.

    The lists at the top ask for Zoom.
    """

    words: tuple[str, ...] = ("zoom", "@zoom", "zoom meeting")
    tags: tuple[str, ...] = ("zoom",)
    no_tags: tuple[str, ...] = ("nozoom", "nolink")
    categories: tuple[str, ...] = ("Zoom",)
    addresses: tuple[str, ...] = ()
    google_meet: KindFlags = KindFlags(words=("google meet", "meet"), tags=("meet",))
    teams: KindFlags = KindFlags(words=("teams", "microsoft teams"), tags=("teams",))
    strip_title_tag: bool = True

    def asking(self) -> tuple[tuple[ConferenceKind, KindFlags], ...]:
        """What asks for each kind of conference."""
        zoom = KindFlags(
            words=self.words, tags=self.tags, categories=self.categories, addresses=self.addresses
        )
        return (
            (ConferenceKind.ZOOM, zoom),
            (ConferenceKind.GOOGLE_MEET, self.google_meet),
            (ConferenceKind.TEAMS, self.teams),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoRule:
    """One automatic rule; what is None or empty matches every event."""

    name: str
    provider: ConferenceKind
    calendars: frozenset[str] = frozenset()
    """As `google:primary`, of the person whose event it is."""
    organisers: frozenset[str] = frozenset()
    attendees_min: int | None = None
    attendees_max: int | None = None
    outside: bool | None = None
    """Whether somebody invited must, or must not, be from outside our domains."""
    title_words: tuple[str, ...] = ()
    title_matches: Callable[[str], bool] | None = None
    """Searches the title; runs in time linear in its length."""
    title_pattern: str = ""
    """What `title_matches` searches for, to be shown."""
    all_day: bool | None = None
    """Whether it must, or must not, be an all-day event; None is for events with times only."""
    pool: tuple[str, ...] = ()
    """Zoom users of whom one hosts; empty for the person's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingPolicy:
    """How meetings are made."""

    waiting_room: bool = False
    join_before_host: bool = True
    phone_numbers: int = 3
    series: SeriesStyle = SeriesStyle.NO_FIXED_TIME
    alternative_hosts: AlternativeHosts = AlternativeHosts.OFF


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPolicy:
    """When links come and go."""

    on_event_deleted: OnEventDeleted = OnEventDeleted.DELETE
    on_meeting_deleted: OnMeetingDeleted = OnMeetingDeleted.RECREATE
    horizon: timedelta = timedelta(days=180)
    hold_off: timedelta = timedelta(seconds=30)
    """Time between the two looks that must agree before a meeting is deleted."""
    replace_meet: bool = True
    debounce: timedelta = timedelta(seconds=5)
    """How long an event must rest before its meeting follows a change of it."""
    backfill: bool = True
    """Whether events that were marked before their calendar was first read get their link."""
    block_style: BlockStyle = BlockStyle.SYNCD
    reason_in_event: bool = False
    """Whether a reason may be written behind the flag word of a Google event."""
    keep: timedelta = timedelta(days=30)
    """How long after its event a binding is remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPolicy:
    """All that applies to the events of one person."""

    email: str
    host: str
    """The Zoom user who hosts: an address."""
    meeting: MeetingPolicy = field(default_factory=MeetingPolicy)
    flags: FlagPolicy = field(default_factory=FlagPolicy)
    link: LinkPolicy = field(default_factory=LinkPolicy)
    rules: tuple[AutoRule, ...] = ()
    """The automatic rules, in order; the first that matches decides."""
    domains: frozenset[str] = frozenset()
    """Our own mail domains, in lower case: who has none of them is from outside."""
    pool: tuple[str, ...] = ()
    """Zoom users of whom one hosts, in place of `host`; empty for none."""
    hosts_allowed: frozenset[str] = frozenset()
    """Other Zoom users whom a `:host=` wish may name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Full-jitter back-off after passing faults."""

    first: timedelta = timedelta(seconds=1)
    most: timedelta = timedelta(minutes=5)
