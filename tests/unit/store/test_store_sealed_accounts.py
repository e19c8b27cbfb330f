"""What is sealed of an account opens in its own place, unaltered, and nowhere else."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from syncd.core.secret import Secret
from syncd.ports.connections import FlowRow
from syncd.ports.store import Tx
from syncd.store.crypto import KeyRing, SealBroken, SealKey
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
from tests.conformance.store_cases import NOW

RING = KeyRing([SealKey(b"ring", b"r" * 32)])
STATES = ("state of ana", "state of ben")

READS: dict[str, Callable[[Tx], object]] = {
    "connection.sealed_key": lambda tx: tx.connections.get(BEN_GOOGLE),
    "connection.profile": lambda tx: tx.connections.get(BEN_GOOGLE),
    "connection_grant.sealed": lambda tx: tx.grants.get(BEN_GOOGLE),
    "revocation.sealed": lambda tx: tx.revocations.all(),
    "flow.sealed": lambda tx: [tx.flows.take(state, now=NOW) for state in STATES],
}


def opened(tmp_path: Path, ring: KeyRing = RING) -> SqlStore:
    return SqlStore.open(f"sqlite:///{tmp_path}/syncd.db", ring, inline=True)


async def filled(tmp_path: Path) -> None:
    store = opened(tmp_path)
    await connected(store, connection(ANA_GOOGLE), connection(ANA_ZOOM), connection(BEN_GOOGLE))
    for account in (ANA_GOOGLE, ANA_ZOOM, BEN_GOOGLE):
        await granted(store, grant(f"of {account}"), account)
    for name in ("one", "two"):
        await store.run(partial(_end_later, name=name))
    for state in STATES:
        await store.run(partial(_begin, state=state))
    await store.run(lambda tx: tx.audit.add(entry()))
    store.close()


def _end_later(tx: Tx, *, name: str) -> None:
    tx.revocations.put(revocation(name))


def _begin(tx: Tx, *, state: str) -> None:
    tx.flows.put(flow(state, kept=Secret(f"kept of {state}")))


def sql(tmp_path: Path, statement: str, *values: object) -> list[tuple[bytes, ...]]:
    with closing(sqlite3.connect(tmp_path / "syncd.db")) as raw, raw:
        raw.execute("PRAGMA synchronous=OFF")
        return raw.execute(statement, values).fetchall()


def sealed(tmp_path: Path) -> dict[tuple[str, int], bytes]:
    found = {}
    for place in [*READS, "sealed_value.sealed", "secret_check.sealed"]:
        table, column = place.split(".")
        for rowid, value in sql(tmp_path, f"SELECT rowid, {column} FROM {table}"):
            found[place, int(rowid)] = value
    return found


@pytest.mark.parametrize("target", READS)
@pytest.mark.parametrize("is_of_others", [True, False])
async def test_a_sealed_value_put_anywhere_else_does_not_open(
    tmp_path: Path, target: str, is_of_others: bool
):
    await filled(tmp_path)
    table, column = target.split(".")
    before = sealed(tmp_path)
    tried = 0
    for (place, rowid), value in before.items():
        if (place == target) is not is_of_others:
            continue
        for (other, victim), good in before.items():
            if other != target or (place, rowid) == (other, victim):
                continue
            sql(tmp_path, f"UPDATE {table} SET {column} = ? WHERE rowid = ?", value, victim)
            store = opened(tmp_path)
            with pytest.raises(SealBroken):
                await store.run(_every(target))
            store.close()
            sql(tmp_path, f"UPDATE {table} SET {column} = ? WHERE rowid = ?", good, victim)
            tried += 1
    assert tried > 0


def _every(target: str) -> Callable[[Tx], object]:
    """Read a column in all its rows."""
    accounts = (ANA_GOOGLE, ANA_ZOOM, BEN_GOOGLE)

    def grants(tx: Tx) -> object:
        return [tx.grants.get(account) for account in accounts]

    def keys(tx: Tx) -> object:
        return tx.connections.all(), grants(tx)

    match target:
        case "connection.sealed_key" | "connection.profile":
            return keys
        case "connection_grant.sealed":
            return grants
        case _:
            return READS[target]


@pytest.mark.parametrize("target", READS)
async def test_no_bit_of_a_sealed_value_can_be_flipped(tmp_path: Path, target: str):
    await filled(tmp_path)
    table, column = target.split(".")
    victim, value = max(
        (rowid, value) for (place, rowid), value in sealed(tmp_path).items() if place == target
    )
    raw = sqlite3.connect(tmp_path / "syncd.db", isolation_level=None)
    raw.execute("PRAGMA synchronous=OFF")
    store = opened(tmp_path)
    for bit in range(len(value) * 8):
        altered = bytearray(value)
        altered[bit // 8] ^= 1 << bit % 8
        raw.execute(
            f"UPDATE {table} SET {column} = ? WHERE rowid = ?",
            (bytes(altered), victim),
        )
        with pytest.raises(SealBroken):
            await store.run(READS[target])
    store.close()
    raw.close()


async def test_a_value_from_before_a_reconnect_does_not_open(tmp_path: Path):
    await filled(tmp_path)
    [(profile, token)] = sql(
        tmp_path,
        "SELECT profile, sealed FROM connection JOIN connection_grant USING (account)"
        " WHERE account = 'google:ben@example.com'",
    )
    store = opened(tmp_path)
    await store.run(lambda tx: tx.connections.erase(BEN_GOOGLE))
    await connected(store, connection(BEN_GOOGLE))
    await granted(store, grant("new"), BEN_GOOGLE)
    sql(tmp_path, "UPDATE connection SET profile = ? WHERE account LIKE '%ben%'", profile)
    sql(tmp_path, "UPDATE connection_grant SET sealed = ? WHERE account LIKE '%ben%'", token)

    for read in (READS["connection.profile"], READS["connection_grant.sealed"]):
        with pytest.raises(SealBroken):
            await store.run(read)
    store.close()


async def test_an_altered_account_can_still_be_erased_and_connected_anew(tmp_path: Path):
    await filled(tmp_path)
    sql(tmp_path, "UPDATE connection SET sealed_key = x'00' WHERE account LIKE '%ben%'")
    store = opened(tmp_path)

    with pytest.raises(SealBroken):
        await connected(store, connection(BEN_GOOGLE))
    assert await store.run(lambda tx: tx.connections.erase(BEN_GOOGLE))
    await connected(store, connection(BEN_GOOGLE))

    assert await store.run(lambda tx: tx.connections.get(BEN_GOOGLE)) == connection(BEN_GOOGLE)
    store.close()


async def test_every_account_has_a_key_of_its_own_and_no_nonce_comes_twice(tmp_path: Path):
    await filled(tmp_path)
    store = opened(tmp_path)
    seen: list[bytes] = []
    for number in range(50):
        await connected(store, connection(calendars=(f"calendar {number}",)))
        await granted(store, grant())
        seen += sealed(tmp_path).values()
    store.close()

    profiles = {value[1:5] for (place, _), value in sealed(tmp_path).items() if "profile" in place}
    fresh = set(seen)
    assert len(profiles) == 3
    assert len({value[:17] for value in fresh}) == len(fresh)


def test_nonces_are_unique_over_many_seals():
    nonces = {RING.seal(b"", table="t", row="r", purpose="p")[5:17] for _ in range(200_000)}

    assert len(nonces) == 200_000


async def test_no_secret_shows_in_the_files_or_in_a_repr(tmp_path: Path):
    await filled(tmp_path)
    store = opened(tmp_path)
    row = await store.run(lambda tx: tx.flows.take(STATES[0], now=NOW))
    store.close()

    assert isinstance(row, FlowRow)
    assert "kept of" not in repr(row)
    content = (tmp_path / "syncd.db").read_bytes()
    for text in ("of google", "kept of", "state of", "subject of", "ana.private", "team@group"):
        assert text.encode() not in content
