"""What a daemon that is dead left in its database, read without touching it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

_OF_SQLITE = "sqlite:///"
_IS_OPEN = "closed_at IS NULL"
_TELLING = {
    "event": "*",
    "binding": "*",
    "intent": "*",
    "calendar": "key, due_at, poll_at, lease_holder, lease_until, failures, problem",
    "token": "account, expires_at, generation, refresh_holder, refresh_until",
    "account": "*",
    "guard": "*",
    "budget": "*",
    "chore": "*",
}


@dataclass(frozen=True, kw_only=True)
class OpenIntent:
    """An effect whose outcome is not known."""

    kind: str
    marker: str
    meeting_id: int | None
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The rows that tell of meetings."""

    bound: frozenset[int]
    """Meetings that some binding holds, former ones too."""
    former: frozenset[int]
    """Those that are to be replaced by another of the same marker."""
    intents: tuple[OpenIntent, ...]
    markers: frozenset[str]
    """All that were ever issued."""
    creates: int
    """How many intents of a new meeting are remembered."""
    damage: str
    """What is wrong with the database itself; empty when nothing is."""


def read(url: str) -> Kept | None:
    """Read the database of a daemon that is dead; None when it was not even made yet.

    Of SQLite a copy is read, so that the next daemon finds what this one left.
    """
    if not url.startswith(_OF_SQLITE):
        return _read(url, "SELECT 'ok'")
    path = Path(url.removeprefix(_OF_SQLITE))
    if not path.exists() or path.stat().st_size == 0:
        return None
    with tempfile.TemporaryDirectory(prefix="kept-") as folder:
        for ending in ("", "-wal"):
            if (source := path.with_name(path.name + ending)).exists():
                shutil.copyfile(source, Path(folder) / source.name)
        return _read(f"{_OF_SQLITE}{folder}/{path.name}", "PRAGMA integrity_check")


@contextmanager
def watched(url: str) -> Iterator[Callable[[], frozenset[str]]]:
    """Give what names the effects without outcome so far, at a daemon that lives."""
    if url.startswith(_OF_SQLITE):
        url = f"{_OF_SQLITE}file:{url.removeprefix(_OF_SQLITE)}?mode=ro&uri=true"
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    statement = sa.text(f"SELECT id FROM intent WHERE {_IS_OPEN}")
    with engine.connect() as connection:
        yield lambda: frozenset(connection.execute(statement).scalars())


def told(url: str) -> Iterator[str]:
    """Give the rows that tell where every event stands, as lines, for whoever has to find a fault."""
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as connection:
        for name, columns in _TELLING.items():
            if sa.inspect(connection).has_table(name):
                for row in connection.execute(sa.text(f"SELECT {columns} FROM {name}")).mappings():
                    yield f"{name}: " + ", ".join(f"{key} {value!r}" for key, value in row.items())


def let_leases_lapse(url: str) -> None:
    """Let a minute pass for the leases of the dead, on a server; of a file the next daemon frees them."""
    if url.startswith(_OF_SQLITE):
        return
    lapsed = "UPDATE calendar SET lease_until = lease_until - INTERVAL '1 minute'"
    with sa.create_engine(url, poolclass=sa.NullPool).begin() as connection:
        if sa.inspect(connection).has_table("calendar"):
            connection.execute(sa.text(lapsed))


def _read(url: str, check: str) -> Kept | None:
    # A server may still be about to commit what it was sent: one moment is looked at.
    engine = sa.create_engine(url, poolclass=sa.NullPool, isolation_level="SERIALIZABLE")
    with engine.connect() as connection:
        damage = str(connection.execute(sa.text(check)).scalar())
        if not sa.inspect(connection).has_table("halt"):
            return None
        return _rows(connection, "" if damage == "ok" else damage)


def _rows(connection: sa.Connection, damage: str) -> Kept:
    def rows(statement: str) -> list[tuple[object, ...]]:
        return [tuple(row) for row in connection.execute(sa.text(statement))]

    held = rows("SELECT meeting_id, retired_meeting_id FROM binding")
    former = {one for _, one in held}
    intents = rows(f"SELECT kind, marker, meeting_id, opened_at FROM intent WHERE {_IS_OPEN}")
    (creates,) = rows("SELECT count(*) FROM intent WHERE kind = 'create'")
    return Kept(
        bound=_ids({one for one, _ in held} | former),
        former=_ids(former),
        intents=tuple(
            OpenIntent(
                kind=str(kind),
                marker=str(marker),
                meeting_id=meeting_id if isinstance(meeting_id, int) else None,
                opened_at=_moment(opened_at),
            )
            for kind, marker, meeting_id, opened_at in intents
        ),
        markers=frozenset(str(marker) for (marker,) in rows("SELECT marker FROM marker_issued")),
        creates=int(str(creates[0])),
        damage=damage,
    )


def _ids(found: set[object]) -> frozenset[int]:
    return frozenset(one for one in found if isinstance(one, int))


def _moment(found: object) -> datetime:
    moment = found if isinstance(found, datetime) else datetime.fromisoformat(str(found))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
