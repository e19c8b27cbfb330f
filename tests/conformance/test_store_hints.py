"""Hints on PostgreSQL: each commit that others look at gives one, no other does, and one is heard."""

from __future__ import annotations

import asyncio
import logging
import socket
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import replace
from itertools import count
from pathlib import Path

import psycopg
import pytest

from syncd.ports.store import Tx
from syncd.store.crypto import KeyRing, SealKey
from syncd.store.database import Database
from syncd.store.hints import CHANNEL
from syncd.store.listener import Listener
from syncd.store.postgres import connection_parameters
from syncd.store.store import SqlStore
from tests.conformance.store_account_cases import ANA_GOOGLE, connected, connection
from tests.conformance.store_cases import ANA, BEN, NOW, at, claimed, configured
from tests.postgres import Server, postgres  # noqa: F401 - a fixture

RING = KeyRing([SealKey(b"test", b"k" * 32)])
PATIENCE = 20.0
QUICK = 0.9
SILENCE = 0.3


class Ear:
    """Hears the hints of one database, and nothing that comes after it was asked."""

    def __init__(self, server: Server, database: str) -> None:
        self._server = server
        self._database = database
        self.connection = server.connect(database)
        for channel in (CHANNEL, "asked"):
            self.connection.execute(f"LISTEN {channel}".encode())

    def heard(self) -> int:
        """Count the hints since it was asked last; the server gives them in the order of commits."""
        self._server.sql("NOTIFY asked", self._database)
        for number, one in enumerate(self.connection.notifies(timeout=PATIENCE)):
            if one.channel == "asked":
                return number
        raise AssertionError("the server gives no notifications")


@pytest.fixture(scope="module")
def database(postgres: Server) -> str:  # noqa: F811
    return postgres.new_database()


@pytest.fixture
def store(postgres: Server, database: str) -> Iterator[SqlStore]:  # noqa: F811
    with closing(SqlStore.open(postgres.url(database), RING)) as opened:
        yield opened
        opened._database.transact(
            lambda c: c.exec_driver_sql("DELETE FROM calendar; DELETE FROM connection")
        )


@pytest.fixture
def ear(postgres: Server, database: str, store: SqlStore) -> Iterator[Ear]:  # noqa: F811
    made = Ear(postgres, database)
    with closing(made.connection):
        yield made


def hurry(tx: Tx) -> None:
    for key in (ANA, BEN):
        tx.calendars.hurry(key, due_at=at(-5))


@asynccontextmanager
async def hearing(store: SqlStore, on_hint: Callable[[], None]) -> AsyncIterator[None]:
    """Listen to a store's database while the block runs, which begins once that is so."""
    listener = Listener(connection_parameters(store._database.engine), on_hint, pause=0.01)
    async with listener.kept():
        await asyncio.wait_for(listener.is_listening.wait(), PATIENCE)
        yield


async def test_a_transaction_that_makes_calendars_due_earlier_hints_once(store: SqlStore, ear: Ear):
    await configured(store, ANA, BEN)
    assert ear.heard() == 0
    await store.run(hurry)
    assert ear.heard() == 1
    # None is due earlier by it.
    await store.run(hurry)
    assert ear.heard() == 0


async def test_a_transaction_that_is_undone_hints_nothing(store: SqlStore, ear: Ear):
    await configured(store, ANA, BEN)

    def fail(tx: Tx) -> None:
        hurry(tx)
        tx.connections.save(connection())
        raise LookupError

    with pytest.raises(LookupError):
        await store.run(fail)
    assert ear.heard() == 0


async def test_a_poll_hints_nothing(store: SqlStore, ear: Ear):
    await configured(store, ANA)
    ((row, lease),) = await claimed(store, "one", limit=1)
    await store.run(lambda tx: tx.calendars.hold(lease, now=NOW, until=at(1)))
    await store.run(lambda tx: tx.calendars.save(replace(row, cursor="next", poll_at=at(1))))
    await store.run(lambda tx: tx.calendars.release(lease, due_at=at(1)))
    assert ear.heard() == 0


async def test_whatever_changes_connections_hints_and_a_probe_does_not(store: SqlStore, ear: Ear):
    await connected(store, connection())
    assert ear.heard() == 1
    await connected(store, replace(connection(), probed_at=at(7)))
    assert ear.heard() == 0
    await store.run(lambda tx: tx.connections.erase(ANA_GOOGLE))
    assert ear.heard() == 1


async def test_a_hint_is_heard_in_the_event_loop(store: SqlStore):
    await configured(store, ANA)
    heard, earlier = asyncio.Event(), count(1)
    async with store.hinted(heard.set), asyncio.timeout(PATIENCE):
        # Whoever does not listen yet misses it.
        while not heard.is_set():
            await store.run(lambda tx: tx.calendars.hurry(ANA, due_at=at(-next(earlier))))
            await asyncio.sleep(0.01)


async def test_many_hints_are_few_calls(store: SqlStore, postgres: Server, database: str):  # noqa: F811
    calls: asyncio.Queue[None] = asyncio.Queue()
    number = 0
    async with hearing(store, lambda: calls.put_nowait(None)):
        with postgres.connect(database) as sender:
            for _ in range(200):
                sender.execute(f"NOTIFY {CHANNEL}".encode())
        await asyncio.wait_for(calls.get(), PATIENCE)
        with suppress(TimeoutError):
            while True:
                number += 1
                await asyncio.wait_for(calls.get(), SILENCE)
    assert number <= 10


async def test_it_hears_again_after_its_connection_was_cut(
    store: SqlStore,
    postgres: Server,  # noqa: F811
    database: str,
    caplog,
):
    caplog.set_level(logging.INFO)
    heard = asyncio.Event()
    async with hearing(store, heard.set):
        assert postgres.cut_connections(database) > 0
        async with asyncio.timeout(PATIENCE):
            while not heard.is_set():
                postgres.sql(f"NOTIFY {CHANNEL}", database)
                await asyncio.sleep(0.01)
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert "no hints from the database" in caplog.text


async def test_it_closes_at_once_while_it_listens(store: SqlStore):
    async with hearing(store, lambda: None):
        asked = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - asked < QUICK


async def test_it_closes_soon_while_a_server_does_not_answer():
    loop = asyncio.get_running_loop()
    # Short: a socket's path may have 107 characters.
    with (
        tempfile.TemporaryDirectory(prefix="syncd-") as folder,
        socket.socket(socket.AF_UNIX) as silent,
    ):
        silent.setblocking(False)
        silent.bind(f"{folder}/.s.PGSQL.5432")
        silent.listen()
        async with Listener({"host": folder, "user": "syncd"}, lambda: None).kept():
            reached, _ = await asyncio.wait_for(loop.sock_accept(silent), PATIENCE)
            asked = loop.time()
        reached.close()
    assert loop.time() - asked < QUICK


async def test_without_a_server_it_tells_so_once_and_goes_on(tmp_path: Path, caplog, monkeypatch):
    caplog.set_level(logging.INFO)
    tries, thrice = count(1), asyncio.Event()
    connect = psycopg.AsyncConnection.connect

    async def counted(**parameters):
        if next(tries) == 3:
            thrice.set()
        return await connect(**parameters)

    monkeypatch.setattr(psycopg.AsyncConnection, "connect", counted)
    async with Listener({"host": str(tmp_path)}, lambda: None, pause=0.0).kept():
        await asyncio.wait_for(thrice.wait(), PATIENCE)
    assert [record.getMessage() for record in caplog.records] == ["no hints from the database"]


def test_the_parameters_are_those_of_the_url():
    url = "postgresql://ana@db.example:5433/syncd?connect_timeout=9&sslmode=verify-full"
    database = Database(url, inline=True, password="swordfish")
    with closing(database):
        found = connection_parameters(database.engine)
    told = {"host", "port", "user", "dbname", "connect_timeout", "sslmode", "password"}
    assert {name: str(found[name]) for name in told} == {
        "host": "db.example",
        "port": "5433",
        "user": "ana",
        "dbname": "syncd",
        "connect_timeout": "9",
        "sslmode": "verify-full",
        "password": "swordfish",
    }
    assert found["tcp_user_timeout"] == 10_000
