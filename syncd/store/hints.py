"""Hints between daemons of one PostgreSQL: something changed that others look at, so they look now.

A hint goes out with the commit of its transaction, and not at all when that is undone (NOTIFY,
postgresql.org/docs/current/sql-notify.html). Nothing rests on it: who misses one sees the change at
its next poll. SQLite has one daemon, and no hints.
"""

from __future__ import annotations

import sqlalchemy as sa

CHANNEL = "syncd"
"""Where hints are sent and heard; each database has its own."""


def with_hint(change: sa.UpdateBase, dialect: str) -> sa.Executable:
    """Have a change hint where it changed a row, in the same statement; for SQLite it stays as it is.

    The server makes one of all hints of a transaction.
    """
    if dialect != "postgresql":
        return change
    changed = change.returning(sa.literal_column("1").label("one")).cte("changed")
    return sa.select(sa.func.pg_notify(CHANNEL, "")).select_from(changed)
