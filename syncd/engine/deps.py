"""What every step of the engine receives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from syncd.core.admission import Admission
from syncd.core.event import Event, EventShape
from syncd.core.ids import AccountKey, CalendarKey, EventRef, Provider
from syncd.core.look import Context
from syncd.core.marks import MarkKeys
from syncd.core.policy import PersonPolicy, RetryPolicy
from syncd.core.series import NextTime
from syncd.engine.tenures import Tenures
from syncd.ports.calendar import CalendarProvider
from syncd.ports.clock import Clock
from syncd.ports.errors import ProviderError
from syncd.ports.meetings import MeetingAccounts, MeetingProvider
from syncd.ports.notify import Notifier
from syncd.ports.oauth import Authorizer
from syncd.ports.recurrence import Recurrences
from syncd.ports.store import Store
from syncd.ports.tokens import GrantKeeper


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long things take and last; `check` holds the rule between them."""

    poll: timedelta = timedelta(seconds=60)
    lease: timedelta = timedelta(seconds=15)
    renew: timedelta = timedelta(seconds=5)
    request: timedelta = timedelta(seconds=10)
    """The longest that one request to a provider may take."""
    grace: timedelta = timedelta(seconds=60)
    """How much later than that a lost create may still show up in Zoom's list."""
    sweep: timedelta = timedelta(hours=6)
    """How often meetings are compared with their events."""
    retry: RetryPolicy = field(default_factory=RetryPolicy)

    def check(self) -> None:
        """Refuse timings under which a holder could act after its lease; ValueError."""
        if self.renew + self.request > self.lease:
            raise ValueError("lease must be at least renew + request")


@dataclass(slots=True)
class Health:
    """Whether anything can be done at all, as the engine last found."""

    database: str | None = None
    """Why the database takes no writes, in a sentence; None while it does."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Looks at one event that contradict what was seen last whether it is there."""

    shown: datetime | None
    """What they contradict, as in `Deps.shown`."""
    since: float
    """On this process's monotonic clock."""
    looks: int
    is_over: bool = False
    """Whether the last look agreed with it again; the next one says whether that was an older one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """The ports and policies of one running engine."""

    store: Store
    calendars: Mapping[Provider, CalendarProvider]
    meetings: MeetingAccounts
    recurrences: Recurrences
    clock: Clock
    keys: MarkKeys
    people: Mapping[str, PersonPolicy]
    """By address, in lower case."""
    watched: frozenset[CalendarKey]
    timing: Timing
    holder: str
    """Who this process is, in leases."""
    authorizers: Mapping[Provider, Authorizer] = field(default_factory=dict)
    """The OAuth of each provider that people connect accounts of their own at."""
    grants: Mapping[Provider, GrantKeeper] = field(default_factory=dict)
    """Their tokens."""
    notifier: Notifier | None = None
    """Whom to tell of accounts in trouble; None where nobody is configured."""
    sightings: dict[str, float] = field(default_factory=dict)
    """When this process first saw each open create intent, on its monotonic clock."""

    unanswered: dict[str, float] = field(default_factory=dict)
    """When this process sent each create whose answer is not certain, by marker, on its monotonic
    clock."""

    missing: dict[int, float] = field(default_factory=dict)
    """When Zoom first did not know a meeting that an event of which nothing is remembered names, on
    this process's monotonic clock."""

    held: dict[tuple[str, datetime], float] = field(default_factory=dict)
    """When this process first met each hold-off, by binding and its begin on the wall clock, on its
    monotonic clock."""

    verify: dict[EventRef, float] = field(default_factory=dict)
    """When the meetings of these events are to be read again, on this process's monotonic clock."""

    shown: dict[EventRef, datetime | None] = field(default_factory=dict)
    """What was seen last of an event whose work is not committed: its `changed_at`, by a listing or a
    look, or None where that found it gone. A look that falls behind it is a stale read."""

    doubted: dict[EventRef, Doubt] = field(default_factory=dict)
    """Where looks contradict `shown`, one finding gone what the other found present."""

    tenures: Tenures = field(default_factory=Tenures)
    """Since when this process has had each calendar, and what it has met there since."""

    strangers: dict[tuple[AccountKey, str], float] = field(default_factory=dict)
    """Who is no user of which Zoom account, and when that was found, on its monotonic clock."""

    by_admin: frozenset[Provider] = frozenset()
    """Where an account of the installation acts for people who have connected none of their own."""

    admission: Admission = field(default_factory=Admission)
    """Who may sign in and connect accounts."""

    daemons: Callable[[], int] = lambda: 1
    """How many daemons share the work at this moment, this one included."""

    health: Health = field(default_factory=Health)

    draining: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the process is to stop: what is in flight ends, nothing new begins."""

    def context(self, calendar: CalendarKey) -> Context:
        """Give what planning an event of this calendar needs, as of now."""
        others = any(key.provider is calendar.provider and key != calendar for key in self.watched)
        return Context(
            person=self.people[calendar.owner],
            keys=self.keys,
            now=self.clock.now(),
            elsewhere=self.timing.poll if others else timedelta(0),
        )

    def taking_in(self) -> Deps:
        """Give the same, with policies under which events marked long before get their link too."""
        people = {
            email: replace(person, link=replace(person.link, backfill=True))
            for email, person in self.people.items()
        }
        return replace(self, people=people)

    def calendar(self, key: CalendarKey) -> CalendarProvider:
        """Give the provider of a calendar."""
        return self.calendars[key.provider]

    def next_time(self, event: Event) -> NextTime | None:
        """Tell when a series takes place next, as of now; None for every other shape."""
        if event.shape is not EventShape.SERIES:
            return None
        try:
            return NextTime(self.recurrences.next_start(event, after=self.clock.now()))
        except ValueError as error:
            return NextTime(None, unreadable=str(error) or "its rule cannot be read")


@contextmanager
def acting_for(deps: Deps, host: str) -> Iterator[MeetingProvider]:
    """Give the Zoom account that acts for a host, and note on every error that the call was its."""
    with on_account(deps.meetings.account(host)):
        yield deps.meetings.of(host)


@contextmanager
def on_account(account: AccountKey) -> Iterator[None]:
    """Note on every provider error whose call it was."""
    try:
        yield
    except ProviderError as error:
        error.account = account
        raise
