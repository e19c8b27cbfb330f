"""The one place where errors of the database become StoreError, in words for a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from syncd.ports.store import StoreError

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
    except exc.IntegrityError as error:
        raise ValueError(f"the database refuses this: {error.orig}") from error
    except (exc.ProgrammingError, exc.NotSupportedError):
        raise
    except exc.DBAPIError as error:
        raise StoreError(told(error.orig)) from error
    except exc.StatementError as error:
        # A value that has no form in the database, such as a time without its zone.
        match error.orig:
            case ValueError() as refusal:
                raise ValueError(str(refusal)) from error
            case _:
                raise


def told(error: BaseException | None) -> str:
    """Say in one sentence why the database cannot be used; values never stand in it."""
    code = getattr(error, "sqlite_errorname", "") if isinstance(error, sqlite3.Error) else ""
    for beginning, sentence in _SENTENCES:
        if code.startswith(beginning):
            return f"{sentence} ({code})"
    return f"the database cannot be used: {error}"
