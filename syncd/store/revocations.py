"""Grants that are still to be ended at their provider, sealed until they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from syncd.core.ids import Provider
from syncd.ports.connections import RevocationRow
from syncd.store.connection_tables import REVOCATION
from syncd.store.forms import grant_form, grant_of, read, written
from syncd.store.sealer import Sealer
from syncd.store.statements import replace_row

_c = REVOCATION.c
_PLACE = {"table": "revocation", "purpose": "grant to be ended"}

_ALL = sa.select(REVOCATION).order_by(_c.due_at, _c.id)
_DELETE = sa.delete(REVOCATION).where(_c.id == sa.bindparam("row_id"))


class SqlRevocations:
    """Implements `syncd.ports.connections.Revocations`."""

    def __init__(self, connection: sa.Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def put(self, row: RevocationRow) -> None:
        """Insert or replace."""
        if row.since.utcoffset() is None:
            raise ValueError("the beginning of a revocation needs a time zone")
        form = {
            "provider": row.provider.value,
            "person": row.person,
            "grant": grant_form(row.grant),
            "since": row.since.isoformat(),
            "attempts": row.attempts,
            "subject": row.subject,
        }
        values = {
            "id": row.id,
            "due_at": row.due_at,
            "sealed": self._sealer.seal(written(form), row=row.id, **_PLACE),
        }
        self._connection.execute(replace_row(REVOCATION, self._connection.dialect.name), values)

    def all(self) -> Sequence[RevocationRow]:
        """Read all, ordered by `due_at`; SealBroken when one was altered."""
        return [self._row(row) for row in self._connection.execute(_ALL)]

    def delete(self, row_id: str) -> None:
        """Erase one; nothing happens when it is gone."""
        self._connection.execute(_DELETE, {"row_id": row_id})

    def _row(self, row: sa.Row[Any]) -> RevocationRow:
        form = read(self._sealer.open(row.sealed, row=row.id, **_PLACE))
        return RevocationRow(
            id=row.id,
            provider=Provider(form["provider"]),
            person=form["person"],
            grant=grant_of(form["grant"]),
            since=datetime.fromisoformat(form["since"]),
            due_at=row.due_at,
            attempts=form["attempts"],
            subject=form["subject"],
        )
