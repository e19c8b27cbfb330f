"""Consents under way: sealed, known by the hash of their state, taken once."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from syncd.core.ids import Provider
from syncd.core.secret import Secret
from syncd.ports.connections import FlowRow
from syncd.ports.oauth import Purpose
from syncd.store.connection_tables import FLOW
from syncd.store.forms import read, written
from syncd.store.sealer import Sealer

_c = FLOW.c
_PLACE = {"table": "flow", "purpose": "consent under way"}

_INSERT = sa.insert(FLOW)
_TAKE = sa.delete(FLOW).where(_c.state == sa.bindparam("known_by")).returning(FLOW)
_FORGET = sa.delete(FLOW).where(_c.expires_at <= sa.bindparam("now"))


class SqlFlows:
    """Implements `syncd.ports.connections.Flows`."""

    def __init__(self, connection: sa.Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def put(self, row: FlowRow) -> None:
        """Insert; ValueError when its state is known already."""
        state = _known_by(row.state.reveal())
        form = {
            "session": row.session,
            "provider": row.provider.value,
            "purpose": row.purpose.value,
            "person": row.person,
            "kept": row.kept.reveal(),
            "after": row.after,
        }
        sealed = self._sealer.seal(written(form), row=state, **_PLACE)
        values = {"state": state, "expires_at": row.expires_at, "sealed": sealed}
        self._connection.execute(_INSERT, values)

    def take(self, state: str, *, now: datetime) -> FlowRow | None:
        """Take it out for good, be it expired; None when there is none, or it has expired."""
        values = {"known_by": _known_by(state)}
        row = self._connection.execute(_TAKE, values).one_or_none()
        return None if row is None or row.expires_at <= now else self._row(row, state)

    def forget(self, *, now: datetime) -> None:
        """Erase those that have expired."""
        self._connection.execute(_FORGET, {"now": now})

    def _row(self, row: sa.Row[Any], state: str) -> FlowRow:
        form = read(self._sealer.open(row.sealed, row=row.state, **_PLACE))
        return FlowRow(
            state=Secret(state),
            session=form["session"],
            provider=Provider(form["provider"]),
            purpose=Purpose(form["purpose"]),
            person=form["person"],
            kept=Secret(form["kept"]),
            after=form["after"],
            expires_at=row.expires_at,
        )


def _known_by(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()
