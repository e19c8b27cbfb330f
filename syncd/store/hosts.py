"""Users of Zoom who host, and their daily budgets; addresses are kept in lower case."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache

import sqlalchemy as sa

from syncd.core.meeting import Host
from syncd.store.statements import insert_into, replace_row
from syncd.store.tables import BUDGET, HOST

_GET = sa.select(HOST).where(HOST.c.address == sa.bindparam("address"))
_FORGET = sa.delete(HOST).where(HOST.c.address == sa.bindparam("host"))
_GIVE_BACK = (
    sa.update(BUDGET)
    .where(BUDGET.c.address == sa.bindparam("host"), BUDGET.c.day == sa.bindparam("on_day"))
    .where(BUDGET.c.used > 0)
    .values(used=BUDGET.c.used - 1)
)
_SPENT = sa.select(BUDGET.c.address, BUDGET.c.used).where(BUDGET.c.day == sa.bindparam("day"))


@cache
def _spend(dialect: str) -> sa.Executable:
    counting = insert_into(BUDGET, dialect).on_conflict_do_update(
        index_elements=["address", "day"], set_={"used": BUDGET.c.used + 1}
    )
    return counting.returning(BUDGET.c.used)


class SqlHosts:
    """Implements `syncd.ports.repositories_of_accounts.Hosts`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def put(self, host: Host, *, checked_at: datetime) -> None:
        """Remember a host."""
        values = {
            "address": host.address.lower(),
            "user_id": host.user_id,
            "is_basic": host.is_basic,
            "checked_at": checked_at,
        }
        self._connection.execute(replace_row(HOST, self._connection.dialect.name), values)

    def get(self, address: str) -> tuple[Host, datetime] | None:
        """Read a host and when it was looked up."""
        row = self._connection.execute(_GET, {"address": address.lower()}).one_or_none()
        return (
            None if row is None else (Host(row.address, row.user_id, row.is_basic), row.checked_at)
        )

    def forget(self, address: str) -> None:
        """Forget who a host is; what was counted of its day stays."""
        self._connection.execute(_FORGET, {"host": address.lower()})

    def spend(self, address: str, day: date) -> int:
        """Count one create or update of this UTC day; gives the number used, this one included."""
        values = {"address": address.lower(), "day": day, "used": 1}
        statement = _spend(self._connection.dialect.name)
        used: int = self._connection.execute(statement, values).scalar_one()
        return used

    def give_back(self, address: str, day: date) -> None:
        """Take one off again; never below none."""
        self._connection.execute(_GIVE_BACK, {"host": address.lower(), "on_day": day})

    def spent(self, day: date) -> dict[str, int]:
        """Creates and updates per host address on this UTC day."""
        rows = self._connection.execute(_SPENT, {"day": day})
        return {row.address: row.used for row in rows}
