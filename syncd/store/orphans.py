"""Meetings with our marker that no event is bound to; they are reported, never changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from syncd.ports.rows import OrphanRow
from syncd.store.statements import replace_row
from syncd.store.tables import BINDING, ORPHAN

_c = ORPHAN.c
_BOUND = sa.union(
    sa.select(BINDING.c.meeting_id).where(BINDING.c.meeting_id.is_not(None)),
    # Replaced by another, and still to be deleted by us.
    sa.select(BINDING.c.retired_meeting_id).where(BINDING.c.retired_meeting_id.is_not(None)),
)
_UNBOUND = sa.select(ORPHAN).where(_c.meeting_id.not_in(_BOUND)).order_by(_c.host, _c.meeting_id)
_CLEAR = sa.delete(ORPHAN).where(_c.host == sa.bindparam("swept"))


class SqlOrphans:
    """Implements `syncd.ports.repositories_of_accounts.Orphans`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def replace(self, host: str, rows: Collection[OrphanRow]) -> None:
        """Put these in the place of all that were known of this host."""
        self._connection.execute(_CLEAR, {"swept": host})
        statement = replace_row(ORPHAN, self._connection.dialect.name)
        for row in rows:
            values = {"meeting_id": row.meeting_id, "host": row.host, "found_at": row.found_at}
            self._connection.execute(statement, values)

    def all(self) -> Sequence[OrphanRow]:
        """Read those that no binding names by now, ordered by host and meeting."""
        return [
            OrphanRow(meeting_id=row.meeting_id, host=row.host, found_at=row.found_at)
            for row in self._connection.execute(_UNBOUND)
        ]
