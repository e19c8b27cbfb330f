"""Occurrences that were changed before they were remembered are found by reading anew."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from syncd.store import migrations
from syncd.store.migrate import upgrade
from syncd.store.sqlite import sqlite_engine

REVISION = "0003"
CALENDAR = """
    INSERT INTO calendar (key, cursor, due_at, poll_at, lease_epoch, failures, enabled)
    VALUES ('google', 'cursor', '2026-12-01', '2026-12-01', 0, 0, 1)
"""


def test_every_calendar_is_read_anew_once(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/syncd.db"
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    before = ScriptDirectory.from_config(config).get_revision(REVISION).down_revision
    engine = sqlite_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, str(before))
        connection.execute(sa.text(CALENDAR))

    upgrade(url)

    with engine.begin() as connection:
        assert connection.execute(sa.text("SELECT cursor FROM calendar")).all() == [(None,)]
    engine.dispose()
