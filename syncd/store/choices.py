"""What people chose for single events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from syncd.core.conference import ConferenceKind
from syncd.core.ids import CalendarKey, EventKey, EventRef
from syncd.ports.rows import ChoiceRow
from syncd.store.keys import calendar_key, calendar_text, event_key, event_text
from syncd.store.statements import replace_row
from syncd.store.tables import BINDING, CHOICE

_c = CHOICE.c
_of_event = _c.key == sa.bindparam("of_event")

_ONE = sa.select(CHOICE).where(_of_event)
_IN_CALENDAR = (
    sa.select(CHOICE).where(_c.calendar == sa.bindparam("calendar")).order_by(_c.chosen_at, _c.key)
)
_FORGET = sa.delete(CHOICE).where(_of_event)
_is_bound = sa.exists().where(BINDING.c.key == _c.key)
_FORGET_OLDER = sa.delete(CHOICE).where(_c.chosen_at < sa.bindparam("before"), ~_is_bound)


class SqlChoices:
    """Implements `syncd.ports.repositories_of_events.Choices`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def set(self, row: ChoiceRow) -> None:
        """Insert or replace the choice for an event."""
        values = {
            "key": event_text(row.key),
            "calendar": calendar_text(row.ref.calendar),
            "event_id": row.ref.event_id,
            "kind": row.kind.value,
            "chosen_at": row.chosen_at,
        }
        self._connection.execute(replace_row(CHOICE, self._connection.dialect.name), values)

    def get(self, key: EventKey) -> ChoiceRow | None:
        """Read one."""
        row = self._connection.execute(_ONE, {"of_event": event_text(key)}).one_or_none()
        return None if row is None else _choice(row)

    def in_calendar(self, calendar: CalendarKey) -> Sequence[ChoiceRow]:
        """Read all of a calendar, the oldest choice first."""
        values = {"calendar": calendar_text(calendar)}
        return [_choice(row) for row in self._connection.execute(_IN_CALENDAR, values)]

    def forget(self, key: EventKey) -> None:
        """Delete one; nothing happens without it."""
        self._connection.execute(_FORGET, {"of_event": event_text(key)})

    def forget_older(self, before: datetime) -> None:
        """Delete those made before then whose event has no binding."""
        self._connection.execute(_FORGET_OLDER, {"before": before})


def _choice(row: sa.Row[Any]) -> ChoiceRow:
    return ChoiceRow(
        key=event_key(row.key),
        ref=EventRef(calendar_key(row.calendar), row.event_id),
        kind=ConferenceKind(row.kind),
        chosen_at=row.chosen_at,
    )
