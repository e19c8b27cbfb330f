"""A transaction on PostgreSQL: run again while it met another one, never after a commit in doubt."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import exc

from syncd.ports.store import StoreError

T = TypeVar("T")

# Serialisation failure, deadlock (postgresql.org/docs/current/mvcc-serialization-failure-handling.html).
_MET_ANOTHER = frozenset({"40001", "40P01"})
# A row that was there already may be one that the other transaction made in this very moment.
_IS_THERE = "23505"
_TIMES = 60
_TIMES_THERE = 2
_TIMES_CUT = 2
_LONGEST_PAUSE = 0.05
# Held to the end of a transaction; it keeps out nobody but those that take it too. A lock of a table is
# taken before the transaction sees anything: what those before it in the line wrote is no conflict.
_STAND_IN_LINE = "LOCK TABLE secret_check IN SHARE UPDATE EXCLUSIVE MODE"


def transaction(engine: sa.Engine, work: Callable[[sa.Connection], T]) -> T:
    """Run `work` in one serialisable transaction, again from its beginning as often as it must be.

    It is run again when the transaction met another, or lost its connection before its commit: then
    nothing of it was done. When the connection is lost in the commit nobody knows, and StoreError
    says so. `work` may therefore do nothing but read and write by its connection. Those that are run
    again go one after the other: of many that write one row at once, most would be run in vain.
    """
    has_met_another = False
    for times in range(1, _TIMES + 1):
        try:
            return _once(engine, work, in_line=has_met_another)
        except exc.DBAPIError as error:
            if not _may_repeat(error, times):
                raise
            has_met_another |= sqlstate(error.orig) in _MET_ANOTHER
        _pause(times)
    raise StoreError("the database is too busy: a transaction met others again and again")


def _once(engine: sa.Engine, work: Callable[[sa.Connection], T], *, in_line: bool) -> T:
    with engine.connect() as connection:
        begun = connection.begin()
        try:
            if in_line:
                connection.exec_driver_sql(_STAND_IN_LINE)
            result = work(connection)
        except BaseException:
            begun.rollback()
            raise
        try:
            begun.commit()
        except exc.DBAPIError as error:
            if _is_cut(error):
                raise StoreError(
                    "the connection to the database was lost in a commit; whether it was made is "
                    "seen at the next look"
                ) from error
            raise
        return result


def _may_repeat(error: exc.DBAPIError, times: int) -> bool:
    state = sqlstate(error.orig)
    if state in _MET_ANOTHER:
        return True
    if state == _IS_THERE:
        return times <= _TIMES_THERE
    # A connection that was cut while it lay idle is noticed only now.
    return error.connection_invalidated and times <= _TIMES_CUT


def _pause(times: int) -> None:
    """Wait a moment in the database's own thread, not at once for those that always meet."""
    longest = min(_LONGEST_PAUSE, 0.001 * 2 ** min(times, 10))
    threading.Event().wait(longest * random.random())  # noqa: S311 - spreads, protects nothing


def _is_cut(error: exc.DBAPIError) -> bool:
    return error.connection_invalidated or sqlstate(error.orig) is None


def sqlstate(error: BaseException | None) -> str | None:
    """Give PostgreSQL's code of an error, None where the server said nothing."""
    state: str | None = getattr(error, "sqlstate", None)
    return state
