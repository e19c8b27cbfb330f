"""Statements that SQLite and PostgreSQL spell the same and SQLAlchemy does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

Insert = sqlite.Insert | postgresql.Insert


def insert_into(table: sa.Table, dialect: str) -> Insert:
    """Begin an INSERT that may go on with ON CONFLICT."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def replace_row(table: sa.Table, dialect: str) -> Insert:
    """Insert a whole row, or write all of it over the one with the same primary key."""
    insert = insert_into(table, dialect)
    keys = table.primary_key.columns.keys()
    values = {name: insert.excluded[name] for name in table.c.keys() if name not in keys}  # noqa: SIM118 - iterating gives columns
    return insert.on_conflict_do_update(index_elements=keys, set_=values)


@contextmanager
def refused_as(message: str, connection: sa.Connection) -> Iterator[None]:
    """Turn a violated constraint into ValueError, and leave the transaction as it was before."""
    try:
        with connection.begin_nested():
            yield
    except sa.exc.IntegrityError as error:
        raise ValueError(message) from error
