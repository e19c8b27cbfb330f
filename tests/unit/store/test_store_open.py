"""Opening a store: its keys are its own, secrets are sealed, what was committed is there."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from syncd.core.ids import AccountKey, Provider
from syncd.core.secret import Secret
from syncd.ports.rows import StoredToken
from syncd.ports.store import StoreError, Tx
from syncd.store.crypto import KeyRing, SealBroken, SealKey
from syncd.store.store import SqlStore
from tests.conformance.store_cases import ANA, NOW, at, claimed, configured, due

OLD, NEW = SealKey(b"old!", b"o" * 32), SealKey(b"new!", b"n" * 32)
ANA_GOOGLE = AccountKey(Provider.GOOGLE, "ana@example.com")
BEN_GOOGLE = AccountKey(Provider.GOOGLE, "ben@example.com")


@contextmanager
def opened(tmp_path: Path, *keys: SealKey, inline: bool = False) -> Iterator[SqlStore]:
    ring = KeyRing(keys or (OLD,))
    store = SqlStore.open(f"sqlite:///{tmp_path}/syncd.db", ring, inline=inline)
    try:
        yield store
    finally:
        store.close()


def put(account: AccountKey, text: str):
    def work(tx: Tx) -> StoredToken:
        return tx.tokens.put(account, Secret(text), expires_at=at(60))

    return work


def raw(tmp_path: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in tmp_path.iterdir()}


async def test_what_was_committed_is_there_after_opening_again(tmp_path: Path):
    with opened(tmp_path) as store:
        await configured(store, ANA)
        token = await store.run(put(ANA_GOOGLE, "first"))

    with opened(tmp_path, inline=True) as store:
        assert [row.key for row in await store.run(lambda tx: tx.calendars.all())] == [ANA]
        assert await store.run(lambda tx: tx.tokens.get(ANA_GOOGLE)) == token


async def test_leases_outlive_their_process(tmp_path: Path):
    with opened(tmp_path) as store:
        await configured(store, ANA)
        [(_, lease)] = await claimed(store, "one")

    with opened(tmp_path) as store:
        assert await claimed(store, "two") == []
        assert await claimed(store, "two", now=lease.until) != []


async def test_tokens_never_stand_in_the_files(tmp_path: Path):
    with opened(tmp_path) as store:
        await store.run(put(ANA_GOOGLE, "canary-token-1"))
        await store.run(put(ANA_GOOGLE, "canary-token-2"))
        await store.run(lambda tx: tx.tokens.get(ANA_GOOGLE))
        while_open = raw(tmp_path)
    closed = raw(tmp_path)

    assert set(while_open) == {"syncd.db", "syncd.db-wal", "syncd.db-shm"}
    assert b"google:ana@example.com" in while_open["syncd.db-wal"]
    assert not [name for name, content in while_open.items() if b"canary" in content]
    assert not [name for name, content in closed.items() if b"canary" in content]


async def test_a_token_moved_to_another_account_does_not_open(tmp_path: Path):
    with opened(tmp_path) as store:
        await store.run(put(ANA_GOOGLE, "of ana"))
        await store.run(put(BEN_GOOGLE, "of ben"))
    with closing(sqlite3.connect(tmp_path / "syncd.db")) as connection, connection:
        connection.execute(
            "UPDATE token SET sealed = (SELECT sealed FROM token WHERE account LIKE '%ana%')"
        )

    with opened(tmp_path) as store:
        with pytest.raises(SealBroken, match="altered or moved"):
            await store.run(lambda tx: tx.tokens.get(BEN_GOOGLE))
        found = await store.run(lambda tx: tx.tokens.get(ANA_GOOGLE))

    assert found is not None
    assert found.token == Secret("of ana")


def test_a_key_file_of_another_database_is_noticed_at_once(tmp_path: Path):
    with opened(tmp_path, OLD):
        pass

    with (
        pytest.raises(StoreError, match=r"does not belong to this database: .* key 6f6c6421"),
        opened(tmp_path, NEW),
    ):
        pass
    with (
        pytest.raises(StoreError, match="does not belong to this database"),
        opened(tmp_path, SealKey(OLD.id, NEW.key)),
    ):
        pass


async def test_a_former_key_may_go_once_the_new_one_has_sealed(tmp_path: Path):
    with opened(tmp_path, OLD) as store:
        await store.run(put(ANA_GOOGLE, "first"))
    with opened(tmp_path, NEW, OLD) as store:
        former = await store.run(lambda tx: tx.tokens.get(ANA_GOOGLE))
        await store.run(put(ANA_GOOGLE, "second"))

    with opened(tmp_path, NEW) as store:
        found = await store.run(lambda tx: tx.tokens.get(ANA_GOOGLE))

    assert former is not None
    assert former.token == Secret("first")
    assert found is not None
    assert found.token == Secret("second")


async def test_memory_is_forgotten_with_its_store():
    first = SqlStore.open("sqlite://", KeyRing([OLD]))
    await configured(first, ANA)
    first.close()

    second = SqlStore.open("sqlite://", KeyRing([NEW]))
    rows = await second.run(lambda tx: tx.calendars.all())
    second.close()

    assert rows == []


async def test_a_closed_store_says_so(tmp_path: Path):
    with opened(tmp_path) as store:
        pass

    with pytest.raises(StoreError, match="closed"):
        await store.run(lambda tx: tx.calendars.break_leases())


async def test_a_committed_time_reads_back_after_opening_again(tmp_path: Path):
    with opened(tmp_path) as store:
        await configured(store, ANA)

    with opened(tmp_path) as store:
        assert await due(store, NOW) == 1
