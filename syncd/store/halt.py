"""The one switch that stops all writes."""

from __future__ import annotations

import sqlalchemy as sa

from syncd.ports.connections import HaltRow
from syncd.store.connection_tables import HALT
from syncd.store.statements import replace_row

_ID = "writes"
_GET = sa.select(HALT).where(HALT.c.id == _ID)
_END = sa.delete(HALT).where(HALT.c.id == _ID)


class SqlHalt:
    """Implements `syncd.ports.connections.Halt`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self) -> HaltRow | None:
        """Tell since when and by whom; None when writes go on."""
        row = self._connection.execute(_GET).one_or_none()
        return None if row is None else HaltRow(since=row.since, who=row.who)

    def set(self, row: HaltRow | None) -> None:
        """Stop, or go on."""
        if row is None:
            self._connection.execute(_END)
            return
        values = {"id": _ID, "since": row.since, "who": row.who}
        self._connection.execute(replace_row(HALT, self._connection.dialect.name), values)
