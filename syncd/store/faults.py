"""The one place where errors of the database become StoreError, in words for a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from syncd.ports.store import StoreError
from syncd.store.server_faults import is_refused_for_rights, told_by_server

# By the beginning of SQLite's extended code (sqlite.org/rescode.html).
_SENTENCES = (
    ("SQLITE_FULL", "the disk that holds the database is full"),
    ("SQLITE_BUSY", "another program keeps the database locked"),
    ("SQLITE_LOCKED", "another program keeps the database locked"),
    ("SQLITE_READONLY", "the database is read-only: its file or folder may not be written"),
    ("SQLITE_PERM", "the file of the database may not be read or written"),
    ("SQLITE_CANTOPEN", "the file of the database cannot be opened"),
    ("SQLITE_IOERR", "the disk that holds the database reports an error"),
    ("SQLITE_CORRUPT", "the database is damaged; put back a copy of it"),
    ("SQLITE_NOTADB", "the file is not a database of SQLite"),
)


@contextmanager
def translated() -> Iterator[None]:
    """Raise StoreError for a database that cannot be used, ValueError for data it refuses.

    Errors in a statement of ours are bugs and pass as they are.
    """
    try:
        yield
    except exc.DBAPIError as error:
        meaning = _meaning(error)
        if meaning is None:
            raise
        raise meaning from error
    except exc.TimeoutError as error:
        raise StoreError("the database takes too long: no connection to it is free") from error
    except exc.StatementError as error:
        # A value that has no form in the database, such as a time without its zone.
        match error.orig:
            case ValueError() as refusal:
                raise ValueError(str(refusal)) from error
            case _:
                raise


def _meaning(error: exc.DBAPIError) -> StoreError | ValueError | None:
    """Give what an error of the database is for the caller; None for a bug in a statement."""
    match error:
        case exc.IntegrityError():
            return ValueError(f"the database refuses this: {_plain(error.orig)}")
        case exc.DataError():
            return ValueError(f"the database refuses this: {type(error.orig).__name__}")
        case exc.ProgrammingError() | exc.NotSupportedError():
            is_no_bug = is_refused_for_rights(error.orig)
            return StoreError(told(error.orig)) if is_no_bug else None
        case _:
            return StoreError(told(error.orig))


def _plain(error: BaseException | None) -> str:
    """Give the text of a violated constraint; the further lines of PostgreSQL hold values."""
    return str(error).partition("\n")[0]


def told(error: BaseException | None) -> str:
    """Say in one sentence why the database cannot be used; values never stand in it."""
    if error is not None and not isinstance(error, sqlite3.Error):
        return told_by_server(error)
    code = getattr(error, "sqlite_errorname", "")
    for beginning, sentence in _SENTENCES:
        if code.startswith(beginning):
            return f"{sentence} ({code})"
    return f"the database cannot be used: {error}"
