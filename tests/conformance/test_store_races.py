"""Several processes on one database, a file or a server's: a grant is refreshed, and a consent taken, by one.

Shows I13 of `config/promises.md`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from syncd.ports.store import Tx
from syncd.store.crypto import KeyRing, SealKey
from syncd.store.store import SqlStore
from tests.conformance.store_account_cases import ANA_GOOGLE, connected, connection, flow, grant
from tests.postgres import postgres, postgres_url  # noqa: F401 - fixtures

RING = KeyRing([SealKey(b"test", b"k" * 32)])
ROOT = Path(__file__).parents[2]
STATES = [f"state {number}" for number in range(25)]
RACE = """
import asyncio, sys
from tests.conformance.store_cases import NOW, at
from tests.conformance.store_account_cases import ANA_GOOGLE, grant
from tests.conformance.test_store_races import RING, STATES
from syncd.store.store import SqlStore

url, holder = sys.argv[1:]

def begin(tx):
    return tx.grants.begin_refresh(ANA_GOOGLE, holder=holder, now=NOW, until=at(1))

async def race():
    store = SqlStore.open(url, RING)
    print("ready", flush=True)
    sys.stdin.readline()
    for state in STATES:
        if await store.run(lambda tx: tx.flows.take(state, now=NOW)):
            print("took", state, sep=";")
    if await store.run(begin):
        print("refreshes", holder, sep=";")
    store.close()

asyncio.run(race())
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/syncd.db"
    found: str = request.getfixturevalue("postgres_url")
    return found


async def test_processes_share_out_consents_and_one_refreshes(url: str):
    store = SqlStore.open(url, RING)
    await connected(store, connection())
    await store.run(lambda tx: tx.grants.put(ANA_GOOGLE, grant()))
    await store.run(_begin_all)
    store.close()
    processes = [_racing(url, f"worker {number}") for number in range(3)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    told = [
        line.split(";") for process in processes for line in process.communicate()[0].splitlines()
    ]

    assert [process.returncode for process in processes] == [0, 0, 0]
    assert sorted(name for what, name in told if what == "took") == sorted(STATES)
    assert sum(what == "refreshes" for what, _ in told) == 1


def _begin_all(tx: Tx) -> None:
    for state in STATES:
        tx.flows.put(flow(state))


def _racing(url: str, holder: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RACE, url, holder],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
