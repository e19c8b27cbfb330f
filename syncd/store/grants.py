"""The tokens of connected accounts, sealed with each account's key, and who fetches the next ones."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from syncd.core.ids import AccountKey
from syncd.ports.connections import StoredGrant
from syncd.ports.oauth import Grant
from syncd.store.account_keys import account_ring
from syncd.store.connection_tables import CONNECTION, CONNECTION_GRANT
from syncd.store.forms import grant_form, grant_of, read, written
from syncd.store.keys import account_text
from syncd.store.sealer import Sealer
from syncd.store.statements import insert_into

_c = CONNECTION_GRANT.c
_PLACE = {"table": "connection_grant", "purpose": "grant"}

_GET = (
    sa.select(_c.account, _c.sealed, _c.generation, CONNECTION.c.sealed_key)
    .join(CONNECTION, CONNECTION.c.account == _c.account)
    .where(_c.account == sa.bindparam("account"))
)
# Nobody may disconnect the account between the look at its key and the new grant.
_KEY = (
    sa.select(CONNECTION.c.sealed_key)
    .where(CONNECTION.c.account == sa.bindparam("account"))
    .with_for_update(read=True)
)
_of_account = _c.account == sa.bindparam("of_account")
_BEGIN = (
    sa.update(CONNECTION_GRANT)
    .where(_of_account)
    .where(
        sa.or_(
            _c.refresh_until.is_(None),
            _c.refresh_until <= sa.bindparam("now"),
            _c.refresh_until > sa.bindparam("latest"),
        )
    )
    .values(refresh_holder=sa.bindparam("holder"), refresh_until=sa.bindparam("until"))
)
_END = (
    sa.update(CONNECTION_GRANT)
    .where(_of_account, _c.refresh_holder == sa.bindparam("holder"))
    .values(refresh_holder=None, refresh_until=None)
)


@cache
def _put(dialect: str) -> sa.Executable:
    insert = insert_into(CONNECTION_GRANT, dialect)
    replacing = insert.on_conflict_do_update(
        index_elements=["account"],
        set_={
            "sealed": insert.excluded.sealed,
            "generation": _c.generation + 1,
            "refresh_holder": None,
            "refresh_until": None,
        },
    )
    return replacing.returning(_c.generation)


class SqlGrants:
    """Implements `syncd.ports.connections.Grants`."""

    def __init__(self, connection: sa.Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def get(self, account: AccountKey) -> StoredGrant | None:
        """Read the newest; SealBroken when its row was altered."""
        row = self._connection.execute(_GET, {"account": account_text(account)}).one_or_none()
        if row is None:
            return None
        ring = account_ring(self._sealer, row.account, row.sealed_key)
        plain = ring.open(row.sealed, row=row.account, **_PLACE)
        return StoredGrant(grant=grant_of(read(plain)), generation=row.generation)

    def put(self, account: AccountKey, grant: Grant) -> StoredGrant | None:
        """Replace it, with the next generation, and end the refresh; None when not connected."""
        name = account_text(account)
        sealed_key = self._connection.execute(_KEY, {"account": name}).scalar_one_or_none()
        if sealed_key is None:
            return None
        ring = account_ring(self._sealer, name, sealed_key)
        values: dict[str, Any] = {
            "account": name,
            "sealed": ring.seal(written(grant_form(grant)), row=name, **_PLACE),
            "generation": 1,
            "refresh_holder": None,
            "refresh_until": None,
        }
        statement = _put(self._connection.dialect.name)
        generation: int = self._connection.execute(statement, values).scalar_one()
        return StoredGrant(grant=grant, generation=generation)

    def begin_refresh(
        self, account: AccountKey, *, holder: str, now: datetime, until: datetime
    ) -> bool:
        """Become the only one who refreshes; False while anybody does, the same holder too.

        One process may have several parts that use an account, and a refresh token may be good
        for one refresh only. False as well where there is no grant to refresh. A refresh that ends
        far in the future was begun by a clock that was set back since.
        """
        values = {
            "of_account": account_text(account),
            "holder": holder,
            "now": now,
            "until": until,
            "latest": until + (until - now),
        }
        return self._connection.execute(_BEGIN, values).rowcount > 0

    def end_refresh(self, account: AccountKey, *, holder: str) -> None:
        """Give up a refresh without a new grant; nothing happens to the refresh of another."""
        self._connection.execute(_END, {"of_account": account_text(account), "holder": holder})
