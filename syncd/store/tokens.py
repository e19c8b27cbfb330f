"""Access tokens, sealed, and who fetches the next one."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from syncd.core.ids import AccountKey
from syncd.core.secret import Secret
from syncd.ports.rows import StoredToken
from syncd.store.keys import account_text
from syncd.store.sealer import Sealer
from syncd.store.statements import insert_into
from syncd.store.tables import TOKEN

_c = TOKEN.c
_PLACE = {"table": "token", "purpose": "access token"}

_GET = sa.select(TOKEN).where(_c.account == sa.bindparam("account"), _c.sealed.is_not(None))
_END = (
    sa.update(TOKEN)
    .where(_c.account == sa.bindparam("of_account"), _c.refresh_holder == sa.bindparam("holder"))
    .values(refresh_holder=None, refresh_until=None)
)
_BREAK = sa.update(TOKEN).values(refresh_holder=None, refresh_until=None)


@cache
def _put(dialect: str) -> sa.Executable:
    insert = insert_into(TOKEN, dialect)
    replacing = insert.on_conflict_do_update(
        index_elements=["account"],
        set_={
            "sealed": insert.excluded.sealed,
            "expires_at": insert.excluded.expires_at,
            "generation": _c.generation + 1,
            "refresh_holder": None,
            "refresh_until": None,
        },
    )
    return replacing.returning(TOKEN)


@cache
def _begin(dialect: str) -> sa.Executable:
    insert = insert_into(TOKEN, dialect)
    taking_over = insert.on_conflict_do_update(
        index_elements=["account"],
        set_={
            "refresh_holder": insert.excluded.refresh_holder,
            "refresh_until": insert.excluded.refresh_until,
        },
        where=sa.or_(
            _c.refresh_until.is_(None),
            _c.refresh_until <= sa.bindparam("now"),
            _c.refresh_until > sa.bindparam("latest"),
            _c.refresh_holder == insert.excluded.refresh_holder,
        ),
    )
    return taking_over.returning(_c.account)


class SqlTokens:
    """Implements `syncd.ports.repositories_of_accounts.Tokens`."""

    def __init__(self, connection: sa.Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def get(self, account: AccountKey) -> StoredToken | None:
        """Read the newest; SealBroken when its key is gone or the row was altered."""
        row = self._connection.execute(_GET, {"account": account_text(account)}).one_or_none()
        return None if row is None else self._token(row)

    def put(self, account: AccountKey, token: Secret, *, expires_at: datetime) -> StoredToken:
        """Replace it, with the next generation, and end the refresh."""
        plain, row = token.reveal().encode("utf-8", "surrogatepass"), account_text(account)
        values = _row(row, generation=1) | {
            "sealed": self._sealer.seal(plain, row=row, **_PLACE),
            "expires_at": expires_at,
        }
        statement = _put(self._connection.dialect.name)
        return self._token(self._connection.execute(statement, values).one())

    def begin_refresh(
        self, account: AccountKey, *, holder: str, now: datetime, until: datetime
    ) -> bool:
        """Become the only one who refreshes; a holder who is already the one prolongs it.

        A refresh that ends far in the future was begun by a clock that was set back since.
        """
        values = _row(account_text(account), generation=0) | {
            "refresh_holder": holder,
            "refresh_until": until,
            "now": now,
            "latest": until + (until - now),
        }
        statement = _begin(self._connection.dialect.name)
        return self._connection.execute(statement, values).one_or_none() is not None

    def end_refresh(self, account: AccountKey, *, holder: str) -> None:
        """Give up a refresh without a new token; nothing happens to the refresh of another."""
        self._connection.execute(_END, {"of_account": account_text(account), "holder": holder})

    def break_refreshes(self) -> None:
        """End all refreshes."""
        self._connection.execute(_BREAK)

    def _token(self, row: sa.Row[Any]) -> StoredToken:
        plain = self._sealer.open(row.sealed, row=row.account, **_PLACE)
        return StoredToken(
            token=Secret(plain.decode("utf-8", "surrogatepass")),
            expires_at=row.expires_at,
            generation=row.generation,
        )


def _row(account: str, *, generation: int) -> dict[str, Any]:
    return {
        "account": account,
        "sealed": None,
        "expires_at": None,
        "generation": generation,
        "refresh_holder": None,
        "refresh_until": None,
    }
