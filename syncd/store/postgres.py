"""PostgreSQL as it must be set up: serialisable, durable, and never waited for without an end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from syncd.ports.store import StoreError

BEGINNINGS = ("postgresql://", "postgresql+psycopg://")
"""With which the URL of a database of PostgreSQL begins."""

CONNECTIONS = 4
"""Transactions of one process that run at once."""

# Any number does that no other program locks here.
_UPGRADE_LOCK = 0x73796E6364

# Waits end: a server that is gone, or a process that was frozen inside of a transaction, stops nobody.
_SETTINGS = (
    "SET TIME ZONE 'UTC'",
    "SET idle_in_transaction_session_timeout = '10s'",
    "SET lock_timeout = '10s'",
    "SET statement_timeout = '30s'",
    # A commit that is lost with the power can mean a second meeting.
    "SET synchronous_commit = on",
    # What a serialisable transaction reads by an index is locked in pieces, else as a whole table.
    "SET enable_seqscan = off",
    # By it the price of a scan looks so high that each would be compiled first, for 60 ms.
    "SET jit = off",
)
_CONNECT: dict[str, Any] = {
    "application_name": "syncd",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def is_postgres(url: str) -> bool:
    """Tell whether a URL names a database of PostgreSQL."""
    return url.startswith(BEGINNINGS)


def postgres_engine(url: str, *, password: str | None = None) -> sa.Engine:
    """Make an engine whose transactions are serialisable; nothing connects before the first.

    `password` goes before libpq's own ways of finding one. StoreError for a URL that is none.
    """
    try:
        where = sa.make_url(url).set(drivername="postgresql+psycopg")
    except (sa.exc.ArgumentError, ValueError):
        # Its text would show the whole URL.
        raise StoreError("the URL of the database cannot be read") from None
    if password is not None:
        where = where.set(password=password)
    engine = sa.create_engine(
        where,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=10,
        isolation_level="SERIALIZABLE",
        use_native_hstore=False,
        hide_parameters=True,
        connect_args={name: value for name, value in _CONNECT.items() if name not in where.query},
    )
    sa.event.listen(engine, "connect", _set_up)
    sa.event.listen(engine, "before_cursor_execute", _without_nul, retval=True)
    return engine


def connection_parameters(engine: sa.Engine) -> dict[str, Any]:
    """Give what psycopg needs for a connection beside those of an engine; the password is in it."""
    _, parameters = engine.dialect.create_connect_args(engine.url)
    return _CONNECT | dict(parameters)


def lock_for_upgrade(connection: sa.Connection) -> None:
    """Wait until no other process changes the schema, to the end of this transaction."""
    for limit in ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"):
        connection.exec_driver_sql(f"SET LOCAL {limit} = '10min'")
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))


def database_name(url: str) -> str:
    """Name the database of a URL; neither its host nor its user is told."""
    name = sa.make_url(url).database
    return f"PostgreSQL database {name}" if name else "PostgreSQL database"


def _without_nul(
    _connection: sa.Connection, _cursor: object, statement: str, parameters: Any, *_more: object
) -> tuple[str, Any]:
    """Put a question mark in the place of NUL, which strangers may write and no text may hold."""
    if isinstance(parameters, Mapping):
        return statement, _clean(parameters)
    return statement, [_clean(row) for row in parameters]


def _clean(row: Mapping[str, Any]) -> Mapping[str, Any]:
    if any(isinstance(value, str) and "\0" in value for value in row.values()):
        return {k: v.replace("\0", "?") if isinstance(v, str) else v for k, v in row.items()}
    return row


def _set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.autocommit = True
    cursor = connection.cursor()
    for setting in _SETTINGS:
        cursor.execute(setting)
    cursor.close()
    connection.autocommit = False
