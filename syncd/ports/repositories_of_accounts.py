"""What is remembered of accounts and of Zoom's users: one repository each, all of one transaction.

Their rows are those of `rows`; times are UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Protocol

from syncd.core.ids import AccountKey
from syncd.core.meeting import Host
from syncd.core.secret import Secret
from syncd.ports.rows import AbilityRow, AccountRow, GuardRow, OrphanRow, StoredToken


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

    def break_refreshes(self) -> None:
        """End all refreshes; only for a process that knows it is alone on this database.

        Commands may ask for a token beside it all the same: a second one ends the first, whose
        holder asks again.
        """
        ...


class Accounts(Protocol):
    """The health of accounts."""

    def set(self, row: AccountRow) -> None:
        """Insert or replace; `since` is kept while the state stays the same, `told_at` always."""
        ...

    def note_told(self, key: AccountKey, at: datetime | None) -> bool:
        """Note when people were told of its trouble, None when that is over; False if it was noted."""
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

    def forget(self, address: str) -> None:
        """Forget who a host is; what was counted of its day stays."""
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
