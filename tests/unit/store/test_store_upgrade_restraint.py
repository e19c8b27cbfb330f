"""A database from before events rested and orphans were told keeps its rows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from syncd.store import migrations
from syncd.store.migrate import HEAD, Schema, check, upgrade
from syncd.store.sqlite import sqlite_engine


def test_events_are_kept_and_nothing_is_unsettled_or_noted(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/syncd.db"
    _upgrade_to_the_one_before(url, "0004")
    with closing(sqlite3.connect(tmp_path / "syncd.db")) as connection, connection:
        connection.execute(
            "INSERT INTO event (calendar, event_id, attempts, code, reason, remedy)"
            " VALUES ('c', 'e', 2, 'no_room', 'why', 'so')"
        )

    upgrade(url)

    with closing(sqlite3.connect(tmp_path / "syncd.db")) as connection:
        told = "SELECT code, attempts, unsettled_since, noted_at FROM event"
        assert connection.execute(told).fetchall() == [("no_room", 2, None, None)]
        assert connection.execute("SELECT count(*) FROM orphan").fetchall() == [(0,)]
    assert check(url) == Schema(current=HEAD, head=HEAD, differences=())


def _upgrade_to_the_one_before(url: str, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    before = ScriptDirectory.from_config(config).get_revision(revision).down_revision
    assert isinstance(before, str)
    engine = sqlite_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, before)
    engine.dispose()
