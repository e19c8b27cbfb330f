"""Several workers on one database file: each calendar goes to one of them."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from syncd.core.ids import CalendarKey
from syncd.store.crypto import KeyRing, SealKey
from syncd.store.store import SqlStore
from tests.conformance.store_cases import ANA, claimed, configured

RING = KeyRing([SealKey(b"test", b"k" * 32)])
KEYS = [replace(ANA, calendar_id=f"calendar {number:03}") for number in range(60)]
ROOT = Path(__file__).parents[2]
CLAIM = """
import asyncio, sys
from tests.conformance.store_cases import claimed
from tests.conformance.test_store_claims import RING
from syncd.store.store import SqlStore

async def claim_all():
    store = SqlStore.open(sys.argv[1], RING)
    print("ready", flush=True)
    sys.stdin.readline()
    while taken := await claimed(store, sys.argv[2], limit=3):
        for row, lease in taken:
            print(row.key.calendar_id, lease.holder, lease.epoch, sep=";")
    store.close()

asyncio.run(claim_all())
"""


async def _fill(url: str) -> None:
    store = SqlStore.open(url, RING)
    await configured(store, *KEYS)
    store.close()


async def _claim_all(store: SqlStore, holder: str) -> list[CalendarKey]:
    keys: list[CalendarKey] = []
    while taken := await claimed(store, holder, limit=3):
        keys += [row.key for row, _ in taken]
    return keys


async def test_threads_claim_every_calendar_once(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/syncd.db"
    await _fill(url)
    stores = [SqlStore.open(url, RING) for _ in range(4)]

    taken = await asyncio.gather(
        *(_claim_all(store, f"worker {number}") for number, store in enumerate(stores))
    )
    for store in stores:
        store.close()

    assert Counter(key for keys in taken for key in keys) == Counter(KEYS)


async def test_processes_claim_every_calendar_once(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/syncd.db"
    await _fill(url)
    processes = [_claiming(url, f"worker {number}") for number in range(3)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    lines = [line for process in processes for line in process.communicate()[0].splitlines()]

    assert [process.returncode for process in processes] == [0, 0, 0]
    claims = [line.split(";") for line in lines]
    assert sorted(name for name, _, _ in claims) == [key.calendar_id for key in KEYS]
    assert {epoch for _, _, epoch in claims} == {"1"}


def _claiming(url: str, holder: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CLAIM, url, holder],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
