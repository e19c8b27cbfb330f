"""Browsers that are signed in, or on their way to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from syncd.core.ids import Provider
from syncd.ports.connections import SessionRow
from syncd.store.connection_tables import SESSION
from syncd.store.statements import replace_row

_c = SESSION.c
_is_it = _c.id == sa.bindparam("session_id")

_GET = sa.select(SESSION).where(_is_it)
_ALL = sa.select(SESSION).order_by(_c.begun_at.desc(), _c.id)
_END = sa.delete(SESSION).where(_is_it)
_END_ALL = sa.delete(SESSION)
_END_OF = _END_ALL.where(_c.person == sa.bindparam("whose"))
_FORGET = _END_ALL.where(
    sa.or_(
        _c.seen_at < sa.bindparam("seen_before"),
        _c.begun_at < sa.bindparam("begun_before"),
    )
)


class SqlSessions:
    """Implements `syncd.ports.connections.Sessions`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, session_id: str) -> SessionRow | None:
        """Read one."""
        row = self._connection.execute(_GET, {"session_id": session_id}).one_or_none()
        return None if row is None else _row(row)

    def save(self, row: SessionRow) -> None:
        """Insert or replace."""
        values = {
            "id": row.id,
            "person": row.person,
            "provider": None if row.provider is None else row.provider.value,
            "begun_at": row.begun_at,
            "seen_at": row.seen_at,
        }
        self._connection.execute(replace_row(SESSION, self._connection.dialect.name), values)

    def all(self) -> Sequence[SessionRow]:
        """Read all, the newest first."""
        return [_row(row) for row in self._connection.execute(_ALL)]

    def end(self, session_id: str) -> None:
        """Erase one; nothing happens when it is gone."""
        self._connection.execute(_END, {"session_id": session_id})

    def end_all(self, *, person: str | None = None) -> int:
        """Erase all, or those of one person; gives their number."""
        if person is None:
            return self._connection.execute(_END_ALL).rowcount
        return self._connection.execute(_END_OF, {"whose": person}).rowcount

    def forget(self, *, seen_before: datetime, begun_before: datetime) -> int:
        """Erase those that nobody used since, or that are too old; gives their number."""
        values = {"seen_before": seen_before, "begun_before": begun_before}
        return self._connection.execute(_FORGET, values).rowcount


def _row(row: sa.Row[Any]) -> SessionRow:
    return SessionRow(
        id=row.id,
        person=row.person,
        provider=None if row.provider is None else Provider(row.provider),
        begun_at=row.begun_at,
        seen_at=row.seen_at,
    )
