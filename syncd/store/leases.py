"""How leases of calendars are taken and held: by the given time in SQLite, by its own in PostgreSQL.

Machines that share a database on a server need not agree what time it is. There a lease begins and
ends by the server's clock alone, and of the times given only the span between them counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from syncd.core.ids import Provider
from syncd.ports.rows import Queue
from syncd.store.keys import provider_text
from syncd.store.tables import CALENDAR
from syncd.store.times import NOW, moment, present

_c = CALENDAR.c
_PREFIX: sa.BindParameter[str] = sa.bindparam("prefix", type_=sa.String)
_LEAST: sa.BindParameter[int] = sa.bindparam("least_failures", type_=sa.Integer)
_MOST: sa.BindParameter[int] = sa.bindparam("most_failures", type_=sa.Integer)
_EVER = 2**31 - 1
_PROVIDER = sa.case(*((_c.key.startswith(provider_text(each)), str(each)) for each in Provider))
_IS_FAILING = _c.failures > 0
_COUNT = sa.func.count()


@dataclass(frozen=True, slots=True)
class LeaseStatements:
    """The statements; `claim` and `take` give whole rows, `hold` the end of the lease.

    `due` gives a provider, whether its calendars fail, and how many are due; `held` a holder and how many it has.
    """

    due: sa.Executable
    held: sa.Executable
    claim: sa.UpdateBase
    take: sa.UpdateBase
    hold: sa.UpdateBase


@cache
def lease_statements(dialect: str) -> LeaseStatements:
    """Give the statements for `sqlite` or `postgresql`."""
    now, until = present(dialect), moment(dialect, "until")
    is_free = sa.or_(_c.lease_until.is_(None), _c.lease_until <= now)
    taken = {
        "lease_holder": sa.bindparam("holder"),
        "lease_until": until,
        "lease_epoch": _c.lease_epoch + 1,
    }
    is_due = sa.and_(_c.enabled, _c.due_at <= NOW, is_free)
    due = (
        sa.select(_c.key)
        .where(is_due, _c.key.startswith(_PREFIX), _c.failures.between(_LEAST, _MOST))
        .order_by(_c.due_at, _c.key)
        .limit(sa.bindparam("most", type_=sa.Integer))
        # SQLite has one writer and needs none of it; SQLAlchemy leaves it out there.
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    change = sa.update(CALENDAR)
    one = change.where(_c.key == sa.bindparam("calendar"))
    return LeaseStatements(
        due=sa.select(_PROVIDER, _IS_FAILING, _COUNT)
        .where(is_due)
        .group_by(_PROVIDER, _IS_FAILING),
        held=sa.select(_c.lease_holder, _COUNT)
        .where(_c.lease_until > now)
        .group_by(_c.lease_holder),
        claim=change.where(_c.key.in_(sa.select(due.c.key))).values(taken).returning(CALENDAR),
        take=one.where(_c.enabled, is_free).values(taken).returning(CALENDAR),
        hold=one.where(_c.lease_holder == sa.bindparam("holder"))
        .where(_c.lease_epoch == sa.bindparam("epoch"))
        .values(lease_until=until)
        .returning(_c.lease_until),
    )


def of_queue(queue: Queue | None) -> dict[str, Any]:
    """Give what `claim` is to know of the queue; None is all of them."""
    if queue is None:
        return {"prefix": "", "least_failures": 0, "most_failures": _EVER}
    least, most = (1, _EVER) if queue.failing else (0, 0)
    prefix = provider_text(queue.provider)
    return {"prefix": prefix, "least_failures": least, "most_failures": most}
