"""The files of a database are for its owner alone, and so is the folder made for them."""

from __future__ import annotations

import os
import stat
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from syncd.ports.store import StoreError
from syncd.store.database import Database


def opened(path: Path) -> closing[Database]:
    return closing(Database(f"sqlite:///{path}"))


def execute(statement: str):
    def work(connection: sa.Connection) -> None:
        connection.exec_driver_sql(statement)

    return work


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o622, 0o644, 0o666])
@pytest.mark.parametrize("name", ["a.db", "a.db-wal", "a.db-shm"])
def test_a_file_that_others_could_have_read_is_refused(tmp_path: Path, mode: int, name: str):
    database = Database(f"sqlite:///{tmp_path}/a.db")
    database.transact(execute("CREATE TABLE t (a)"))
    (tmp_path / name).chmod(mode)

    with pytest.raises(StoreError, match=rf"{name} is open to other users \(mode {mode:04o}\)"):
        Database(f"sqlite:///{tmp_path}/a.db")

    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == mode
    (tmp_path / name).chmod(0o600)
    with opened(tmp_path / "a.db") as again:
        again.transact(execute("SELECT * FROM t"))
    database.close()


def test_an_empty_file_that_others_could_read_is_made_private(tmp_path: Path):
    (tmp_path / "a.db").touch(0o644)

    with opened(tmp_path / "a.db"):
        assert stat.S_IMODE((tmp_path / "a.db").stat().st_mode) == 0o600


@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_a_missing_folder_is_made_private(tmp_path: Path, umask: int):
    before = os.umask(umask)
    try:
        with opened(tmp_path / "new" / "a.db"):
            pass
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_a_missing_folder_in_a_missing_folder_is_told(tmp_path: Path):
    with pytest.raises(StoreError, match=r"there is no folder .*missing/deep for the database"):
        Database(f"sqlite:///{tmp_path}/missing/deep/a.db")

    assert list(tmp_path.iterdir()) == []
