"""Intents, written before their effect and closed after it, and the markers ever issued."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from syncd.core.binding import Intent, IntentKind, Outcome
from syncd.core.ids import EventKey
from syncd.store.keys import event_key, event_text
from syncd.store.statements import Insert, insert_into, refused_as
from syncd.store.tables import INTENT, MARKER_ISSUED

_c = INTENT.c
_is_open = _c.closed_at.is_(None)

_INSERT = sa.insert(INTENT)
_OPEN_FOR = sa.select(INTENT).where(_c.binding_id == sa.bindparam("binding"), _is_open)
_ALL_OPEN = sa.select(INTENT).where(_is_open).order_by(_c.opened_at, _c.id)
_CLOSE = (
    sa.update(INTENT)
    .where(_c.id == sa.bindparam("intent"), _is_open)
    .values(outcome=sa.bindparam("ended"), closed_at=sa.bindparam("now"))
)
_LINKS_WRITTEN = (
    sa.select(sa.func.count())
    .select_from(INTENT)
    .where(
        _c.binding_id == sa.bindparam("binding"),
        _c.kind == IntentKind.LINK.value,
        _c.outcome == Outcome.DONE.value,
        _c.closed_at > sa.bindparam("since"),
    )
)
_GIVEN_UP = sa.select(_c.host, _c.binding_id).where(
    _c.outcome == Outcome.GIVEN_UP.value, _c.closed_at > sa.bindparam("since")
)
_MARKER_KEY = sa.select(MARKER_ISSUED.c.event_key).where(
    MARKER_ISSUED.c.marker == sa.bindparam("marker")
)


@cache
def _issue(dialect: str) -> Insert:
    return insert_into(MARKER_ISSUED, dialect).on_conflict_do_nothing()


class SqlJournal:
    """Implements `syncd.ports.repositories_of_events.Journal`."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def open(self, intent: Intent) -> None:
        """Write an intent. ValueError when the binding has an open one, or at the commit is none."""
        with refused_as(f"binding {intent.binding_id} has an open intent", self._connection):
            self._connection.execute(_INSERT, _values(intent))

    def open_for(self, binding_id: str) -> Intent | None:
        """Read the open intent of a binding."""
        row = self._connection.execute(_OPEN_FOR, {"binding": binding_id}).one_or_none()
        return None if row is None else _intent(row)

    def all_open(self) -> Sequence[Intent]:
        """Read every open intent, the oldest first."""
        return [_intent(row) for row in self._connection.execute(_ALL_OPEN)]

    def close(self, intent_id: str, outcome: Outcome, *, now: datetime) -> None:
        """Close an open intent; ValueError when it is not open."""
        values = {"intent": intent_id, "ended": outcome.value, "now": now}
        if self._connection.execute(_CLOSE, values).rowcount != 1:
            raise ValueError(f"intent {intent_id} is not open")

    def issue_marker(self, marker: str, key: EventKey, *, now: datetime) -> None:
        """Remember for ever that this marker stands for this event; repeating it is harmless."""
        values = {"marker": marker, "event_key": event_text(key), "issued_at": now}
        self._connection.execute(_issue(self._connection.dialect.name), values)

    def links_written(self, binding_id: str, *, since: datetime) -> int:
        """Count the links of a binding that were written since then, for certain."""
        values = {"binding": binding_id, "since": since}
        count: int = self._connection.execute(_LINKS_WRITTEN, values).scalar_one()
        return count

    def given_up(self, *, since: datetime) -> Mapping[str, str]:
        """Give the hosts of creates that were given up since then, by the id of their binding."""
        rows = self._connection.execute(_GIVEN_UP, {"since": since})
        return {row.binding_id: row.host for row in rows}

    def marker_key(self, marker: str) -> EventKey | None:
        """Which event a marker stands for, if it was ever issued here."""
        text = self._connection.execute(_MARKER_KEY, {"marker": marker}).scalar_one_or_none()
        return None if text is None else event_key(text)


def _values(intent: Intent) -> dict[str, Any]:
    return {
        "id": intent.id,
        "binding_id": intent.binding_id,
        "kind": intent.kind.value,
        "host": intent.host,
        "marker": intent.marker,
        "meeting_id": intent.meeting_id,
        "opened_at": intent.opened_at,
        "epoch": intent.epoch,
        "outcome": None,
        "closed_at": None,
    }


def _intent(row: sa.Row[Any]) -> Intent:
    return Intent(
        id=row.id,
        binding_id=row.binding_id,
        kind=IntentKind(row.kind),
        host=row.host,
        marker=row.marker,
        meeting_id=row.meeting_id,
        opened_at=row.opened_at,
        epoch=row.epoch,
    )
