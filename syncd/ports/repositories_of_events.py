"""What is remembered of calendars and their events: one repository each, all of one transaction.

Their rows are those of `rows` and the bindings and intents of core; times are UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from syncd.core.binding import Binding, Intent, Outcome
from syncd.core.ids import AccountKey, CalendarKey, EventKey, EventRef
from syncd.ports.rows import CalendarRow, ChoiceRow, EventRow, Lease, OccurrenceRow, Queue


class Calendars(Protocol):
    """The calendars and their leases.

    Where processes on several machines share the database, leases begin and end by its clock: of
    `now` and `until` the span between them counts, and whether a calendar is due goes by `now`.
    """

    def configure(self, keys: Collection[CalendarKey], *, now: datetime) -> None:
        """Make rows for new calendars, due now; disable those no longer named; enable again."""
        ...

    def claim(
        self, holder: str, *, now: datetime, until: datetime, limit: int, queue: Queue | None = None
    ) -> Sequence[tuple[CalendarRow, Lease]]:
        """Take enabled calendars that are due and free, those due longest first, each with a new epoch.

        Of one queue, or of all.
        """
        ...

    def take(
        self, key: CalendarKey, holder: str, *, now: datetime, until: datetime
    ) -> Lease | None:
        """Take one enabled calendar, due or not, with a new epoch; None while it is not free."""
        ...

    def hold(self, lease: Lease, *, now: datetime, until: datetime) -> Lease:
        """Prolong the lease in this transaction; LeaseLost when another epoch has begun."""
        ...

    def release(self, lease: Lease, *, due_at: datetime) -> None:
        """Give the lease back and set when the calendar is due again; LeaseLost as in `hold`."""
        ...

    def held_by(self, holder: str) -> Sequence[Lease]:
        """Give the leases that stand in this name, ended ones too, ordered by calendar."""
        ...

    def interrupt(self, keys: Collection[CalendarKey]) -> None:
        """End the leases of these calendars: whoever works on them commits nothing more."""
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

    def count_due(self, *, now: datetime) -> Mapping[Queue, int]:
        """Tell how many calendars of each queue could be claimed now; of a queue without any, nothing."""
        ...

    def count_held(self, *, now: datetime) -> Mapping[str, int]:
        """Tell how many leases each holder has that have not ended; of one without any, nothing."""
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

    def in_calendar(self, calendar: CalendarKey) -> Sequence[EventRow]:
        """Read all rows of a calendar, due or waiting, the earliest start first."""
        ...

    def next_due(self, calendar: CalendarKey) -> datetime | None:
        """When the next event of this calendar is due; None without any."""
        ...

    def count_due(self, calendar: CalendarKey, *, now: datetime) -> int:
        """Count the events that are due now: the backlog."""
        ...

    def rouse(self, *, now: datetime) -> None:
        """Make every event due now that waits for whatever, with its attempts forgotten.

        For when the configuration changed, or the clock by which they wait.
        """
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
        """Read by the meeting, be it one that is replaced and still to be deleted."""
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
        """Count the account's links that live, and how many of them are to be removed.

        An occurrence that shows the link of its series is one more.
        """
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

    def given_up(self, *, since: datetime) -> Mapping[str, str]:
        """Give the hosts of creates that were given up since then, by the id of their binding."""
        ...

    def marker_key(self, marker: str) -> EventKey | None:
        """Which event a marker stands for, if it was ever issued here."""
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
