"""Events that are due or wait."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from syncd.core.ids import CalendarKey, EventRef
from syncd.ports.rows import EventRow
from syncd.store.keys import calendar_key, calendar_text, event_place
from syncd.store.statements import Insert, insert_into, replace_row
from syncd.store.tables import EVENT

_c = EVENT.c
_in_calendar = _c.calendar == sa.bindparam("calendar")
_is_it = sa.and_(_in_calendar, _c.event_id == sa.bindparam("event_id"))
_is_due = _c.due_at <= sa.bindparam("now")
_by_start = (_c.starts_at.asc().nulls_last(), _c.calendar, _c.event_id)

_DUE = (
    sa.select(EVENT)
    .where(_in_calendar, _is_due)
    .order_by(_c.attempts > 0, *_by_start)
    .limit(sa.bindparam("most", type_=sa.Integer))
)
_GET = sa.select(EVENT).where(_is_it)
_FORGET = sa.delete(EVENT).where(_is_it)
_WAITING = sa.select(EVENT).where(_c.code.is_not(None)).order_by(*_by_start)
_IN_CALENDAR = sa.select(EVENT).where(_in_calendar).order_by(*_by_start)
_NEXT_DUE = sa.select(sa.func.min(_c.due_at)).where(_in_calendar)
_COUNT_DUE = sa.select(sa.func.count()).select_from(EVENT).where(_in_calendar, _is_due)
_ROUSE = (
    sa.update(EVENT)
    .where(sa.or_(_c.code.is_not(None), _c.due_at.is_(None), _c.due_at > sa.bindparam("now")))
    .values(due_at=sa.bindparam("now"), attempts=0)
)


@cache
def _mark_due(dialect: str) -> Insert:
    insert = insert_into(EVENT, dialect)
    new = insert.excluded
    is_earlier = sa.or_(_c.due_at.is_(None), _c.due_at > new.due_at)
    return insert.on_conflict_do_update(
        index_elements=["calendar", "event_id"],
        set_={
            "due_at": sa.case((is_earlier, new.due_at), else_=_c.due_at),
            # A hint that knows no start must not forget the one that is known.
            "starts_at": sa.func.coalesce(new.starts_at, _c.starts_at),
        },
    )


class SqlEvents:
    """Implements `syncd.ports.repositories_of_events.Events`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def mark_due(self, ref: EventRef, *, due_at: datetime, starts_at: datetime | None) -> None:
        """Make an event due; a `starts_at` of None keeps the start that is known."""
        row = EventRow(ref=ref, due_at=due_at, starts_at=starts_at)
        self._connection.execute(_mark_due(self._connection.dialect.name), _values(row))

    def due(self, calendar: CalendarKey, *, now: datetime, limit: int) -> Sequence[EventRow]:
        """Read due events: those that failed before come last; of each kind the earliest start first."""
        values = {"calendar": calendar_text(calendar), "now": now, "most": limit}
        return [_event_row(row) for row in self._connection.execute(_DUE, values)]

    def save(self, row: EventRow) -> None:
        """Insert or replace the row."""
        statement = replace_row(EVENT, self._connection.dialect.name)
        self._connection.execute(statement, _values(row))

    def get(self, ref: EventRef) -> EventRow | None:
        """Read one."""
        row = self._connection.execute(_GET, event_place(ref)).one_or_none()
        return None if row is None else _event_row(row)

    def forget(self, ref: EventRef) -> None:
        """Delete the row; nothing happens without one."""
        self._connection.execute(_FORGET, event_place(ref))

    def waiting(self) -> Sequence[EventRow]:
        """Read all rows with a code, the earliest start first."""
        return [_event_row(row) for row in self._connection.execute(_WAITING)]

    def in_calendar(self, calendar: CalendarKey) -> Sequence[EventRow]:
        """Read all rows of a calendar, the earliest start first."""
        values = {"calendar": calendar_text(calendar)}
        return [_event_row(row) for row in self._connection.execute(_IN_CALENDAR, values)]

    def next_due(self, calendar: CalendarKey) -> datetime | None:
        """When the next event of this calendar is due; None without any."""
        values = {"calendar": calendar_text(calendar)}
        found: datetime | None = self._connection.execute(_NEXT_DUE, values).scalar_one()
        return found

    def count_due(self, calendar: CalendarKey, *, now: datetime) -> int:
        """Count the events that are due now."""
        values = {"calendar": calendar_text(calendar), "now": now}
        count: int = self._connection.execute(_COUNT_DUE, values).scalar_one()
        return count

    def rouse(self, *, now: datetime) -> None:
        """Make every event due now that waits for whatever, its attempts forgotten."""
        self._connection.execute(_ROUSE, {"now": now})


def _values(row: EventRow) -> dict[str, Any]:
    return {
        **event_place(row.ref),
        "due_at": row.due_at,
        "starts_at": row.starts_at,
        "attempts": row.attempts,
        "code": row.code,
        "reason": row.reason,
        "remedy": row.remedy,
        "unsettled_since": row.unsettled_since,
        "noted_at": row.noted_at,
    }


def _event_row(row: sa.Row[Any]) -> EventRow:
    return EventRow(
        ref=EventRef(calendar_key(row.calendar), row.event_id),
        due_at=row.due_at,
        starts_at=row.starts_at,
        attempts=row.attempts,
        code=row.code,
        reason=row.reason,
        remedy=row.remedy,
        unsettled_since=row.unsettled_since,
        noted_at=row.noted_at,
    )
