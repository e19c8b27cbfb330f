"""Whose clock a statement goes by: that of a server that machines share, else the caller's."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from syncd.store.tables import CALENDAR

TIME = CALENDAR.c.due_at.type
"""The type of every time here: aware, in UTC."""

NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=TIME)


def present(dialect: str) -> sa.ColumnElement[datetime]:
    """Give the present: `:now`, or what PostgreSQL's own clock shows."""
    return sa.func.clock_timestamp(type_=TIME) if dialect == "postgresql" else NOW


def moment(dialect: str, name: str) -> sa.ColumnElement[datetime]:
    """Give the time `:name`, as far from the present as it is from `:now`."""
    given: sa.BindParameter[datetime] = sa.bindparam(name, type_=TIME)
    return present(dialect) + (given - NOW) if dialect == "postgresql" else given
