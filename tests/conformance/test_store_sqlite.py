"""The store on SQLite, in a file and in memory, keeps every promise of its port."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from syncd.ports.replicas import Turn
from syncd.ports.store import Store
from syncd.store.keyfile import new_key_file, read_key_file
from syncd.store.store import SqlStore

pytest.register_assert_rewrite(
    "tests.conformance.store_contract",
    "tests.conformance.store_contract_accounts",
    "tests.conformance.store_contract_bindings",
    "tests.conformance.store_contract_calendars",
    "tests.conformance.store_contract_choices",
    "tests.conformance.store_contract_connections",
    "tests.conformance.store_contract_departures",
    "tests.conformance.store_contract_events",
    "tests.conformance.store_contract_leases",
    "tests.conformance.store_contract_occurrences",
    "tests.conformance.store_contract_orphans",
    "tests.conformance.store_contract_page",
    "tests.conformance.store_contract_replicas",
)

# The star brings the tests; their asserts are to be rewritten first.
# ruff: noqa: E402, F403, F405
from tests.conformance.store_cases import at
from tests.conformance.store_contract import *
from tests.conformance.store_contract_accounts import *
from tests.conformance.store_contract_bindings import *
from tests.conformance.store_contract_calendars import *
from tests.conformance.store_contract_choices import *
from tests.conformance.store_contract_connections import *
from tests.conformance.store_contract_departures import *
from tests.conformance.store_contract_events import *
from tests.conformance.store_contract_leases import *
from tests.conformance.store_contract_occurrences import *
from tests.conformance.store_contract_orphans import *
from tests.conformance.store_contract_page import *
from tests.conformance.store_contract_replicas import *


@pytest.fixture(params=["file", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    url = "sqlite://" if request.param == "memory" else f"sqlite:///{tmp_path}/syncd.db"
    opened = SqlStore.open(url, read_key_file(new_key_file()).ring)
    yield opened
    opened.close()


async def test_a_chore_done_by_a_clock_that_was_set_back_since_is_done_again(store: Store):
    await turn_of(store, "one", 600)
    await store.run(lambda tx: tx.chores.done("sweep", "one", now=at(600)))

    assert await turn_of(store, "two", 2) is Turn.OURS
