"""Which columns are sealed under the key ring, with which of its keys, and how to seal them anew.

Half sealed anew, all of it opens, and the rest is done by beginning again (K27).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from syncd.store.account_keys import account_ring, new_account_key
from syncd.store.connection_tables import (
    CONNECTION,
    CONNECTION_GRANT,
    FLOW,
    REVOCATION,
    SEALED_VALUE,
)
from syncd.store.crypto import ID_LENGTH, KeyRing
from syncd.store.sealer import Sealer
from syncd.store.tables import SECRET_CHECK, TOKEN


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A column under the key ring, the column that names its row, and the purpose it is bound to."""

    key: sa.Column[Any]
    sealed: sa.Column[Any]
    purpose: str


COLUMNS = (
    SealedColumn(SECRET_CHECK.c.id, SECRET_CHECK.c.sealed, "check value"),
    SealedColumn(SEALED_VALUE.c.name, SEALED_VALUE.c.sealed, "value"),
    SealedColumn(TOKEN.c.account, TOKEN.c.sealed, "access token"),
    SealedColumn(REVOCATION.c.id, REVOCATION.c.sealed, "grant to be ended"),
    SealedColumn(FLOW.c.state, FLOW.c.sealed, "consent under way"),
)
OF_ACCOUNTS = SealedColumn(CONNECTION.c.account, CONNECTION.c.sealed_key, "account key")
"""What this key seals in turn, the profile and the grant, is sealed anew with it."""

_PROFILE = {"table": "connection", "purpose": "profile"}
_GRANT = {"table": "connection_grant", "purpose": "grant"}


def sealed_with(connection: sa.Connection) -> Mapping[str, int]:
    """Count the sealed values by the id of their key, 8 hexadecimal digits."""
    found: Counter[str] = Counter()
    for column in (*COLUMNS, OF_ACCOUNTS):
        key_id = _key_id(column)
        counted = sa.select(key_id, sa.func.count()).where(column.sealed.is_not(None))
        for name, number in connection.execute(counted.group_by(key_id)):
            found[bytes(name).hex()] += number
    return dict(sorted(found.items()))


def reseal_one(connection: sa.Connection, ring: KeyRing) -> bool:
    """Seal one value with the first key that was sealed with a former one; False when none is left.

    SealBroken when it does not open.
    """
    sealer = Sealer(connection, ring)
    for column in COLUMNS:
        found = _stale(connection, column, ring)
        if found is not None:
            row, sealed = found
            place = {"table": column.key.table.name, "row": row, "purpose": column.purpose}
            values = {column.sealed.name: sealer.seal(sealer.open(sealed, **place), **place)}
            _update(connection, column.key, row, values)
            return True
    found = _stale(connection, OF_ACCOUNTS, ring)
    if found is not None:
        _renew(connection, sealer, *found)
    return found is not None


def _key_id(column: SealedColumn) -> sa.ColumnElement[bytes]:
    return sa.func.substr(column.sealed, 2, ID_LENGTH, type_=sa.LargeBinary())


def _stale(
    connection: sa.Connection, column: SealedColumn, ring: KeyRing
) -> tuple[str, bytes] | None:
    statement = (
        sa.select(column.key, column.sealed)
        .where(column.sealed.is_not(None), _key_id(column) != ring.key_id)
        .limit(1)
        .with_for_update()
    )
    found = connection.execute(statement).one_or_none()
    return None if found is None else (found[0], found[1])


def _renew(connection: sa.Connection, sealer: Sealer, account: str, sealed_key: bytes) -> None:
    """Give an account a new key: whoever had the former key ring may have had the old one too."""
    former = account_ring(sealer, account, sealed_key)
    ring, renewed = new_account_key(sealer, account)

    def moved(sealed: bytes, place: dict[str, str]) -> bytes:
        return ring.seal(former.open(sealed, row=account, **place), row=account, **place)

    profile = sa.select(CONNECTION.c.profile).where(CONNECTION.c.account == account)
    grant = sa.select(CONNECTION_GRANT.c.sealed).where(CONNECTION_GRANT.c.account == account)
    values = {
        "sealed_key": renewed,
        "profile": moved(connection.execute(profile).scalar_one(), _PROFILE),
    }
    _update(connection, CONNECTION.c.account, account, values)
    sealed = connection.execute(grant).scalar_one_or_none()
    if sealed is not None:
        _update(connection, CONNECTION_GRANT.c.account, account, {"sealed": moved(sealed, _GRANT)})


def _update(
    connection: sa.Connection, key: sa.Column[Any], row: str, values: Mapping[str, Any]
) -> None:
    connection.execute(sa.update(key.table).where(key == row).values(values))
