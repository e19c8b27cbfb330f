"""The audit log: rows that are only ever added, and where their chain ends, sealed apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import sqlalchemy as sa

from syncd.core.audit import Head, following
from syncd.ports.connections import AuditEntry, AuditRow
from syncd.store.connection_tables import AUDIT_ENTRY
from syncd.store.forms import read, written
from syncd.store.sealed_values import keep, kept, kept_or_made
from syncd.store.sealer import Sealer

LONGEST = 1000

_c = AUDIT_ENTRY.c
_HEAD = "end of the audit log"
_TEXTS = tuple(field.name for field in fields(AuditEntry) if field.name != "at")

_INSERT = sa.insert(AUDIT_ENTRY)
_most: sa.BindParameter[int] = sa.bindparam("most", type_=sa.Integer)
_SINCE = (
    sa.select(AUDIT_ENTRY).where(_c.number > sa.bindparam("after")).order_by(_c.number).limit(_most)
)
_NEWEST = sa.select(AUDIT_ENTRY).order_by(_c.number.desc()).limit(_most)
_text: sa.BindParameter[str] = sa.bindparam("text")
_NAMES = sa.select(_c.number).where(sa.or_(_c.old == _text, _c.new == _text)).limit(1)
_LAST = sa.select(sa.func.max(_c.number))


class SqlAudit:
    """Implements `syncd.ports.connections.Audit`.

    A new row goes on where the sealed end says, not where the last row stands: who deletes rows
    without having the keys leaves a gap for good. The lock on the end keeps writers in a line.
    """

    def __init__(self, connection: sa.Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def add(self, entry: AuditEntry) -> None:
        """Append; texts are cut at LONGEST characters. ValueError for a time without a zone."""
        if entry.at.utcoffset() is None:
            raise ValueError("the time of an audit entry needs a time zone")
        texts: dict[str, Any] = {name: _clean(getattr(entry, name)) for name in _TEXTS}
        clean = replace(entry, **texts)
        end = following(self._head_to_move(), clean)
        values = texts | {"number": end.number, "at": clean.at, "hash": end.hash}
        self._connection.execute(_INSERT, values)
        keep(self._connection, self._sealer, _HEAD, _written(end))

    def since(self, number: int, *, limit: int) -> Sequence[AuditRow]:
        """Read those with a greater number, in order."""
        values = {"after": number, "most": limit}
        return [_row(row) for row in self._connection.execute(_SINCE, values)]

    def newest(self, *, limit: int) -> Sequence[AuditRow]:
        """Read the last ones, the newest first."""
        return [_row(row) for row in self._connection.execute(_NEWEST, {"most": limit})]

    def names(self, text: str, *, what: str | None = None) -> bool:
        """Tell whether this stands as `old` or `new` in any entry, whole; or in any of this kind."""
        statement = _NAMES if what is None else _NAMES.where(_c.what == what)
        return self._connection.execute(statement, {"text": text}).first() is not None

    def head(self) -> Head:
        """Tell where the chain ends; SealBroken when that was altered."""
        plain = kept(self._connection, self._sealer, _HEAD)
        return Head() if plain is None else Head(**read(plain))

    def _head_to_move(self) -> Head:
        # Where somebody took the end away, the log goes on behind what is there, with a gap.
        found = kept(self._connection, self._sealer, _HEAD)
        if found is None:
            number = self._connection.execute(_LAST).scalar_one_or_none() or 0
            first = _written(Head(number=number))
            found = kept_or_made(self._connection, self._sealer, _HEAD, first)
        return Head(**read(found))


def _written(head: Head) -> bytes:
    return written({"number": head.number, "hash": head.hash})


def _clean(text: str) -> str:
    """Leave out what a database cannot take: half of a character, and NUL."""
    whole = text[:LONGEST].encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\0", "?")


def _row(row: sa.Row[Any]) -> AuditRow:
    texts = {name: getattr(row, name) for name in _TEXTS}
    return AuditRow(number=row.number, entry=AuditEntry(at=row.at, **texts), hash=row.hash)
