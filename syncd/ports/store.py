"""What the engine remembers, and how it commits it.

A transaction is a plain function: it cannot await, so none can stay open across the network.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar

from syncd.core.binding import Binding, Intent, Outcome
from syncd.core.ids import AccountKey, CalendarKey, EventKey, EventRef
from syncd.core.meeting import Host
from syncd.core.secret import Secret
from syncd.ports.rows import (
    AbilityRow,
    AccountRow,
    CalendarRow,
    ChoiceRow,
    EventRow,
    GuardRow,
    Lease,
    OccurrenceRow,
    OrphanRow,
    StoredToken,
)

T = TypeVar("T")


class Calendars(Protocol):
    """The calendars and their leases."""

    def configure(self, keys: Collection[CalendarKey], *, now: datetime) -> None:
        """Make rows for new calendars, due now; disable those no longer named; enable again."""
        ...

    def claim(
        self, holder: str, *, now: datetime, until: datetime, limit: int
    ) -> Sequence[tuple[CalendarRow, Lease]]:
        """Take enabled calendars that are due and free, those due longest first, each with a new epoch."""
        ...

    def take(
        self, key: CalendarKey, holder: str, *, now: datetime, until: datetime
    ) -> Lease | None:
        """Take one enabled calendar, due or not, with a new epoch; None while it is not free."""
        ...

    def hold(self, lease: Lease, *, until: datetime) -> Lease:
        """Prolong the lease in this transaction; LeaseLost when another epoch has begun."""
        ...

    def release(self, lease: Lease, *, due_at: datetime) -> None:
        """Give the lease back and set when the calendar is due again; LeaseLost as in `hold`."""
        ...

    def break_leases(self) -> None:
        """End all leases; only for a process that knows it is alone on this database."""
        ...

    def get(self, key: CalendarKey) -> CalendarRow | None:
        """Read one."""
        ...

    def all(self) -> Sequence[CalendarRow]:
        """Read all, ordered by key."""
        ...

    def save(self, row: CalendarRow) -> None:
        """Write everything of the row but its lease and due time."""
        ...

    def hurry(self, key: CalendarKey, *, due_at: datetime) -> None:
        """Make the calendar due at `due_at` if that is earlier than it was."""
        ...

    def next_due(self) -> datetime | None:
        """When the next enabled calendar is due; None without any."""
        ...


class Events(Protocol):
    """The events that are due or wait."""

    def mark_due(self, ref: EventRef, *, due_at: datetime, starts_at: datetime | None) -> None:
        """Make an event due at `due_at`, or earlier if it already was; keeps its reason."""
        ...

    def due(self, calendar: CalendarKey, *, now: datetime, limit: int) -> Sequence[EventRow]:
        """Read due events: those that start first come first, those without a start last."""
        ...

    def save(self, row: EventRow) -> None:
        """Insert or replace the row."""
        ...

    def get(self, ref: EventRef) -> EventRow | None:
        """Read one."""
        ...

    def forget(self, ref: EventRef) -> None:
        """Delete the row; nothing happens without one."""
        ...

    def waiting(self) -> Sequence[EventRow]:
        """Read all rows with a code, the earliest start first."""
        ...

    def next_due(self, calendar: CalendarKey) -> datetime | None:
        """When the next event of this calendar is due; None without any."""
        ...

    def count_due(self, calendar: CalendarKey, *, now: datetime) -> int:
        """Count the events that are due now: the backlog."""
        ...

    def rouse(self, *, now: datetime) -> None:
        """Make every waiting event due now, with its attempts forgotten (the config changed)."""
        ...


class Bindings(Protocol):
    """Events and their meetings. One binding per event key, one per meeting id."""

    def by_key(self, key: EventKey) -> Binding | None:
        """Read by what the event is."""
        ...

    def by_ref(self, ref: EventRef) -> Binding | None:
        """Read by where the event stands."""
        ...

    def by_meeting(self, meeting_id: int) -> Binding | None:
        """Read by the meeting."""
        ...

    def of_host(self, host: str) -> Sequence[Binding]:
        """Read all whose meetings this address hosts, the earliest start first."""
        ...

    def in_calendar(self, calendar: CalendarKey) -> Sequence[Binding]:
        """Read all of a calendar."""
        ...

    def all(self) -> Sequence[Binding]:
        """Read all, the earliest start first."""
        ...

    def count(self, account: AccountKey) -> tuple[int, int]:
        """Count the account's links that live, and how many of them are to be removed."""
        ...

    def hosted_by(
        self, hosts: Collection[str], *, begin: datetime, end: datetime
    ) -> Sequence[Binding]:
        """Read what is being made, linked or removed at these hosts and touches this time."""
        ...

    def save(self, binding: Binding) -> None:
        """Insert or replace by id. ValueError when another binding has its key or meeting."""
        ...

    def delete(self, binding_id: str) -> None:
        """Forget one, with its closed intents; ValueError while one is open."""
        ...


class Occurrences(Protocol):
    """The occurrences that were changed by themselves, and so are read apart from their series."""

    def note(self, row: OccurrenceRow) -> None:
        """Insert it, or write all but `had_link` over what is known."""
        ...

    def get(self, ref: EventRef) -> OccurrenceRow | None:
        """Read one."""
        ...

    def of_series(self, series: EventRef) -> Sequence[OccurrenceRow]:
        """Read all of a series, those that end first come first."""
        ...

    def ended(self, before: datetime) -> Sequence[OccurrenceRow]:
        """Read all that ended before this time (UTC)."""
        ...

    def forget(self, ref: EventRef) -> None:
        """Delete one; nothing happens without it."""
        ...


class Journal(Protocol):
    """Intents, written before their effect and closed after it."""

    def open(self, intent: Intent) -> None:
        """Write an intent; ValueError when the binding already has an open one."""
        ...

    def open_for(self, binding_id: str) -> Intent | None:
        """Read the open intent of a binding."""
        ...

    def all_open(self) -> Sequence[Intent]:
        """Read every open intent, the oldest first."""
        ...

    def close(self, intent_id: str, outcome: Outcome, *, now: datetime) -> None:
        """Close an open intent; ValueError when it is not open."""
        ...

    def issue_marker(self, marker: str, key: EventKey, *, now: datetime) -> None:
        """Remember for ever that this marker stands for this event; repeating it is harmless."""
        ...

    def links_written(self, binding_id: str, *, since: datetime) -> int:
        """Count the links of a binding that were written since then, for certain."""
        ...

    def marker_key(self, marker: str) -> EventKey | None:
        """Which event a marker stands for, if it was ever issued here."""
        ...


class Tokens(Protocol):
    """Access tokens shared through the database, sealed, one per account."""

    def get(self, account: AccountKey) -> StoredToken | None:
        """Read the newest."""
        ...

    def put(self, account: AccountKey, token: Secret, *, expires_at: datetime) -> StoredToken:
        """Replace it, with the next generation, and end the refresh."""
        ...

    def begin_refresh(
        self, account: AccountKey, *, holder: str, now: datetime, until: datetime
    ) -> bool:
        """Become the only one who refreshes, until `put` or `until`; False when somebody else is."""
        ...

    def end_refresh(self, account: AccountKey, *, holder: str) -> None:
        """Give up a refresh without a new token."""
        ...


class Accounts(Protocol):
    """The health of accounts."""

    def set(self, row: AccountRow) -> None:
        """Insert or replace; `since` is kept while the state stays the same."""
        ...

    def all(self) -> Sequence[AccountRow]:
        """Read all, ordered by key."""
        ...


class Guards(Protocol):
    """Which accounts' removals are stopped, and which a person allowed."""

    def get(self, account: AccountKey) -> GuardRow | None:
        """Read one."""
        ...

    def save(self, row: GuardRow) -> None:
        """Insert or replace."""
        ...

    def all(self) -> Sequence[GuardRow]:
        """Read all, ordered by account."""
        ...


class Hosts(Protocol):
    """What is known of Zoom's users, and how much of a day's budget each has used."""

    def put(self, host: Host, *, checked_at: datetime) -> None:
        """Remember a host."""
        ...

    def get(self, address: str) -> tuple[Host, datetime] | None:
        """Read a host and when it was looked up."""
        ...

    def spend(self, address: str, day: date) -> int:
        """Count one create or update of this UTC day; gives the number used, this one included."""
        ...

    def give_back(self, address: str, day: date) -> None:
        """Take one off again: what was counted had certainly no effect."""
        ...

    def spent(self, day: date) -> dict[str, int]:
        """Creates and updates per host address on this UTC day."""
        ...


class Choices(Protocol):
    """What people chose for single events."""

    def set(self, row: ChoiceRow) -> None:
        """Insert or replace the choice for an event."""
        ...

    def get(self, key: EventKey) -> ChoiceRow | None:
        """Read one."""
        ...

    def in_calendar(self, calendar: CalendarKey) -> Sequence[ChoiceRow]:
        """Read all of a calendar."""
        ...

    def forget(self, key: EventKey) -> None:
        """Delete one; nothing happens without it."""
        ...

    def forget_older(self, before: datetime) -> None:
        """Delete those made before then whose event has no binding."""
        ...


class Abilities(Protocol):
    """What was found out by trying, per account."""

    def get(self, account: AccountKey, name: str) -> AbilityRow | None:
        """Read one."""
        ...

    def put(self, row: AbilityRow) -> None:
        """Insert or replace."""
        ...


class Orphans(Protocol):
    """Meetings with our marker that no event is bound to, as the last sweep of each host found them."""

    def replace(self, host: str, rows: Collection[OrphanRow]) -> None:
        """Put these in the place of all that were known of this host."""
        ...

    def all(self) -> Sequence[OrphanRow]:
        """Read those that no binding names by now, ordered by host and meeting."""
        ...


class Tx(Protocol):
    """One transaction; nothing of it may be kept after it ends."""

    @property
    def calendars(self) -> Calendars: ...  # noqa: D102 - named by its type
    @property
    def events(self) -> Events: ...  # noqa: D102 - named by its type
    @property
    def bindings(self) -> Bindings: ...  # noqa: D102 - named by its type
    @property
    def occurrences(self) -> Occurrences: ...  # noqa: D102 - named by its type
    @property
    def journal(self) -> Journal: ...  # noqa: D102 - named by its type
    @property
    def tokens(self) -> Tokens: ...  # noqa: D102 - named by its type
    @property
    def accounts(self) -> Accounts: ...  # noqa: D102 - named by its type
    @property
    def guards(self) -> Guards: ...  # noqa: D102 - named by its type
    @property
    def hosts(self) -> Hosts: ...  # noqa: D102 - named by its type
    @property
    def choices(self) -> Choices: ...  # noqa: D102 - named by its type
    @property
    def abilities(self) -> Abilities: ...  # noqa: D102 - named by its type
    @property
    def orphans(self) -> Orphans: ...  # noqa: D102 - named by its type


class Store(Protocol):
    """The database."""

    async def run(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in one transaction: committed when it returns, undone when it raises.

        Durable once this returns. Raises StoreError when the database cannot be used.
        """
        ...


class StoreError(Exception):
    """The database cannot be read or written now; the message says why."""
