"""A hint has the daemon look at once: for what is due, and for accounts that came or went."""

from __future__ import annotations

import asyncio
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from syncd.bootstrap import running
from syncd.bootstrap.application import Opened
from syncd.bootstrap.running import Daemon
from syncd.config.load import Loaded
from syncd.engine.deps import Health
from syncd.store.keyfile import new_key_file, read_key_file
from syncd.store.store import SqlStore
from tests.conformance.store_account_cases import connected, connection

KEYS = read_key_file(new_key_file())
PATIENCE = 10.0


class HurriedEngine:
    def __init__(self) -> None:
        self.hurried = asyncio.Event()
        self.times = 0

    def hurry(self) -> None:
        self.times += 1
        self.hurried.set()


async def test_it_hurries_the_engine_and_sees_new_accounts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # Without a hint it would look after this long.
    monkeypatch.setattr(running, "_ACCOUNTS_SECONDS", 3600.0)
    with closing(SqlStore.open("sqlite://", KEYS.ring)) as store:
        daemon = Daemon(tmp_path, cast(Loaded, None), Opened(store, KEYS, "one"))
        engine = HurriedEngine()
        served: Any = SimpleNamespace(deps=SimpleNamespace(health=Health()), version=0)
        waiting = asyncio.create_task(daemon._until_due(cast(Any, engine), served))

        daemon._hint.set()
        await asyncio.wait_for(engine.hurried.wait(), PATIENCE)
        assert not daemon._hint.is_set()
        assert not waiting.done()

        await connected(store, connection())
        daemon._hint.set()
        await asyncio.wait_for(waiting, PATIENCE)
        assert engine.times == 2
