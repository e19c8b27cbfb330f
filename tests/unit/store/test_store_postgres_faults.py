"""PostgreSQL that fails: what is surely undone is done again, what is in doubt never, and told so."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from syncd.ports.store import StoreError, Tx
from syncd.store.crypto import KeyRing, SealKey
from syncd.store.database import Database
from syncd.store.migrate import HEAD, Schema, check, upgrade
from syncd.store.store import SqlStore
from tests.conformance.store_cases import ANA, NOW, configured, event, ref
from tests.fakes.cut_line import CutLine, cut_line
from tests.postgres import Server, postgres, postgres_url  # noqa: F401 - fixtures

RING = KeyRing([SealKey(b"test", b"k" * 32)])
DAY = NOW.date()
UPGRADE = "import sys; from syncd.store.migrate import upgrade; upgrade(sys.argv[1])"


@pytest.fixture
def line(postgres: Server) -> Iterator[CutLine]:  # noqa: F811
    with cut_line(postgres.folder) as made:
        yield made


@pytest.fixture
def store(postgres: Server, postgres_url: str, line: CutLine) -> Iterator[SqlStore]:  # noqa: F811
    url = postgres_url.replace(str(postgres.folder), str(line.folder))
    with closing(SqlStore.open(url, RING)) as opened:
        yield opened


@pytest.mark.parametrize(("when", "is_made"), [("before", False), ("after", True)])
async def test_a_commit_whose_answer_is_lost_is_neither_repeated_nor_taken_for_done(
    store: SqlStore, line: CutLine, when, is_made: bool
):
    runs: list[int] = []

    def work(tx: Tx) -> None:
        runs.append(1)
        tx.hosts.spend("ana@example.com", DAY)

    line.cut_commit(when)
    with pytest.raises(StoreError, match="lost in a commit"):
        await store.run(work)
    # The server may still be at it; whoever writes the same row waits for its end.
    spent = await store.run(lambda tx: tx.hosts.spend("ana@example.com", DAY))

    assert (runs, line.cuts) == ([1], 1)
    assert spent == (2 if is_made else 1)


async def test_a_server_that_ends_in_a_commit_is_told_as_in_doubt(
    postgres: Server,  # noqa: F811
    postgres_url: str,  # noqa: F811
):
    with closing(SqlStore.open(postgres_url, RING)) as store:
        name = postgres_url.partition("@/")[2].partition("?")[0]
        postgres.sql(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;"
            "CREATE CONSTRAINT TRIGGER die AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION die()",
            name,
        )
        with pytest.raises(StoreError, match="lost in a commit"):
            await store.run(lambda tx: tx.events.save(event("standup")))

        assert await store.run(lambda tx: tx.events.get(ref("standup"))) is None


async def test_a_connection_cut_before_its_commit_costs_nothing(
    postgres: Server,  # noqa: F811
    postgres_url: str,  # noqa: F811
):
    name = postgres_url.partition("@/")[2].partition("?")[0]
    runs: list[int] = []

    def work(tx: Tx) -> None:
        runs.append(1)
        tx.hosts.spend("ana@example.com", DAY)
        if len(runs) == 1:
            assert postgres.cut_connections(name) >= 1
            tx.hosts.spent(DAY)

    with closing(SqlStore.open(postgres_url, RING)) as store:
        await store.run(work)
        assert postgres.cut_connections(name) >= 1
        spent = await store.run(lambda tx: tx.hosts.spent(DAY))

    assert (spent, len(runs)) == ({"ana@example.com": 1}, 2)


async def test_transactions_that_meet_are_run_again_and_none_is_lost(postgres_url: str):  # noqa: F811
    def one_more(tx: Tx) -> int:
        used = tx.hosts.spent(DAY).get("ana@example.com", 0)
        assert tx.hosts.spend("ana@example.com", DAY) == used + 1
        return used + 1

    stores = [SqlStore.open(postgres_url, RING) for _ in range(2)]
    numbers = await asyncio.gather(*(store.run(one_more) for store in stores * 20))
    for store in stores:
        store.close()

    assert sorted(numbers) == list(range(1, 41))


async def test_two_that_make_the_same_row_at_once_both_succeed(postgres_url: str):  # noqa: F811
    stores = [SqlStore.open(postgres_url, RING) for _ in range(2)]
    await asyncio.gather(*(configured(store, ANA) for store in stores * 3))
    rows = await stores[0].run(lambda tx: tx.calendars.all())
    for store in stores:
        store.close()

    assert [row.key for row in rows] == [ANA]


async def test_a_few_transactions_run_at_once_each_on_a_thread_of_its_own(postgres_url: str):  # noqa: F811
    together = threading.Barrier(4, timeout=30)
    with closing(SqlStore.open(postgres_url, RING)) as store:
        await asyncio.gather(*(store.run(lambda _tx: together.wait()) for _ in range(4)))


async def test_what_no_text_may_hold_is_replaced(postgres_url: str):  # noqa: F811
    with closing(SqlStore.open(postgres_url, RING)) as store:
        await store.run(lambda tx: tx.events.save(event("standup", code="x", reason="a\0b")))
        row = await store.run(lambda tx: tx.events.get(ref("standup")))

    assert row is not None
    assert row.reason == "a?b"


def test_daemons_that_start_at_once_wait_for_one_upgrade(postgres_url: str):  # noqa: F811
    started = [subprocess.Popen([sys.executable, "-c", UPGRADE, postgres_url]) for _ in range(3)]

    assert [process.wait(120) for process in started] == [0, 0, 0]
    assert check(postgres_url) == Schema(current=HEAD, head=HEAD, differences=())


def test_a_newer_schema_is_refused(postgres: Server, postgres_url: str):  # noqa: F811
    upgrade(postgres_url)
    name = postgres_url.partition("@/")[2].partition("?")[0]
    postgres.sql("UPDATE alembic_version SET version_num = '9999'", name)

    with pytest.raises(StoreError, match="newer syncd"):
        upgrade(postgres_url)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("postgresql://ana:hunter2@/nosuch?host={folder}", "refuses this user or its password"),
        ("postgresql://postgres:hunter2@/nosuch?host={folder}", "knows no database of this name"),
        ("postgresql://ana:hunter2@127.0.0.1:1/x", "nothing answers there"),
        ("postgresql://ana:hunter2@/x?host=/nosuchplace", "nothing answers there"),
        ("postgresql://ana:hunter2@no-such-place.invalid/x", "the name .* is not known"),
        ("postgresql://ana:hunter2@nosuchplace:port/x", "the URL of the database cannot be read"),
        ("postgresql:///x?service=nosuchplace", "no such service"),
    ],
)
def test_a_server_that_lets_nobody_in_is_told_without_host_user_or_password(
    postgres: Server,  # noqa: F811
    url: str,
    sentence: str,
):
    with pytest.raises(StoreError, match=sentence) as caught:
        SqlStore.open(url.format(folder=postgres.folder), RING)

    shown = str(caught.value)
    assert not [w for w in ("hunter2", "ana", "127.0.0.1", "nosuch", "/tmp") if w in shown]


def test_a_server_that_comes_back_is_used_again(tmp_path: Path):
    from tests.postgres import server

    with server() as own, closing(Database(own.new_url())) as database:

        def look(connection: sa.Connection) -> int:
            found: int = connection.exec_driver_sql("SELECT 42").scalar_one()
            return found

        assert database.transact(look) == 42
        own.stop()
        with pytest.raises(StoreError, match=r"nothing answers there|was lost"):
            database.transact(look)
        own.start()
        assert database.transact(look) == 42


async def test_a_look_at_what_is_due_is_not_compiled_first(postgres_url: str):  # noqa: F811
    with closing(Database(postgres_url)) as database:
        plan = database.transact(
            lambda connection: connection.exec_driver_sql(
                "EXPLAIN (ANALYZE) SELECT min(setting) FROM (SELECT setting FROM pg_settings, "
                "pg_class AS a, pg_class AS b) AS many"
            ).all()
        )

    assert not [line for (line,) in plan if "JIT" in line]
