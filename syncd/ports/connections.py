"""What is remembered of connected accounts, of sessions, and of who did what.

One repository each, all of one transaction. Times are UTC. Whatever the provider told of a person,
and every token, is sealed with a key of the account's own, which `Connections.erase` destroys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from syncd.core.audit import Head
from syncd.core.ids import AccountKey, Provider
from syncd.core.secret import Secret
from syncd.ports.oauth import Grant, Identity, Purpose


class ConnectionState(StrEnum):
    """Where a connection stands."""

    CONNECTED = "connected"
    LEAVING = "leaving"
    """The person disconnects, and the links are being taken out of the events first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionRow:
    """An account that its owner connected. `account.address` is the *person's* address."""

    account: AccountKey
    identity: Identity
    scopes: frozenset[str]
    calendars: tuple[str, ...]
    """The provider's ids of the calendars that are served, `primary` among them; none for Zoom."""
    state: ConnectionState
    connected_at: datetime
    probed_at: datetime
    """When it was last seen to work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredGrant:
    """The newest grant of an account, shared by every worker; sealed at rest."""

    grant: Grant
    generation: int
    """Grows with every grant; tells whether another worker has refreshed meanwhile."""


class Connections(Protocol):
    """Connected accounts, at most one per provider and person."""

    def get(self, account: AccountKey) -> ConnectionRow | None:
        """Read one."""
        ...

    def all(self) -> Sequence[ConnectionRow]:
        """Read all, ordered by account."""
        ...

    def of_identity(self, provider: Provider, subject: str) -> ConnectionRow | None:
        """Find whose connection a provider's account is; it is known by a keyed hash only."""
        ...

    def save(self, row: ConnectionRow) -> None:
        """Insert or replace; a new one gets a key of its own.

        ValueError when another person has connected the same identity.
        """
        ...

    def erase(self, account: AccountKey) -> bool:
        """Destroy its key, its grant and its row; False when there was none.

        What was erased must be gone from the database's files too once `Store.settle` has run.
        """
        ...

    def version(self) -> int:
        """Give a number that grows whenever accounts come or go, or choose other calendars."""
        ...


class Grants(Protocol):
    """The tokens of connected accounts."""

    def get(self, account: AccountKey) -> StoredGrant | None:
        """Read the newest; None when the account is not connected."""
        ...

    def put(self, account: AccountKey, grant: Grant) -> StoredGrant | None:
        """Replace it, with the next generation, and end the refresh.

        None when the account was disconnected meanwhile: then nothing is kept.
        """
        ...

    def begin_refresh(
        self, account: AccountKey, *, holder: str, now: datetime, until: datetime
    ) -> bool:
        """Become the only one who refreshes, until `put` or `until`.

        False when anybody is, the same holder too, and when there is no grant.
        """
        ...

    def end_refresh(self, account: AccountKey, *, holder: str) -> None:
        """Give up a refresh without a new grant."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationRow:
    """A grant that is still to be ended at its provider; sealed, and erased when done or given up."""

    id: str
    provider: Provider
    person: str
    grant: Grant
    since: datetime
    due_at: datetime
    attempts: int
    subject: str = ""
    """Whose grant it is, where that is known: once they consent anew it may not be ended any more,
    since Google ends all that a person granted to an app, and Zoom has ended it by then."""


class Revocations(Protocol):
    """Grants that could not be ended at once."""

    def put(self, row: RevocationRow) -> None:
        """Insert or replace."""
        ...

    def all(self) -> Sequence[RevocationRow]:
        """Read all, ordered by `due_at`."""
        ...

    def delete(self, row_id: str) -> None:
        """Erase one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowRow:
    """A consent under way; taken once, and only by the session that began it."""

    state: Secret = field(repr=False)
    session: str
    """The id under which the session is stored, empty for the command line."""
    provider: Provider
    purpose: Purpose
    person: str
    """Whom the account is to be connected for; empty when signing in."""
    kept: Secret = field(repr=False)
    after: str
    """The local path the browser goes to afterwards."""
    expires_at: datetime


class Flows(Protocol):
    """Consents under way. A state is known by its hash only."""

    def put(self, row: FlowRow) -> None:
        """Insert."""
        ...

    def take(self, state: str, *, now: datetime) -> FlowRow | None:
        """Take it out for good; None when there is none, or it has expired."""
        ...

    def forget(self, *, now: datetime) -> None:
        """Erase those that have expired."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """A browser. `id` is a hash of what the cookie holds; `person` is empty before sign-in."""

    id: str
    person: str
    provider: Provider | None
    """By which the person signed in."""
    begun_at: datetime
    seen_at: datetime


class Sessions(Protocol):
    """Browsers that are signed in, or on their way to it."""

    def get(self, session_id: str) -> SessionRow | None:
        """Read one."""
        ...

    def save(self, row: SessionRow) -> None:
        """Insert or replace."""
        ...

    def all(self) -> Sequence[SessionRow]:
        """Read all, the newest first."""
        ...

    def end(self, session_id: str) -> None:
        """Erase one."""
        ...

    def end_all(self, *, person: str | None = None) -> int:
        """Erase all, or those of one person; gives their number."""
        ...

    def forget(self, *, seen_before: datetime, begun_before: datetime) -> int:
        """Erase those that nobody used since, or that are too old."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Something that was done, for good. Never holds a title, a text, a token or a link."""

    at: datetime
    who: str
    """A person's address, `admin` for the command line, `syncd` for the engine."""
    what: str
    """A stable word such as `account.connected`, `meeting.created`, `link.written`."""
    about: str
    """Which account, event or session it was."""
    old: str = ""
    new: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """An entry as it is kept: numbered from 1, each with a hash over itself and the one before."""

    number: int
    entry: AuditEntry
    hash: str


class Audit(Protocol):
    """The audit log; rows are only ever added."""

    def add(self, entry: AuditEntry) -> None:
        """Append."""
        ...

    def since(self, number: int, *, limit: int) -> Sequence[AuditRow]:
        """Read those with a greater number, in order."""
        ...

    def newest(self, *, limit: int) -> Sequence[AuditRow]:
        """Read the last ones, the newest first."""
        ...

    def names(self, text: str, *, what: str | None = None) -> bool:
        """Tell whether this stands as `old` or `new` in any entry, whole; or in any of this kind."""
        ...

    def head(self) -> Head:
        """Tell where the chain ends, as `syncd.core.audit.verify` needs it.

        StoreError when what tells it was altered.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HaltRow:
    """All writes are stopped."""

    since: datetime
    who: str


class Halt(Protocol):
    """The one switch that stops all writes to calendars and to Zoom; reading goes on."""

    def get(self) -> HaltRow | None:
        """Tell since when and by whom; None when writes go on."""
        ...

    def set(self, row: HaltRow | None) -> None:
        """Stop, or go on."""
        ...
