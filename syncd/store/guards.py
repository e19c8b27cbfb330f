"""Which accounts' removals are stopped, and which a person allowed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from syncd.core.ids import AccountKey
from syncd.ports.rows import GuardRow
from syncd.store.keys import account_key, account_text
from syncd.store.statements import replace_row
from syncd.store.tables import GUARD

_ALL = sa.select(GUARD)
_ONE = _ALL.where(GUARD.c.account == sa.bindparam("account"))


class SqlGuards:
    """Implements `syncd.ports.repositories_of_accounts.Guards`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, account: AccountKey) -> GuardRow | None:
        """Read one."""
        row = self._connection.execute(_ONE, {"account": account_text(account)}).one_or_none()
        return None if row is None else _guard(row)

    def save(self, row: GuardRow) -> None:
        """Insert or replace."""
        values = {
            "account": account_text(row.account),
            "stopped_at": row.stopped_at,
            "reason": row.reason,
            "allowed_until": row.allowed_until,
        }
        self._connection.execute(replace_row(GUARD, self._connection.dialect.name), values)

    def all(self) -> Sequence[GuardRow]:
        """Read all, ordered by account."""
        rows = (_guard(row) for row in self._connection.execute(_ALL))
        return sorted(rows, key=lambda row: row.account)


def _guard(row: sa.Row[Any]) -> GuardRow:
    return GuardRow(
        account=account_key(row.account),
        stopped_at=row.stopped_at,
        reason=row.reason,
        allowed_until=row.allowed_until,
    )
