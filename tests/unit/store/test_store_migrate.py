"""The schema: scripts and tables agree, processes may start together, a newer one is refused."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from syncd.ports.store import StoreError
from syncd.store import migrations
from syncd.store.database import Database
from syncd.store.keyfile import new_key_file, read_key_file
from syncd.store.migrate import HEAD, Schema, check, create, upgrade
from syncd.store.store import SqlStore
from syncd.store.tables import METADATA

TABLES = {
    "ability",
    "choice",
    "chore",
    "guard",
    "account",
    "audit_entry",
    "binding",
    "budget",
    "calendar",
    "connection",
    "connection_grant",
    "counter",
    "event",
    "flow",
    "halt",
    "host",
    "intent",
    "marker_issued",
    "occurrence",
    "orphan",
    "replica",
    "revocation",
    "sealed_value",
    "secret_check",
    "session",
    "token",
}
UPGRADE = """
import sys
from syncd.store.migrate import upgrade
print("ready", flush=True)
sys.stdin.readline()
upgrade(sys.argv[1])
print("alembic" in sys.modules)
"""


def upgrading(url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", UPGRADE, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def database_of(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/syncd.db"


def sql(tmp_path: Path, statement: str) -> None:
    with closing(sqlite3.connect(tmp_path / "syncd.db")) as connection, connection:
        connection.execute(statement)


def test_the_known_head_is_that_of_the_scripts():
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])

    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_an_upgraded_database_differs_in_nothing(tmp_path: Path):
    upgrade(database_of(tmp_path))

    assert check(database_of(tmp_path)) == Schema(current=HEAD, head=HEAD, differences=())


def test_scripts_and_tables_make_the_very_same_schema(tmp_path: Path):
    upgrade(database_of(tmp_path))
    made, migrated = Database("sqlite://"), Database(database_of(tmp_path))
    create(made.engine)

    def shape(connection: sa.Connection) -> dict[str, object]:
        inspector = sa.inspect(connection)
        return {
            name: (
                [(c["name"], str(c["type"]), c["nullable"]) for c in inspector.get_columns(name)],
                inspector.get_pk_constraint(name),
                inspector.get_unique_constraints(name),
                inspector.get_foreign_keys(name),
                [(i["name"], i["unique"], i["column_names"]) for i in inspector.get_indexes(name)],
            )
            for name in METADATA.tables
        }

    assert migrated.transact(shape) == made.transact(shape)
    made.close()
    migrated.close()


def test_the_tables_are_those_known(tmp_path: Path):
    upgrade(database_of(tmp_path))

    with closing(sqlite3.connect(tmp_path / "syncd.db")) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()

    assert {name for (name,) in rows} == TABLES | {"alembic_version"}


def test_upgrading_again_changes_nothing(tmp_path: Path):
    upgrade(database_of(tmp_path))
    sql(tmp_path, "INSERT INTO budget VALUES ('ana@example.com', '2026-12-01', 3)")

    upgrade(database_of(tmp_path))

    with closing(sqlite3.connect(tmp_path / "syncd.db")) as connection:
        assert connection.execute("SELECT used FROM budget").fetchall() == [(3,)]


def test_an_empty_database_is_told_apart(tmp_path: Path):
    (tmp_path / "syncd.db").touch()

    schema = check(database_of(tmp_path))

    assert schema.current is None
    assert "add_table calendar" in schema.differences


def test_a_missing_index_is_a_difference(tmp_path: Path):
    upgrade(database_of(tmp_path))
    sql(tmp_path, "DROP INDEX uq_intent_open")

    assert check(database_of(tmp_path)).differences == ("add_index uq_intent_open",)


def test_checking_makes_no_database(tmp_path: Path):
    with pytest.raises(StoreError, match=r"there is no database .*syncd.db"):
        check(database_of(tmp_path))

    assert list(tmp_path.iterdir()) == []


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path):
    upgrade(database_of(tmp_path))
    sql(tmp_path, "UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(StoreError, match=f"newer syncd .*schema 9999, known here is {HEAD}"):
        upgrade(database_of(tmp_path))
    with pytest.raises(StoreError, match="newer syncd"):
        SqlStore.open(database_of(tmp_path), read_key_file(new_key_file()).ring)

    assert check(database_of(tmp_path)).current == "9999"


def test_a_failed_upgrade_leaves_nothing_behind(tmp_path: Path):
    (tmp_path / "syncd.db").touch(0o600)
    sql(tmp_path, "CREATE TABLE secret_check (of TEXT)")

    with pytest.raises(StoreError, match="already exists"):
        upgrade(database_of(tmp_path))

    with closing(sqlite3.connect(tmp_path / "syncd.db")) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master").fetchall()
    assert rows == [("secret_check",)]


def test_four_processes_may_upgrade_at_once(tmp_path: Path):
    processes = [upgrading(database_of(tmp_path)) for _ in range(4)]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    ends = [(process.communicate()[1], process.returncode) for process in processes]

    assert ends == [("", 0)] * 4
    assert check(database_of(tmp_path)) == Schema(current=HEAD, head=HEAD, differences=())


def test_a_database_at_the_head_is_opened_without_alembic(tmp_path: Path):
    upgrade(database_of(tmp_path))

    out, _ = upgrading(database_of(tmp_path)).communicate("\n")

    assert out == "ready\nFalse\n"
