"""The health of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from syncd.ports.rows import AccountRow, AccountState
from syncd.store.keys import account_key, account_text
from syncd.store.statements import Insert, insert_into
from syncd.store.tables import ACCOUNT

_c = ACCOUNT.c
_ALL = sa.select(ACCOUNT)


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
    )
