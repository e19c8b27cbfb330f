"""What the store's tables hold, as the engine sees a row of each. Times are aware, in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from syncd.core.conference import ConferenceKind
from syncd.core.ids import AccountKey, CalendarKey, EventKey, EventRef, Provider
from syncd.core.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRow:
    """A calendar's memory; times in UTC. `poll_at` is when changes are to be read next."""

    key: CalendarKey
    cursor: str | None
    poll_at: datetime
    failures: int
    last_success: datetime | None
    problem: str | None
    """Why the last cycle failed, in one sentence; None after a success."""
    enabled: bool
    """False once the calendar is no longer in the config; its bindings wait."""
    first_read: datetime | None = None
    """When it was first read to its end; None until then."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Where due calendars wait: those of a provider that failed last time, or those that did not."""

    provider: Provider
    failing: bool


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to act on one calendar, until `until` or a newer epoch ends it."""

    calendar: CalendarKey
    holder: str
    epoch: int
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """An event that is due or waits. `due_at` None means: until something about it changes."""

    ref: EventRef
    due_at: datetime | None
    starts_at: datetime | None
    attempts: int = 0
    code: str | None = None
    """Why it has no link although it wants one; None when nothing is wrong."""
    reason: str = ""
    remedy: str = ""
    unsettled_since: datetime | None = None
    """When the first of the changes was made that its meeting is yet to follow."""
    noted_at: datetime | None = None
    """When a reason was last written into the event itself; None when none stands there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OccurrenceRow:
    """An occurrence that was changed by itself, in the calendar of its series. `ends_at` is UTC."""

    ref: EventRef
    series: EventRef
    ends_at: datetime
    had_link: bool
    """Our mark already stood in it when it was first seen."""


class AccountState(StrEnum):
    """How an account is."""

    OK = "ok"
    FAILING = "failing"
    NEEDS_RECONNECT = "needs_reconnect"
    NOT_CONNECTED = "not_connected"
    """Its owner disconnected it; nothing is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRow:
    """An account's health, for people."""

    key: AccountKey
    state: AccountState
    reason: str
    remedy: str
    since: datetime
    told_at: datetime | None = None
    """When people were told of its trouble; None when they need not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredToken:
    """An access token shared by every worker; sealed at rest."""

    token: Secret
    expires_at: datetime
    generation: int
    """Grows with every token; tells whether another worker has refreshed meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRow:
    """An account's guard against removals in mass. Times are UTC."""

    account: AccountKey
    stopped_at: datetime | None
    """Since when removals are stopped, None while they are not."""
    reason: str
    allowed_until: datetime | None
    """A person allowed all removals until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRow:
    """What a person chose for one event, on the page or the command line."""

    key: EventKey
    ref: EventRef
    kind: ConferenceKind
    chosen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AbilityRow:
    """What was found out by trying: whether an account's provider takes something."""

    account: AccountKey
    name: str
    able: bool
    tried_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrphanRow:
    """A meeting that carries our marker and that no event is bound to; only ever reported."""

    meeting_id: int
    host: str
    found_at: datetime
