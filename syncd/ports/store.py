"""How what the engine remembers is committed.

A transaction is a plain function: it cannot await, so none can stay open across the network.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from syncd.ports.connections import (
    Audit,
    Connections,
    Flows,
    Grants,
    Halt,
    Revocations,
    Sessions,
)
from syncd.ports.replicas import Chores, Replicas
from syncd.ports.repositories_of_accounts import (
    Abilities,
    Accounts,
    Guards,
    Hosts,
    Orphans,
    Tokens,
)
from syncd.ports.repositories_of_events import (
    Bindings,
    Calendars,
    Choices,
    Events,
    Journal,
    Occurrences,
)

T = TypeVar("T")


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
    @property
    def connections(self) -> Connections: ...  # noqa: D102 - named by its type
    @property
    def grants(self) -> Grants: ...  # noqa: D102 - named by its type
    @property
    def revocations(self) -> Revocations: ...  # noqa: D102 - named by its type
    @property
    def flows(self) -> Flows: ...  # noqa: D102 - named by its type
    @property
    def sessions(self) -> Sessions: ...  # noqa: D102 - named by its type
    @property
    def audit(self) -> Audit: ...  # noqa: D102 - named by its type
    @property
    def halt(self) -> Halt: ...  # noqa: D102 - named by its type
    @property
    def replicas(self) -> Replicas: ...  # noqa: D102 - named by its type
    @property
    def chores(self) -> Chores: ...  # noqa: D102 - named by its type


class Store(Protocol):
    """The database."""

    async def run(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in one transaction: committed when it returns, undone when it raises.

        Durable once this returns. Raises StoreError when the database cannot be used.
        """
        ...

    async def settle(self) -> None:
        """Let nothing that was erased stay in the database's files (SQLite: checkpoint the WAL)."""
        ...


class StoreError(Exception):
    """The database cannot be read or written now; the message says why."""
