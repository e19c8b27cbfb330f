"""What was found out by trying, per account."""

from __future__ import annotations

import sqlalchemy as sa

from syncd.core.ids import AccountKey
from syncd.ports.rows import AbilityRow
from syncd.store.keys import account_key, account_text
from syncd.store.statements import replace_row
from syncd.store.tables import ABILITY

_c = ABILITY.c
_ONE = sa.select(ABILITY).where(
    _c.account == sa.bindparam("account"), _c.name == sa.bindparam("name")
)


class SqlAbilities:
    """Implements `syncd.ports.repositories_of_accounts.Abilities`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, account: AccountKey, name: str) -> AbilityRow | None:
        """Read one."""
        values = {"account": account_text(account), "name": name}
        row = self._connection.execute(_ONE, values).one_or_none()
        if row is None:
            return None
        return AbilityRow(
            account=account_key(row.account), name=row.name, able=row.able, tried_at=row.tried_at
        )

    def put(self, row: AbilityRow) -> None:
        """Insert or replace."""
        values = {
            "account": account_text(row.account),
            "name": row.name,
            "able": row.able,
            "tried_at": row.tried_at,
        }
        self._connection.execute(replace_row(ABILITY, self._connection.dialect.name), values)
