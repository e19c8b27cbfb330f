"""Files that only their owner reads, in a folder that only its owner enters."""

from __future__ import annotations

import shlex
import stat
from pathlib import Path

from syncd.ports.store import StoreError

_FILE = 0o600
_FOLDER = 0o700
_OTHERS = 0o066
_BESIDE = ("", "-wal", "-shm")


def make_folder(folder: Path) -> None:
    """Make the folder of a database, for its owner alone; one that is there stays as it is.

    StoreError when it cannot be made, or the folder around it is missing.
    """
    try:
        folder.mkdir(mode=_FOLDER)
        folder.chmod(_FOLDER)
    except FileExistsError:
        return
    except FileNotFoundError:
        raise StoreError(f"there is no folder {folder} for the database; make it first") from None
    except OSError as error:
        raise StoreError(f"the folder {folder} cannot be made: {error.strerror}") from error


def must_be_private(database: Path) -> None:
    """Refuse a database that other users can read or write, with SQLite's own files beside it.

    It is not put right in silence, since somebody may have read it; an empty file is. StoreError.
    """
    for ending in _BESIDE:
        path = database.with_name(database.name + ending)
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        mode = stat.S_IMODE(status.st_mode)
        if mode & _OTHERS and status.st_size > 0:
            raise StoreError(
                f"the database's file {path} is open to other users (mode {mode:04o}); "
                f"run: chmod 0600 {shlex.quote(str(path))}"
            )
    if stat.S_IMODE(database.stat().st_mode) != _FILE:
        database.chmod(_FILE)
