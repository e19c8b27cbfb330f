"""Occurrences that were changed by themselves, and their series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from syncd.core.ids import EventRef
from syncd.ports.rows import OccurrenceRow
from syncd.store.keys import calendar_key, calendar_text, event_place
from syncd.store.statements import insert_into
from syncd.store.tables import OCCURRENCE

_c = OCCURRENCE.c
_in_calendar = _c.calendar == sa.bindparam("calendar")
_this = (_in_calendar, _c.event_id == sa.bindparam("event_id"))

_OF_SERIES = (
    sa.select(OCCURRENCE)
    .where(_in_calendar, _c.series_id == sa.bindparam("series_id"))
    .order_by(_c.ends_at, _c.event_id)
)
_ONE = sa.select(OCCURRENCE).where(*_this)
_ENDED = (
    sa.select(OCCURRENCE)
    .where(_c.ends_at < sa.bindparam("before"))
    .order_by(_c.ends_at, _c.event_id)
)
_FORGET = sa.delete(OCCURRENCE).where(*_this)


class SqlOccurrences:
    """Implements `syncd.ports.repositories_of_events.Occurrences`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def note(self, row: OccurrenceRow) -> None:
        """Insert it, or write all but `had_link` over what is known."""
        insert = insert_into(OCCURRENCE, self._connection.dialect.name)
        fresh = {name: insert.excluded[name] for name in ("series_id", "ends_at")}
        statement = insert.on_conflict_do_update(
            index_elements=["calendar", "event_id"], set_=fresh
        )
        values = event_place(row.ref) | {
            "series_id": row.series.event_id,
            "ends_at": row.ends_at,
            "had_link": row.had_link,
        }
        self._connection.execute(statement, values)

    def get(self, ref: EventRef) -> OccurrenceRow | None:
        """Read one."""
        row = self._connection.execute(_ONE, event_place(ref)).one_or_none()
        return None if row is None else _occurrence(row)

    def of_series(self, series: EventRef) -> Sequence[OccurrenceRow]:
        """Read all of a series, those that end first come first."""
        values = {"calendar": calendar_text(series.calendar), "series_id": series.event_id}
        return [_occurrence(row) for row in self._connection.execute(_OF_SERIES, values)]

    def ended(self, before: datetime) -> Sequence[OccurrenceRow]:
        """Read all that ended before this time (UTC)."""
        rows = self._connection.execute(_ENDED, {"before": before})
        return [_occurrence(row) for row in rows]

    def forget(self, ref: EventRef) -> None:
        """Delete one; nothing happens without it."""
        self._connection.execute(_FORGET, event_place(ref))


def _occurrence(row: sa.Row[Any]) -> OccurrenceRow:
    calendar = calendar_key(row.calendar)
    return OccurrenceRow(
        ref=EventRef(calendar, row.event_id),
        series=EventRef(calendar, row.series_id),
        ends_at=row.ends_at,
        had_link=row.had_link,
    )
