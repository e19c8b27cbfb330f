"""Everything sealed is sealed anew, may be broken off at any row, and nothing is lost.

Shows K27 of `config/promises.md`.
"""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from syncd.core.audit import verify
from syncd.core.ids import AccountKey, Provider
from syncd.core.secret import Secret
from syncd.ports.store import StoreError, Tx
from syncd.store.connection_tables import METADATA
from syncd.store.crypto import KeyRing, SealBroken, SealKey
from syncd.store.sealed_columns import COLUMNS, OF_ACCOUNTS
from syncd.store.store import SqlStore
from tests.conformance.store_account_cases import (
    ANA_GOOGLE,
    ANA_ZOOM,
    BEN_GOOGLE,
    connected,
    connection,
    entry,
    flow,
    grant,
    granted,
    revocation,
)
from tests.conformance.store_cases import NOW, at

OLD, NEW = SealKey(b"old!", b"o" * 32), SealKey(b"new!", b"n" * 32)
SERVICE = AccountKey(Provider.ZOOM, "account")
ROWS = 10
ROOT = Path(__file__).parents[3]
DIE = """
import os, signal, sys
from pathlib import Path
from syncd.store.database import Database
from tests.unit.store.test_store_rotation import NEW, OLD, opened

left, transact = int(sys.argv[2]), Database.transact

def mortal(self, work):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return transact(self, work)

store = opened(Path(sys.argv[1]), NEW, OLD)
Database.transact = mortal
store.reseal()
"""


def opened(tmp_path: Path, *keys: SealKey) -> SqlStore:
    return SqlStore.open(f"sqlite:///{tmp_path}/syncd.db", KeyRing(keys), inline=True)


async def filled(tmp_path: Path) -> None:
    store = opened(tmp_path, OLD)
    await connected(store, connection(ANA_GOOGLE), connection(ANA_ZOOM), connection(BEN_GOOGLE))
    await granted(store, grant("of ana"), ANA_GOOGLE)
    await granted(store, grant("of ben"), BEN_GOOGLE)
    await store.run(_others)
    store.close()


def _others(tx: Tx) -> None:
    tx.tokens.put(SERVICE, Secret("service token"), expires_at=at(60))
    # A refresh that never gave a token has nothing sealed.
    tx.tokens.begin_refresh(BEN_GOOGLE, holder="one", now=NOW, until=at(1))
    tx.revocations.put(revocation("first"))
    tx.flows.put(flow("one"))
    tx.flows.put(flow("two"))
    for number in range(3):
        tx.audit.add(entry(f"thing.{number}"))


def all_there(tx: Tx) -> None:
    rows = [connection(ANA_GOOGLE), connection(BEN_GOOGLE), connection(ANA_ZOOM)]
    assert tx.connections.all() == rows
    for row in rows:
        assert tx.connections.of_identity(row.account.provider, row.identity.subject) == row
    grants = [tx.grants.get(account) for account in (ANA_GOOGLE, BEN_GOOGLE, ANA_ZOOM)]
    assert [found and found.grant for found in grants] == [grant("of ana"), grant("of ben"), None]
    token = tx.tokens.get(SERVICE)
    assert token is not None
    assert token.token == Secret("service token")
    assert tx.revocations.all() == [revocation("first")]
    assert verify(tx.audit.since(0, limit=9), head=tx.audit.head()) is None
    assert tx.audit.head().number == 3


async def taken(store: SqlStore) -> Sequence[object]:
    return await store.run(lambda tx: [tx.flows.take(state, now=NOW) for state in ("one", "two")])


def killed_after(rows: int, tmp_path: Path) -> int:
    argv = [sys.executable, "-c", DIE, str(tmp_path), str(rows)]
    return subprocess.run(argv, cwd=ROOT, check=False).returncode


async def test_everything_opens_with_the_new_key_alone(tmp_path: Path):
    await filled(tmp_path)
    store = opened(tmp_path, NEW, OLD)
    # Opening has sealed the check value anew.
    assert store.sealed_with() == {OLD.id.hex(): ROWS - 1, NEW.id.hex(): 1}

    assert store.reseal() == ROWS - 1
    assert store.reseal() == 0
    assert store.sealed_with() == {NEW.id.hex(): ROWS}
    store.close()

    store = opened(tmp_path, NEW)
    await store.run(all_there)
    assert await taken(store) == [flow("one"), flow("two")]
    store.close()


async def test_every_account_gets_a_new_key_and_nothing_of_the_old_ones_stays(tmp_path: Path):
    def sealed() -> list[bytes]:
        with closing(sqlite3.connect(tmp_path / "syncd.db")) as raw:
            return [
                value
                for statement in (
                    "SELECT sealed_key, profile FROM connection",
                    "SELECT sealed FROM connection_grant",
                    "SELECT sealed FROM token WHERE sealed IS NOT NULL",
                )
                for row in raw.execute(statement)
                for value in row
            ]

    await filled(tmp_path)
    before = sealed()
    store = opened(tmp_path, NEW, OLD)
    store.reseal()
    store.close()

    content = (tmp_path / "syncd.db").read_bytes()
    assert not [value for value in before if value in content]
    assert not {value[1:5] for value in before} & {value[1:5] for value in sealed()}


@pytest.mark.parametrize("rows", range(ROWS))
async def test_a_rotation_killed_at_any_row_goes_on(tmp_path: Path, rows: int):
    await filled(tmp_path)
    assert killed_after(rows, tmp_path) == -signal.SIGKILL

    store = opened(tmp_path, NEW, OLD)
    await store.run(all_there)
    assert store.sealed_with().get(OLD.id.hex(), 0) == ROWS - 1 - rows
    assert store.reseal() == ROWS - 1 - rows
    store.close()
    store = opened(tmp_path, NEW)
    await store.run(all_there)
    store.close()


async def test_one_that_has_only_the_former_key_writes_nothing_sealed_any_more(tmp_path: Path):
    await filled(tmp_path)
    former, rotating = opened(tmp_path, OLD), opened(tmp_path, NEW, OLD)

    # Sealed with the account's own key, which is renewed together with it.
    await granted(former, grant("of ana"))
    with pytest.raises(StoreError, match=r"keys were rotated .* restart it"):
        await connected(former, connection(AccountKey(Provider.GOOGLE, "new@example.com")))
    with pytest.raises(StoreError, match="keys were rotated"):
        await former.run(lambda tx: tx.audit.add(entry("late")))
    await former.run(lambda tx: tx.hosts.spend("ana@example.com", NOW.date()))
    rotating.reseal()
    with pytest.raises(SealBroken, match="sealed with key 6e657721, which is not in the key file"):
        await former.run(lambda tx: tx.grants.get(ANA_GOOGLE))
    await rotating.run(all_there)
    former.close()
    rotating.close()


async def test_a_value_that_does_not_open_stops_the_rotation_and_is_named(tmp_path: Path):
    await filled(tmp_path)
    with closing(sqlite3.connect(tmp_path / "syncd.db")) as raw, raw:
        raw.execute("UPDATE revocation SET sealed = CAST(sealed || x'00' AS BLOB)")
    store = opened(tmp_path, NEW, OLD)

    with pytest.raises(SealBroken, match="grant to be ended in table revocation"):
        store.reseal()
    await store.run(lambda tx: tx.revocations.delete("first"))
    store.reseal()
    store.close()


def test_no_column_that_could_be_sealed_is_forgotten():
    blobs = {
        str(column)
        for table in METADATA.tables.values()
        for column in table.c
        if isinstance(column.type, sa.LargeBinary)
    }
    under_the_ring = {str(column.sealed) for column in (*COLUMNS, OF_ACCOUNTS)}

    assert blobs == under_the_ring | {"connection.profile", "connection_grant.sealed"}
