"""Calendars and their leases: the rows are the queue; only the newest epoch commits (I6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from syncd.core.ids import CalendarKey, Provider
from syncd.ports.errors import LeaseLost
from syncd.ports.rows import CalendarRow, Lease, Queue
from syncd.store.hints import with_hint
from syncd.store.keys import calendar_key, calendar_text
from syncd.store.leases import lease_statements, of_queue
from syncd.store.tables import CALENDAR

_c = CALENDAR.c
_OURS = (
    sa.update(CALENDAR)
    .where(_c.key == sa.bindparam("calendar"))
    .where(_c.lease_holder == sa.bindparam("holder"))
    .where(_c.lease_epoch == sa.bindparam("epoch"))
)
_RELEASE = _OURS.values(lease_holder=None, lease_until=None, due_at=sa.bindparam("due"))
_BREAK = sa.update(CALENDAR).values(lease_holder=None, lease_until=None)
_INTERRUPT = _BREAK.where(_c.key == sa.bindparam("calendar"))
_HELD_BY = sa.select(CALENDAR).where(_c.lease_holder == sa.bindparam("holder"))
_GET = sa.select(CALENDAR).where(_c.key == sa.bindparam("calendar"))
_ALL = sa.select(CALENDAR)
_KNOWN = sa.select(_c.key, _c.enabled)
_INSERT = sa.insert(CALENDAR)
_SWITCH = (
    sa.update(CALENDAR)
    .where(_c.key == sa.bindparam("calendar"))
    .values(enabled=sa.bindparam("is_enabled"))
)
_SAVE = (
    sa.update(CALENDAR)
    .where(_c.key == sa.bindparam("calendar"))
    .values(
        cursor=sa.bindparam("new_cursor"),
        poll_at=sa.bindparam("new_poll_at"),
        failures=sa.bindparam("new_failures"),
        last_success=sa.bindparam("new_last_success"),
        problem=sa.bindparam("new_problem"),
        enabled=sa.bindparam("is_enabled"),
        first_read=sa.bindparam("new_first_read"),
    )
)
_HURRY = (
    sa.update(CALENDAR)
    .where(_c.key == sa.bindparam("calendar"), _c.due_at > sa.bindparam("due"))
    .values(due_at=sa.bindparam("due"))
)


@cache
def _hurry(dialect: str) -> sa.Executable:
    return with_hint(_HURRY, dialect)


class SqlCalendars:
    """Implements `syncd.ports.repositories_of_events.Calendars`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._leases = lease_statements(connection.dialect.name)

    def configure(self, keys: Collection[CalendarKey], *, now: datetime) -> None:
        """Make rows for new calendars, due now; disable those no longer named; enable again."""
        wanted = {calendar_text(key) for key in keys}
        known = {row.key: row.enabled for row in self._connection.execute(_KNOWN)}
        for key, is_enabled in known.items():
            if is_enabled != (key in wanted):
                self._connection.execute(_SWITCH, {"calendar": key, "is_enabled": not is_enabled})
        if new := sorted(wanted - known.keys()):
            self._connection.execute(_INSERT, [_new_row(key, now) for key in new])

    def claim(
        self, holder: str, *, now: datetime, until: datetime, limit: int, queue: Queue | None = None
    ) -> Sequence[tuple[CalendarRow, Lease]]:
        """Take enabled calendars that are due and free, in one statement."""
        values = {"holder": holder, "now": now, "until": until, "most": limit}
        rows = self._connection.execute(self._leases.claim, values | of_queue(queue)).all()
        # RETURNING promises no order.
        rows = sorted(rows, key=lambda row: (row.due_at, row.key))
        return [(_calendar_row(row), _lease(row)) for row in rows]

    def take(
        self, key: CalendarKey, holder: str, *, now: datetime, until: datetime
    ) -> Lease | None:
        """Take one enabled calendar, due or not; None while it is not free."""
        values = {"calendar": calendar_text(key), "holder": holder, "now": now, "until": until}
        row = self._connection.execute(self._leases.take, values).one_or_none()
        return None if row is None else _lease(row)

    def hold(self, lease: Lease, *, now: datetime, until: datetime) -> Lease:
        """Prolong the lease; LeaseLost when it was given back, broken or taken over."""
        values = _mine(lease) | {"now": now, "until": until}
        held = self._connection.execute(self._leases.hold, values).scalar_one_or_none()
        if held is None:
            raise _lost(lease)
        return replace(lease, until=held)

    def release(self, lease: Lease, *, due_at: datetime) -> None:
        """Give the lease back; LeaseLost as in `hold`."""
        if self._connection.execute(_RELEASE, _mine(lease) | {"due": due_at}).rowcount != 1:
            raise _lost(lease)

    def held_by(self, holder: str) -> Sequence[Lease]:
        """Give the leases that stand in this name, ended ones too, ordered by calendar."""
        rows = self._connection.execute(_HELD_BY, {"holder": holder})
        return sorted((_lease(row) for row in rows), key=lambda lease: lease.calendar)

    def interrupt(self, keys: Collection[CalendarKey]) -> None:
        """End the leases of these calendars, as `break_leases` does for all."""
        for key in sorted(keys):
            self._connection.execute(_INTERRUPT, {"calendar": calendar_text(key)})

    def break_leases(self) -> None:
        """End all leases; their epochs stay, and no former holder can commit."""
        self._connection.execute(_BREAK)

    def get(self, key: CalendarKey) -> CalendarRow | None:
        """Read one."""
        row = self._connection.execute(_GET, {"calendar": calendar_text(key)}).one_or_none()
        return None if row is None else _calendar_row(row)

    def all(self) -> Sequence[CalendarRow]:
        """Read all, ordered by key."""
        rows = (_calendar_row(row) for row in self._connection.execute(_ALL))
        return sorted(rows, key=lambda row: row.key)

    def save(self, row: CalendarRow) -> None:
        """Write everything but lease and due time; ValueError for one never configured."""
        values = {
            "calendar": calendar_text(row.key),
            "new_cursor": row.cursor,
            "new_poll_at": row.poll_at,
            "new_failures": row.failures,
            "new_last_success": row.last_success,
            "new_problem": row.problem,
            "is_enabled": row.enabled,
            "new_first_read": row.first_read,
        }
        if self._connection.execute(_SAVE, values).rowcount != 1:
            raise ValueError(f"{row.key} was never configured")

    def hurry(self, key: CalendarKey, *, due_at: datetime) -> None:
        """Make the calendar due at `due_at` if that is earlier than it was; other daemons get a hint."""
        values = {"calendar": calendar_text(key), "due": due_at}
        self._connection.execute(_hurry(self._connection.dialect.name), values)

    def count_due(self, *, now: datetime) -> Mapping[Queue, int]:
        """Tell how many calendars of each queue could be claimed now; of a queue without any, nothing."""
        rows = self._connection.execute(self._leases.due, {"now": now})
        return {Queue(Provider(name), bool(failing)): number for name, failing, number in rows}

    def count_held(self, *, now: datetime) -> Mapping[str, int]:
        """Tell how many leases each holder has that have not ended; of one without any, nothing."""
        return dict(self._connection.execute(self._leases.held, {"now": now}).all())


def _mine(lease: Lease) -> dict[str, Any]:
    key = calendar_text(lease.calendar)
    return {"calendar": key, "holder": lease.holder, "epoch": lease.epoch}


def _lost(lease: Lease) -> LeaseLost:
    return LeaseLost(f"{lease.holder} no longer has {lease.calendar}")


def _new_row(key: str, now: datetime) -> dict[str, Any]:
    return {
        "key": key,
        "cursor": None,
        "due_at": now,
        "poll_at": now,
        "lease_holder": None,
        "lease_until": None,
        "lease_epoch": 0,
        "failures": 0,
        "last_success": None,
        "problem": None,
        "enabled": True,
        "first_read": None,
    }


def _calendar_row(row: sa.Row[Any]) -> CalendarRow:
    return CalendarRow(
        key=calendar_key(row.key),
        cursor=row.cursor,
        poll_at=row.poll_at,
        failures=row.failures,
        last_success=row.last_success,
        problem=row.problem,
        enabled=row.enabled,
        first_read=row.first_read,
    )


def _lease(row: sa.Row[Any]) -> Lease:
    return Lease(calendar_key(row.key), row.lease_holder, row.lease_epoch, row.lease_until)
