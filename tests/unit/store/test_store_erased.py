"""What was disconnected is gone from the files: database, write-ahead log and backups."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from syncd.ports.oauth import Identity
from syncd.store.crypto import KeyRing, SealKey
from syncd.store.store import SqlStore
from tests.conformance.store_account_cases import (
    ANA_GOOGLE,
    BEN_GOOGLE,
    connected,
    connection,
    grant,
    granted,
)
from tests.conformance.store_cases import NOW

CANARIES = ("canary-subject", "canary-tenant", "canary-address", "canary-name", "canary-calendar")
TOKENS = ("canary-1 access", "canary-1 refresh", "canary-2 access", "canary-2 refresh")
IDENTITY = Identity(
    subject=CANARIES[0], tenant=CANARIES[1], address=CANARIES[2], name=CANARIES[3], is_verified=True
)
ROW = connection(identity=IDENTITY, calendars=("primary", CANARIES[4]))


@pytest.fixture(params=[True, False])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SqlStore]:
    ring = KeyRing([SealKey(b"ring", b"r" * 32)])
    made = SqlStore.open(f"sqlite:///{tmp_path}/syncd.db", ring, inline=request.param)
    yield made
    made.close()


def files(tmp_path: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}


def holding(tmp_path: Path, text: bytes) -> list[str]:
    return [name for name, content in files(tmp_path).items() if text in content]


async def lived(store: SqlStore) -> None:
    """Connect, and work for a while: many pages, many grants, somebody else as well."""
    await connected(store, ROW, connection(BEN_GOOGLE))
    for number in range(20):
        await granted(store, grant(f"canary-{number}"))
        await granted(store, grant(f"of ben {number}"), BEN_GOOGLE)
        await connected(store, replace(ROW, probed_at=NOW))


def backed_up(tmp_path: Path, name: str) -> None:
    with closing(sqlite3.connect(tmp_path / "syncd.db")) as raw:
        raw.execute("VACUUM INTO ?", (str(tmp_path / name),))


async def test_nothing_of_a_connected_account_stands_in_plain_text(store: SqlStore, tmp_path: Path):
    await lived(store)
    backed_up(tmp_path, "before")

    assert set(files(tmp_path)) >= {"syncd.db", "syncd.db-wal", "before"}
    for text in (*CANARIES, *TOKENS):
        assert holding(tmp_path, text.encode()) == []


async def test_an_erased_account_leaves_nothing_not_even_sealed(store: SqlStore, tmp_path: Path):
    await lived(store)
    with closing(sqlite3.connect(tmp_path / "syncd.db")) as raw:
        [values] = raw.execute(
            "SELECT identity, sealed_key, profile, sealed FROM connection"
            " JOIN connection_grant USING (account) WHERE account = ?",
            (str(ANA_GOOGLE),),
        ).fetchall()
    left = [value.encode() if isinstance(value, str) else value for value in values]
    assert all(holding(tmp_path, value) for value in left)

    assert await store.run(lambda tx: tx.connections.erase(ANA_GOOGLE))
    await store.settle()
    backed_up(tmp_path, "after")

    assert (tmp_path / "syncd.db-wal").stat().st_size == 0
    for value in (*left, str(ANA_GOOGLE).encode(), *(text.encode() for text in CANARIES + TOKENS)):
        assert holding(tmp_path, value) == []
    kept = await store.run(lambda tx: tx.grants.get(BEN_GOOGLE))
    assert kept is not None
    assert kept.grant == grant("of ben 19")


async def test_a_reader_puts_the_settling_off_and_it_is_made_up_for(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("syncd.store.database._PATIENCE", 0.0)
    ring = KeyRing([SealKey(b"ring", b"r" * 32)])
    store = SqlStore.open(f"sqlite:///{tmp_path}/syncd.db", ring, inline=True)
    await connected(store, ROW)
    with closing(sqlite3.connect(tmp_path / "syncd.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM connection").fetchall()
        await store.run(lambda tx: tx.connections.erase(ANA_GOOGLE))

        await store.settle()

        assert (tmp_path / "syncd.db-wal").stat().st_size > 0
        reader.execute("COMMIT")
        await store.run(lambda tx: tx.connections.all())
        assert (tmp_path / "syncd.db-wal").stat().st_size == 0
    store.close()


async def test_what_is_still_unsettled_is_settled_at_the_end(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("syncd.store.database._PATIENCE", 0.0)
    ring = KeyRing([SealKey(b"ring", b"r" * 32)])
    store = SqlStore.open(f"sqlite:///{tmp_path}/syncd.db", ring)
    await connected(store, ROW)
    with closing(sqlite3.connect(tmp_path / "syncd.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM connection").fetchall()
        await store.run(lambda tx: tx.connections.erase(ANA_GOOGLE))
        await store.settle()
        reader.execute("COMMIT")

        store.close()

        assert (tmp_path / "syncd.db-wal").stat().st_size == 0


async def test_memory_settles_at_once():
    store = SqlStore.open("sqlite://", KeyRing([SealKey(b"ring", b"r" * 32)]))
    await connected(store, ROW)

    await store.settle()

    assert await store.run(lambda tx: tx.connections.get(ANA_GOOGLE)) == ROW
    store.close()
