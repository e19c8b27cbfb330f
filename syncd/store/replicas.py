"""Which daemons work on the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from syncd.ports.replicas import ALIVE, Roll
from syncd.store.connection_tables import REPLICA
from syncd.store.statements import insert_into
from syncd.store.times import moment, present

_c = REPLICA.c
# Long enough to be looked at by whoever wonders where a daemon went.
_FORGOTTEN = timedelta(hours=1)
_LEAVE = sa.delete(REPLICA).where(_c.holder == sa.bindparam("leaving"))


@dataclass(frozen=True, slots=True)
class _Statements:
    forget: sa.Executable
    beat: sa.Executable
    alive: sa.Executable


class SqlReplicas:
    """Implements `syncd.ports.replicas.Replicas`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._statements = _statements(connection.dialect.name)

    def beat(self, holder: str, *, now: datetime) -> Roll:
        """Say that this daemon is there, and call the roll."""
        execute, values = self._connection.execute, {"now": now}
        execute(self._statements.forget, values | {"forgotten": now - _FORGOTTEN})
        mine: dict[str, Any] = values | {"holder": holder}
        time: datetime = execute(self._statements.beat, mine).scalar_one()
        return Roll(self.alive(now=now), time)

    def leave(self, holder: str) -> None:
        """Say that it is no longer there."""
        self._connection.execute(_LEAVE, {"leaving": holder})

    def alive(self, *, now: datetime) -> dict[str, datetime]:
        """Tell when each that is alive last said so."""
        values = {"now": now, "alive_since": now - ALIVE}
        rows = self._connection.execute(self._statements.alive, values)
        return {row.holder: row.seen_at for row in rows}


@cache
def _statements(dialect: str) -> _Statements:
    beat = insert_into(REPLICA, dialect).values(
        holder=sa.bindparam("holder"), seen_at=present(dialect)
    )
    again = beat.on_conflict_do_update(
        index_elements=["holder"], set_={"seen_at": beat.excluded.seen_at}
    )
    alive = _c.seen_at > moment(dialect, "alive_since")
    return _Statements(
        forget=sa.delete(REPLICA).where(_c.seen_at < moment(dialect, "forgotten")),
        beat=again.returning(_c.seen_at),
        alive=sa.select(REPLICA).where(alive),
    )
