"""One open transaction and its repositories, each made when it is first asked for.

Most transactions use two or three of them; making all would cost more than a statement does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, overload

import sqlalchemy as sa

from syncd.store.abilities import SqlAbilities
from syncd.store.accounts import SqlAccounts
from syncd.store.audit import SqlAudit
from syncd.store.bindings import SqlBindings
from syncd.store.calendars import SqlCalendars
from syncd.store.choices import SqlChoices
from syncd.store.chores import SqlChores
from syncd.store.connections import SqlConnections
from syncd.store.crypto import KeyRing
from syncd.store.events import SqlEvents
from syncd.store.flows import SqlFlows
from syncd.store.grants import SqlGrants
from syncd.store.guards import SqlGuards
from syncd.store.halt import SqlHalt
from syncd.store.hosts import SqlHosts
from syncd.store.journal import SqlJournal
from syncd.store.occurrences import SqlOccurrences
from syncd.store.orphans import SqlOrphans
from syncd.store.replicas import SqlReplicas
from syncd.store.revocations import SqlRevocations
from syncd.store.sealer import Sealer
from syncd.store.sessions import SqlSessions
from syncd.store.tokens import SqlTokens

R = TypeVar("R")


class _Repository(Generic[R]):
    """An attribute of a transaction that is made at the first look, and then is the object's own."""

    def __init__(self, make: Callable[[SqlTx], R]) -> None:
        self._make = make

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, tx: None, owner: type) -> _Repository[R]: ...
    @overload
    def __get__(self, tx: SqlTx, owner: type) -> R: ...
    def __get__(self, tx: SqlTx | None, owner: type) -> R | _Repository[R]:
        if tx is None:
            return self
        made = tx.__dict__[self._name] = self._make(tx)
        return made


def _plain(repository: Callable[[sa.Connection], R]) -> _Repository[R]:
    return _Repository(lambda tx: repository(tx.connection))


def _sealing(repository: Callable[[sa.Connection, Sealer], R]) -> _Repository[R]:
    return _Repository(lambda tx: repository(tx.connection, tx.sealer))


class SqlTx:
    """Implements `syncd.ports.store.Tx` on one open transaction."""

    calendars = _plain(SqlCalendars)
    events = _plain(SqlEvents)
    bindings = _plain(SqlBindings)
    occurrences = _plain(SqlOccurrences)
    journal = _plain(SqlJournal)
    tokens = _sealing(SqlTokens)
    accounts = _plain(SqlAccounts)
    guards = _plain(SqlGuards)
    hosts = _plain(SqlHosts)
    choices = _plain(SqlChoices)
    abilities = _plain(SqlAbilities)
    orphans = _plain(SqlOrphans)
    connections = _sealing(SqlConnections)
    grants = _sealing(SqlGrants)
    revocations = _sealing(SqlRevocations)
    flows = _sealing(SqlFlows)
    sessions = _plain(SqlSessions)
    audit = _sealing(SqlAudit)
    halt = _plain(SqlHalt)
    replicas = _plain(SqlReplicas)
    chores = _plain(SqlChores)

    def __init__(self, connection: sa.Connection, ring: KeyRing) -> None:
        self.connection = connection
        self.sealer = Sealer(connection, ring)
