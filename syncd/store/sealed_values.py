"""Values of the database's own, each sealed in a row by its name."""

from __future__ import annotations

import sqlalchemy as sa

from syncd.store.connection_tables import SEALED_VALUE
from syncd.store.sealer import Sealer
from syncd.store.statements import insert_into, replace_row

_c = SEALED_VALUE.c
_PLACE = {"table": "sealed_value", "purpose": "value"}
# SQLite has one writer and needs no lock on the row; SQLAlchemy leaves it out there.
GET = sa.select(_c.sealed).where(_c.name == sa.bindparam("name")).with_for_update()


def kept(connection: sa.Connection, sealer: Sealer, name: str) -> bytes | None:
    """Read a value, which nobody else changes until this transaction ends; None without one."""
    sealed = connection.execute(GET, {"name": name}).scalar_one_or_none()
    return None if sealed is None else sealer.open(sealed, row=name, **_PLACE)


def kept_or_made(connection: sa.Connection, sealer: Sealer, name: str, first: bytes) -> bytes:
    """Read a value as `kept` does; the first one who asks puts `first` there."""
    found = kept(connection, sealer, name)
    if found is not None:
        return found
    insert = insert_into(SEALED_VALUE, connection.dialect.name).on_conflict_do_nothing()
    connection.execute(insert, _values(sealer, name, first))
    return kept(connection, sealer, name) or first


def keep(connection: sa.Connection, sealer: Sealer, name: str, value: bytes) -> None:
    """Put a value in the place of the former one."""
    statement = replace_row(SEALED_VALUE, connection.dialect.name)
    connection.execute(statement, _values(sealer, name, value))


def _values(sealer: Sealer, name: str, value: bytes) -> dict[str, object]:
    return {"name": name, "sealed": sealer.seal(value, row=name, **_PLACE)}
