"""The store on PostgreSQL keeps every promise of its port.

Leases there go by the server's clock; the tests put a clock of their own in its place, which shows
the time that each step is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from syncd.ports.store import Store
from syncd.store.connection_tables import METADATA
from syncd.store.database import Database
from syncd.store.keyfile import new_key_file, read_key_file
from syncd.store.store import SqlStore
from syncd.store.tx import SqlTx
from tests.postgres import Server, postgres  # noqa: F401 - a fixture

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
# ruff: noqa: E402, F403
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

RING = read_key_file(new_key_file()).ring
# A function of this schema is found before PostgreSQL's own.
TEST_CLOCK = """
CREATE SCHEMA test_clock;
CREATE FUNCTION test_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
  $$ SELECT current_setting('test_clock.now')::timestamptz $$;
"""
CLOCK_FIRST = "&options=-csearch_path=test_clock,public,pg_catalog"


class Timed:
    """A repository that sets the server's clock to the time that a step is given."""

    def __init__(self, connection: sa.Connection, repository: Any) -> None:
        self._connection = connection
        self._repository = repository

    def __getattr__(self, name: str) -> Any:
        step = getattr(self._repository, name)

        def timed(*given: Any, **named: Any) -> Any:
            now = named.get("now")
            if isinstance(now, datetime) and now.utcoffset() is not None:
                shown = sa.func.set_config("test_clock.now", now.isoformat(), True)
                self._connection.execute(sa.select(shown))
            return step(*given, **named)

        return timed


class TimedStore(SqlStore):
    def _tx(self, connection: sa.Connection) -> SqlTx:
        tx = super()._tx(connection)
        for name in ("calendars", "replicas", "chores"):
            vars(tx)[name] = Timed(connection, getattr(tx, name))
        return tx


@pytest.fixture(scope="module")
def opened(postgres: Server) -> Iterator[TimedStore]:  # noqa: F811
    name = postgres.new_database()
    SqlStore.open(postgres.url(name), RING).close()
    postgres.sql(TEST_CLOCK, name)
    database = Database(postgres.url(name) + CLOCK_FIRST)
    store = TimedStore(database, RING)
    yield store
    store.close()


@pytest.fixture
def store(opened: TimedStore) -> Store:
    opened._database.transact(empty)
    return opened


def empty(connection: sa.Connection) -> None:
    """Delete every row but the one that knows the keys; quicker than a new database."""
    tables = reversed(METADATA.sorted_tables)
    deletes = [f"DELETE FROM {table.name}" for table in tables if table.name != "secret_check"]
    connection.exec_driver_sql(";".join(deletes))
