"""Whoever changes the audit log in the database, without the keys, is found out."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from syncd.core.audit import Head, verify
from syncd.ports.connections import AuditRow
from syncd.ports.store import StoreError, Tx
from syncd.store.crypto import KeyRing, SealBroken, SealKey
from syncd.store.store import SqlStore
from tests.conformance.store_account_cases import entry

RING = KeyRing([SealKey(b"ring", b"r" * 32)])

EXCHANGE = """
UPDATE audit_entry SET number = 9 WHERE number = 2;
UPDATE audit_entry SET number = 2 WHERE number = 3;
UPDATE audit_entry SET number = 3 WHERE number = 9
"""
APPEND = """
INSERT INTO audit_entry SELECT 6, at, who, what, about, old, new, request_id, hash
FROM audit_entry WHERE number = 5
"""


def opened(tmp_path: Path) -> SqlStore:
    return SqlStore.open(f"sqlite:///{tmp_path}/syncd.db", RING, inline=True)


def sql(tmp_path: Path, statement: str) -> None:
    with closing(sqlite3.connect(tmp_path / "syncd.db")) as raw, raw:
        raw.executescript(statement)


def add(what: str):
    def work(tx: Tx) -> None:
        tx.audit.add(entry(what))

    return work


def whole(tx: Tx) -> tuple[list[AuditRow], Head]:
    return list(tx.audit.since(0, limit=1000)), tx.audit.head()


@pytest.mark.parametrize(
    ("attack", "bad"),
    [
        ("UPDATE audit_entry SET who = 'eve' WHERE number = 2", 2),
        ("UPDATE audit_entry SET at = '2026-11-01 00:00:00.000000' WHERE number = 3", 3),
        ("DELETE FROM audit_entry WHERE number = 1", 1),
        ("DELETE FROM audit_entry WHERE number = 3", 3),
        ("DELETE FROM audit_entry WHERE number = 5", 5),
        ("DELETE FROM audit_entry WHERE number > 3", 4),
        ("DELETE FROM audit_entry", 1),
        (EXCHANGE, 2),
        (APPEND, 6),
        ("DELETE FROM sealed_value", 1),
    ],
)
async def test_an_attack_is_named_and_stays_named(tmp_path: Path, attack: str, bad: int):
    store = opened(tmp_path)
    for number in range(5):
        await store.run(add(f"thing.{number}"))
    rows, head = await store.run(whole)
    assert verify(rows, head=head) is None

    sql(tmp_path, attack)

    rows, head = await store.run(whole)
    assert verify(rows, head=head) == bad
    if attack is not APPEND:
        await store.run(add("afterwards"))
        rows, head = await store.run(whole)
        assert rows[-1].entry.what == "afterwards"
        # Without the end the log begins again behind what is there.
        assert verify(rows, head=head) == (6 if "sealed_value" in attack else bad)
    store.close()


async def test_an_end_that_was_altered_is_refused(tmp_path: Path):
    store = opened(tmp_path)
    await store.run(add("one"))
    sql(tmp_path, "UPDATE sealed_value SET sealed = CAST(sealed || x'00' AS BLOB)")

    with pytest.raises(SealBroken, match="altered"):
        await store.run(lambda tx: tx.audit.head())
    with pytest.raises(StoreError):
        await store.run(add("two"))
    store.close()


async def test_several_writers_leave_one_chain(tmp_path: Path):
    stores = [SqlStore.open(f"sqlite:///{tmp_path}/syncd.db", RING) for _ in range(4)]

    await asyncio.gather(
        *(
            store.run(add(f"{place}.{number}"))
            for place, store in enumerate(stores)
            for number in range(10)
        )
    )

    rows, head = await stores[0].run(whole)
    for store in stores:
        store.close()
    assert [row.number for row in rows] == list(range(1, 41))
    assert verify(rows, head=head) is None
