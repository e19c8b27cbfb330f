"""What the pages show, as plain data. Times are aware; texts are raw and escaped by the templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from syncd.core.conference import ConferenceKind
from syncd.core.ids import Provider
from syncd.ports.connections import AuditRow, HaltRow
from syncd.services.status import LinkLine, Status


class Service(StrEnum):
    """A row of the settings page."""

    GOOGLE_CALENDAR = "google_calendar"
    OUTLOOK = "outlook"
    ZOOM = "zoom"
    GOOGLE_MEET = "google_meet"
    TEAMS = "teams"

    @property
    def provider(self) -> Provider:
        """Give whose consent it needs."""
        return _PROVIDERS[self]

    @property
    def is_calendar(self) -> bool:
        """Tell calendars from conferences."""
        return self in {Service.GOOGLE_CALENDAR, Service.OUTLOOK}


_PROVIDERS = {
    Service.GOOGLE_CALENDAR: Provider.GOOGLE,
    Service.OUTLOOK: Provider.MICROSOFT,
    Service.ZOOM: Provider.ZOOM,
    Service.GOOGLE_MEET: Provider.GOOGLE,
    Service.TEAMS: Provider.MICROSOFT,
}


class CardState(StrEnum):
    """Where a service stands for a person."""

    CONNECTED = "connected"
    NOT_CONNECTED = "not_connected"
    NEEDS_RECONNECT = "needs_reconnect"
    NOT_PERMITTED = "not_permitted"
    BY_ADMIN = "by_admin"
    """Served by the installation's own account; there is nothing to connect."""
    LEAVING = "leaving"
    """Disconnecting; the links are being taken out first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One permission at a provider, and what it is for, as people read it."""

    name: str
    purpose: str
    is_granted: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard:
    """One service of a person."""

    service: Service
    state: CardState
    address: str = ""
    """The provider's own address of the account."""
    granted: tuple[Scope, ...] = ()
    last_sync: datetime | None = None
    reason: str = ""
    remedy: str = ""
    link: str = ""
    """An address that helps; shown only where it is https at a known host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What connecting would ask for."""

    provider: Provider
    is_permitted: bool
    scopes: tuple[Scope, ...] = ()
    is_connected: bool = False
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Who signed in, and where the browser goes."""

    person: str
    provider: Provider
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """An account that was connected, and where the browser goes."""

    provider: Provider
    address: str
    after: str
    missing: tuple[Scope, ...] = ()
    """What was asked for and not granted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parting:
    """What disconnecting would do."""

    address: str
    links: int
    """How many events carry a link that this account made or wrote."""
    upcoming: int
    """How many of them are still to come."""
    revokes: bool
    """Whether the provider lets us end the consent."""
    remove_at_url: str
    """Where the person can remove the consent by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedCalendar:
    """A calendar that the person may write."""

    id: str
    name: str
    zone: str
    is_primary: bool
    is_chosen: bool


class EntryState(StrEnum):
    """How an event of the agenda stands with its conference."""

    LINKED = "linked"
    STARTED = "started"
    WAITING = "waiting"
    """It wants a link and has none; `reason` says why."""
    MISSING = "missing"
    """Its meeting is gone at the provider."""
    FOREIGN = "foreign"
    """It carries a link that is not ours."""
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One line of an event's menu."""

    kind: ConferenceKind
    is_available: bool
    is_chosen: bool = False
    why_not: str = ""
    connect: Provider | None = None
    """Whose account has to be connected first, where that is what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One event of the agenda, as it was just read."""

    ref: str
    """The event as `google:ana@example.com/primary/ID`."""
    calendar: str
    title: str
    start: datetime
    end: datetime
    all_day: bool = False
    zone: str = "UTC"
    organiser: str = ""
    conference: ConferenceKind | None = None
    join_url: str = ""
    state: EntryState = EntryState.NONE
    reason: str = ""
    remedy: str = ""
    choices: tuple[Choice, ...] = ()
    """Empty where nothing can be chosen, as in an invitation from somebody else."""
    is_host: bool = False
    basic_warning: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that keeps a part of the page empty."""

    about: str
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """The events of all calendars of a person, ordered by start."""

    entries: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()
    has_calendar: bool = True
    """Whether any calendar is connected at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WritableCalendar:
    """A calendar that a new event may be put into; `key` as `google:ana@example.com/primary`."""

    key: str
    name: str
    kinds: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEventForm:
    """A new event. `start` and `end` are wall-clock times of `zone`, without a zone of their own."""

    calendar: str
    title: str
    start: datetime
    end: datetime
    zone: str
    guests: tuple[str, ...]
    description: str
    kind: ConferenceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the admin sees."""

    status: Status
    links: tuple[LinkLine, ...]
    halt: HaltRow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """A part of the audit log, the newest first."""

    rows: tuple[AuditRow, ...]
    broken_at: int | None = None
    """The number of the first row whose hash is wrong; None when the chain holds."""
