"""One thread per database, transactions run to their end, and faults told in words."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from syncd.ports.store import StoreError
from syncd.store.database import Database


@contextmanager
def opened(path: Path | None, *, inline: bool = False) -> Iterator[Database]:
    database = Database("sqlite://" if path is None else f"sqlite:///{path}", inline=inline)
    try:
        yield database
    finally:
        database.close()


def execute(*statements: str):
    def work(connection: sa.Connection) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        for statement in statements:
            result = connection.exec_driver_sql(statement)
            rows = [tuple(row) for row in result] if result.returns_rows else []
        return rows

    return work


async def test_a_file_has_one_thread_for_all_transactions(tmp_path: Path):
    with opened(tmp_path / "a.db") as database:
        threads = await asyncio.gather(
            *(database.run(lambda _c: threading.current_thread()) for _ in range(5))
        )

    assert len(set(threads)) == 1
    assert threads[0] is not threading.current_thread()


async def test_memory_and_inline_run_in_place(tmp_path: Path):
    for path in (None, tmp_path / "a.db"):
        with opened(path, inline=True) as database:
            here = await database.run(lambda _c: threading.current_thread())
        assert here is threading.current_thread()


async def test_a_file_is_durable_and_strict(tmp_path: Path):
    with opened(tmp_path / "a.db") as database:
        found = {
            name: await database.run(execute(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }

    assert found == {
        "journal_mode": [("wal",)],
        "synchronous": [(2,)],
        "secure_delete": [(1,)],
        "foreign_keys": [(1,)],
    }


async def test_a_transaction_begins_as_the_writer(tmp_path: Path):
    with (
        opened(tmp_path / "a.db") as database,
        closing(sqlite3.connect(tmp_path / "a.db")) as other,
    ):
        other.execute("PRAGMA busy_timeout=0")

        def work(_connection: sa.Connection) -> None:
            other.execute("BEGIN IMMEDIATE")

        with pytest.raises(sqlite3.OperationalError, match="locked"):
            database.transact(work)


@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_every_file_of_the_database_is_private_under_any_umask(tmp_path: Path, umask: int):
    before = os.umask(umask)
    try:
        with opened(tmp_path / "a.db") as database:
            database.transact(execute("CREATE TABLE t (a)"))
            modes = {p.name: stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()}
    finally:
        os.umask(before)

    assert modes == {"a.db": 0o600, "a.db-wal": 0o600, "a.db-shm": 0o600}


async def test_a_cancelled_caller_waits_for_the_commit(tmp_path: Path):
    begun, go_on = threading.Event(), threading.Event()

    def work(connection: sa.Connection) -> None:
        connection.exec_driver_sql("CREATE TABLE t (a)")
        begun.set()
        go_on.wait(30)

    with opened(tmp_path / "a.db") as database:
        task = asyncio.create_task(database.run(work))
        await asyncio.to_thread(begun.wait, 30)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert not task.done()
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await database.run(execute("SELECT count(*) FROM t")) == [(0,)]


async def test_a_cancelled_caller_learns_what_went_wrong_meanwhile(tmp_path: Path):
    begun, go_on = threading.Event(), threading.Event()

    def work(_connection: sa.Connection) -> None:
        begun.set()
        go_on.wait(30)
        raise LookupError("thrown by the work")

    with opened(tmp_path / "a.db") as database:
        task = asyncio.create_task(database.run(work))
        await asyncio.to_thread(begun.wait, 30)
        task.cancel()
        go_on.set()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task

    assert isinstance(caught.value.__cause__, LookupError)


async def test_closing_waits_for_the_transaction_that_runs(tmp_path: Path):
    begun = threading.Event()

    def work(connection: sa.Connection) -> None:
        begun.set()
        connection.exec_driver_sql("CREATE TABLE t (a)")

    database = Database(f"sqlite:///{tmp_path}/a.db")
    task = asyncio.create_task(database.run(work))
    await asyncio.to_thread(begun.wait, 30)
    database.close()
    await task

    with opened(tmp_path / "a.db") as again:
        assert again.transact(execute("SELECT count(*) FROM t")) == [(0,)]


@pytest.mark.parametrize("inline", [False, True])
async def test_a_closed_database_says_so(tmp_path: Path, inline: bool):
    database = Database(f"sqlite:///{tmp_path}/a.db", inline=inline)
    database.close()

    with pytest.raises(StoreError, match="is closed"):
        await database.run(execute("SELECT 1"))


def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path):
    (tmp_path / "file").touch()

    with pytest.raises(StoreError, match=r"the folder .*file cannot be used: Not a directory"):
        Database(f"sqlite:///{tmp_path}/file/a.db")


def test_a_file_that_cannot_be_made_is_told(tmp_path: Path):
    with pytest.raises(StoreError, match=r"cannot be made: File name too long"):
        Database(f"sqlite:///{tmp_path}/{'a' * 300}.db")


@pytest.mark.parametrize(
    ("work", "error"),
    [
        (lambda c: c.exec_driver_sql("SELECT ?", ()), sa.exc.ProgrammingError),
        (lambda c: c.execute(sa.text("SELECT :missing")), sa.exc.StatementError),
    ],
)
def test_a_wrong_statement_of_ours_is_no_fault_of_the_database(work, error: type[Exception]):
    with opened(None) as database, pytest.raises(error):
        database.transact(work)


def test_a_folder_is_no_database_and_keeps_its_mode(tmp_path: Path):
    tmp_path.chmod(0o755)

    with pytest.raises(StoreError, match="is not a file"):
        Database(f"sqlite:///{tmp_path}")

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


@pytest.mark.parametrize("url", ["mysql://host/db", "sqlite:///", "sqlite:///:memory:", "a.db"])
def test_other_databases_are_refused(url: str):
    with pytest.raises(StoreError, match="no database known here"):
        Database(url)


def test_a_name_with_odd_characters_is_taken_as_it_is(tmp_path: Path):
    with opened(tmp_path / "a%20?b#c.db") as database:
        database.transact(execute("CREATE TABLE t (a)"))

    assert [path.name for path in tmp_path.iterdir()] == ["a%20?b#c.db"]


def test_a_full_disk_is_told_and_undoes_the_transaction(tmp_path: Path):
    with opened(tmp_path / "a.db") as database:
        database.transact(execute("CREATE TABLE t (a)", "PRAGMA max_page_count=1"))
        with pytest.raises(StoreError, match=r"^the disk .* is full \(SQLITE_FULL\)$"):
            database.transact(
                execute("INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (zeroblob(100000))")
            )
        assert database.transact(execute("SELECT count(*) FROM t")) == [(0,)]


def test_a_locked_database_is_told(tmp_path: Path):
    with (
        opened(tmp_path / "a.db") as database,
        closing(sqlite3.connect(tmp_path / "a.db")) as other,
    ):
        database.transact(execute("PRAGMA busy_timeout=0"))
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"^another program .* locked \(SQLITE_BUSY\)$"):
            database.transact(execute("SELECT 1"))
        other.rollback()
        assert database.transact(execute("SELECT 1")) == [(1,)]


def test_a_read_only_database_is_told(tmp_path: Path):
    with opened(tmp_path / "a.db") as database:
        database.transact(execute("PRAGMA query_only=ON"))
        with pytest.raises(StoreError, match=r"^the database is read-only.*SQLITE_READONLY"):
            database.transact(execute("CREATE TABLE t (a)"))


def test_a_file_that_is_no_database_is_told(tmp_path: Path):
    (tmp_path / "a.db").write_bytes(b"canary" * 1000)
    (tmp_path / "a.db").chmod(0o600)

    with opened(tmp_path / "a.db") as database, pytest.raises(StoreError) as caught:
        database.transact(execute("SELECT 1"))

    assert str(caught.value) == "the file is not a database of SQLite (SQLITE_NOTADB)"


def test_a_fault_without_a_sentence_is_told_as_it_is(tmp_path: Path):
    with opened(tmp_path / "a.db") as database, pytest.raises(StoreError) as caught:
        database.transact(execute("SELECT * FROM missing"))

    assert str(caught.value) == "the database cannot be used: no such table: missing"


def test_values_never_stand_in_an_error(tmp_path: Path):
    with opened(tmp_path / "a.db") as database, pytest.raises(StoreError) as caught:
        database.transact(lambda c: c.execute(sa.text("SELECT :v FROM missing"), {"v": "canary"}))

    assert "canary" not in f"{caught.value} {caught.value.__cause__}"


def test_a_database_that_was_removed_or_replaced_is_written_no_more(tmp_path: Path):
    path = tmp_path / "a.db"
    with opened(path, inline=True) as database:
        database.transact(execute("CREATE TABLE t (n INTEGER)"))
        path.rename(tmp_path / "b.db")
        with pytest.raises(StoreError, match=r"removed or replaced; restart syncd"):
            database.transact(execute("INSERT INTO t VALUES (1)"))
        path.touch()
        with pytest.raises(StoreError, match=r"removed or replaced"):
            database.transact(execute("INSERT INTO t VALUES (1)"))
        path.unlink()
        (tmp_path / "b.db").rename(path)
        database.transact(execute("INSERT INTO t VALUES (1)"))
