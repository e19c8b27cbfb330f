"""SQLite as it must be set up: one file that only its owner reads, durable, one writer."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, StaticPool

from syncd.ports.store import StoreError
from syncd.store.faults import told
from syncd.store.private import make_folder, must_be_private

_PREFIX = "sqlite://"
_BUSY_SECONDS = 10
_PRIVATE = 0o600

_PRAGMAS = (
    f"busy_timeout={_BUSY_SECONDS * 1000}",
    # A commit that is lost with the power can mean a second meeting.
    "synchronous=FULL",
    "secure_delete=ON",
    "foreign_keys=ON",
)


def database_path(url: str) -> Path | None:
    """Give the file of `sqlite:///FILE`, None for `sqlite://` (in memory); StoreError otherwise."""
    if url == _PREFIX:
        return None
    path = url.removeprefix(f"{_PREFIX}/")
    if path == url or not path or path.startswith(":"):
        raise StoreError(f"{url!r} is no database known here; write sqlite:////absolute/path")
    return Path(path)


def sqlite_engine(url: str) -> sa.Engine:
    """Make an engine with one connection; its transactions begin as writers, schema changes too.

    The file is made here if there is none. StoreError when it cannot be.
    """
    path = database_path(url)
    if path is not None:
        _make_private(path)
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=None if path is None else str(path)),
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
        hide_parameters=True,
    )
    sa.event.listen(engine, "connect", partial(_set_up, path))
    # Where a dialect begins; a listener on the engine would make every statement look for listeners.
    engine.dialect.do_begin = _begin  # type: ignore[assignment]
    return engine


def emptied_log(engine: sa.Engine, *, patience: float) -> bool:
    """Move what the write-ahead log holds into the database, and cut it to nothing.

    Outside of any transaction. False when another program still reads from the log after
    `patience` seconds. With `secure_delete` nothing erased is in the files then.
    """
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={int(patience * 1000)}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        row: Any = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
        cursor.close()
    except sqlite3.Error as error:
        raise StoreError(told(error)) from error
    finally:
        connection.close()
    is_busy, _pages, _moved = row
    return not is_busy


def _make_private(path: Path) -> None:
    """Make the file before SQLite does, so that no umask opens it; SQLite's own files follow it.

    A file that exists is never opened here: closing it would end the locks which SQLite has on it
    in this process (sqlite.org/howtocorrupt.html, 2.2).
    """
    make_folder(path.parent)
    with _alone(path.parent):
        try:
            if path.exists() and not path.is_file():
                raise StoreError(f"the database {path} is not a file")
            if not path.exists():
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _PRIVATE)
                os.close(descriptor)
            must_be_private(path)
        except OSError as error:
            raise StoreError(f"the database {path} cannot be made: {error.strerror}") from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other process or thread sets up a database in this folder."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise StoreError(f"there is no folder {folder} for the database; make it first") from None
    except OSError as error:
        raise StoreError(f"the folder {folder} cannot be used: {error.strerror}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _set_up(path: Path | None, connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # Without it the driver begins and commits by rules of its own.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    if path is not None:
        # Two that turn to WAL at once fail, whatever their busy_timeout.
        with _alone(path.parent):
            cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


def _begin(connection: Any) -> None:
    connection.execute("BEGIN IMMEDIATE")
