"""The health of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from syncd.core.ids import AccountKey
from syncd.ports.rows import AccountRow, AccountState
from syncd.store.keys import account_key, account_text
from syncd.store.statements import Insert, insert_into
from syncd.store.tables import ACCOUNT

_c = ACCOUNT.c
_ALL = sa.select(ACCOUNT)
_NOTE = (
    sa.update(ACCOUNT)
    .where(_c.key == sa.bindparam("account"))
    .values(told_at=sa.bindparam("at", type_=_c.told_at.type))
)
_TOLD = _NOTE.where(_c.told_at.is_(None))
_UNTOLD = _NOTE.where(_c.told_at.is_not(None))


@cache
def _set(dialect: str) -> Insert:
    insert = insert_into(ACCOUNT, dialect)
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "state": new.state,
            "reason": new.reason,
            "remedy": new.remedy,
            "since": sa.case((_c.state == new.state, _c.since), else_=new.since),
        },
    )


class SqlAccounts:
    """Implements `syncd.ports.repositories_of_accounts.Accounts`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def set(self, row: AccountRow) -> None:
        """Insert or replace; `since` is kept while the state stays the same."""
        values = {
            "key": account_text(row.key),
            "state": row.state.value,
            "reason": row.reason,
            "remedy": row.remedy,
            "since": row.since,
        }
        self._connection.execute(_set(self._connection.dialect.name), values)

    def note_told(self, key: AccountKey, at: datetime | None) -> bool:
        """Note when people were told; False when that was noted already, or nothing was."""
        statement = _TOLD if at is not None else _UNTOLD
        done = self._connection.execute(statement, {"account": account_text(key), "at": at})
        return done.rowcount == 1

    def all(self) -> Sequence[AccountRow]:
        """Read all, ordered by key."""
        rows = (_account_row(row) for row in self._connection.execute(_ALL))
        return sorted(rows, key=lambda row: row.key)


def _account_row(row: sa.Row[Any]) -> AccountRow:
    return AccountRow(
        key=account_key(row.key),
        state=AccountState(row.state),
        reason=row.reason,
        remedy=row.remedy,
        since=row.since,
        told_at=row.told_at,
    )
