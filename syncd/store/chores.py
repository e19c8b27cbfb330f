"""Work that one daemon does for all: whose turn it is, and when it was last done.

Names are kept as their hashes: some hold addresses, of which nothing may stay once they left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256

import sqlalchemy as sa

from syncd.ports.replicas import Turn
from syncd.store.connection_tables import CHORE
from syncd.store.statements import insert_into
from syncd.store.times import moment, present

_c = CHORE.c
_OURS = (
    sa.update(CHORE)
    .where(_c.name == sa.bindparam("of_name"), _c.holder == sa.bindparam("of_holder"))
    .values(holder=None, until=None)
)
_GIVE_UP = sa.delete(CHORE).where(
    _c.name == sa.bindparam("of_name"),
    _c.holder == sa.bindparam("of_holder"),
    _c.done_at.is_(None),
)
_BREAK = sa.update(CHORE).values(holder=None, until=None)


@dataclass(frozen=True, slots=True)
class _Statements:
    begin: sa.Executable
    is_done: sa.Executable
    done: sa.Executable


class SqlChores:
    """Implements `syncd.ports.replicas.Chores`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._statements = _statements(connection.dialect.name)

    def begin(
        self, name: str, holder: str, *, now: datetime, until: datetime, since: datetime
    ) -> Turn:
        """Take the turn until `until`, unless another has it, or did the chore after `since`."""
        values = {"name": _hash(name), "now": now, "since": since, "holder": holder}
        if self._connection.execute(self._statements.is_done, values).scalar_one_or_none():
            return Turn.DONE
        mine = {"name": _hash(name), "now": now, "until": until, "holder": holder}
        taken = self._connection.execute(self._statements.begin, mine).scalar_one_or_none()
        return Turn.BUSY if taken is None else Turn.OURS

    def done(self, name: str, holder: str, *, now: datetime) -> None:
        """Note that it was done; nothing happens when the turn is no longer ours."""
        values = {"of_name": _hash(name), "of_holder": holder, "now": now}
        self._connection.execute(self._statements.done, values)

    def give_up(self, name: str, holder: str) -> None:
        """Let another try; nothing happens when the turn is no longer ours."""
        values = {"of_name": _hash(name), "of_holder": holder}
        self._connection.execute(_GIVE_UP, values)
        self._connection.execute(_OURS, values)

    def break_turns(self) -> None:
        """End all turns."""
        self._connection.execute(_BREAK)


def _hash(name: str) -> str:
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()


@cache
def _statements(dialect: str) -> _Statements:
    now = present(dialect)
    insert = insert_into(CHORE, dialect).values(
        name=sa.bindparam("name"), holder=sa.bindparam("holder"), until=moment(dialect, "until")
    )
    begin = insert.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": insert.excluded.holder, "until": insert.excluded.until},
        where=sa.or_(_c.until.is_(None), _c.until <= now, _c.holder == insert.excluded.holder),
    )
    # What was done in the future was done by a clock that was set back since.
    lately = sa.and_(_c.done_at > moment(dialect, "since"), _c.done_at <= now)
    is_done = sa.and_(lately, _c.done_by != sa.bindparam("holder"))
    return _Statements(
        begin=begin.returning(_c.name),
        is_done=sa.select(is_done).where(_c.name == sa.bindparam("name")),
        done=_OURS.values(done_at=now, done_by=_c.holder),
    )
