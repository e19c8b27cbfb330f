"""A sealed value by which a wrong key file is noticed at once, not at the first token."""

from __future__ import annotations

import sqlalchemy as sa

from syncd.ports.store import StoreError
from syncd.store.crypto import KeyRing, SealBroken
from syncd.store.statements import replace_row
from syncd.store.tables import SECRET_CHECK

_ID = "keys"
_PLACE = {"table": "secret_check", "row": _ID, "purpose": "check value"}
GET = (
    sa.select(SECRET_CHECK.c.sealed)
    .where(SECRET_CHECK.c.id == _ID)
    # SQLite has one writer and needs none of it; SQLAlchemy leaves it out there.
    .with_for_update(read=True)
)


def check_secret(connection: sa.Connection, ring: KeyRing) -> None:
    """Make sure that this key ring belongs to this database; a new database takes it as its own.

    A value under a former key is sealed anew, so that the former key can go.
    Raises StoreError when the ring cannot open what was sealed here before.
    """
    sealed = sealed_check(connection)
    if sealed is not None:
        _open(sealed, ring)
    if sealed is None or ring.is_stale(sealed):
        values = {"id": _ID, "sealed": ring.seal(b"syncd", **_PLACE)}
        connection.execute(replace_row(SECRET_CHECK, connection.dialect.name), values)


def sealed_check(connection: sa.Connection) -> bytes | None:
    """Read the sealed value, whose key is the one in force; nobody changes it meanwhile."""
    sealed: bytes | None = connection.execute(GET).scalar_one_or_none()
    return sealed


def _open(sealed: bytes, ring: KeyRing) -> None:
    try:
        ring.open(sealed, **_PLACE)
    except SealBroken as error:
        raise StoreError(f"the key file does not belong to this database: {error}") from error
