"""When there is something to do again: what a test's clock goes to next."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from syncd.store.store import SqlStore
from syncd.store.tables import CALENDAR

_c = CALENDAR.c
_free_at = sa.case((_c.lease_until > _c.due_at, _c.lease_until), else_=_c.due_at)
_NEXT = sa.select(sa.func.min(_free_at)).where(_c.enabled)


def next_due(store: SqlStore) -> datetime | None:
    """Give when the next enabled calendar can be claimed: due, and free of any lease."""
    with store._database.engine.connect() as connection:
        found: datetime | None = connection.execute(_NEXT).scalar_one()
    return found
