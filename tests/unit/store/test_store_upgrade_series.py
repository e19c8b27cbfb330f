"""A database from before bindings knew of their series keeps them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config

from syncd.store import migrations
from syncd.store.migrate import HEAD, Schema, check, upgrade
from syncd.store.sqlite import sqlite_engine

BOUND = (
    "INSERT INTO binding (id, key, calendar, event_id, state, host, starts_at, ends_at, flag_taken,"
    " wishes, flags_seen) VALUES ('b', 'k', 'c', 'e', 'linked', 'h', '2026-12-01', '2026-12-02', 0,"
    " '[]', '[]')"
)


def test_bindings_are_kept_and_nothing_is_known_of_their_series(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/syncd.db"
    _upgrade_to(url, "0004")
    with closing(sqlite3.connect(tmp_path / "syncd.db")) as connection, connection:
        connection.execute(BOUND)

    upgrade(url)

    with closing(sqlite3.connect(tmp_path / "syncd.db")) as connection:
        told = connection.execute("SELECT id, repeats, inexact FROM binding")
        assert told.fetchall() == [("b", 0, None)]
    assert check(url) == Schema(current=HEAD, head=HEAD, differences=())


def _upgrade_to(url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    engine = sqlite_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
