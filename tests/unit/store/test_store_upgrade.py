"""A database of an earlier schema keeps all it holds when it is upgraded."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config

from syncd.core.binding import Binding, BindingState, Intent, IntentKind
from syncd.core.conference import ConferenceKind
from syncd.core.ids import CalendarKey, EventKey, EventRef, Provider
from syncd.ports.rows import CalendarRow
from syncd.ports.store import Tx
from syncd.store import migrations
from syncd.store.keyfile import new_key_file, read_key_file
from syncd.store.migrate import HEAD, Schema, check
from syncd.store.sqlite import sqlite_engine
from syncd.store.store import SqlStore
from tests.conformance.store_cases import NOW, at

ANA = CalendarKey(Provider.GOOGLE, "ana@example.com", "primary")
BEN = CalendarKey(Provider.MICROSOFT, "ben@example.com", "primary")

# As the first version wrote it.
FIRST = """
INSERT INTO calendar (key, cursor, due_at, poll_at, lease_holder, lease_until, lease_epoch,
  failures, last_success, problem, enabled) VALUES
  ('google' || char(10) || 'ana@example.com' || char(10) || 'primary', 'sync token',
   '2026-12-01 09:00:00.000000', '2026-12-01 09:00:00.000000', NULL, NULL, 3, 0,
   '2026-12-01 08:59:00.000000', NULL, 1),
  ('microsoft' || char(10) || 'ben@example.com' || char(10) || 'primary', NULL,
   '2026-12-01 09:00:00.000000', '2026-12-01 09:00:00.000000', NULL, NULL, 1, 2,
   '2026-12-01 08:59:00.000000', 'the mailbox does not answer', 1);
INSERT INTO binding (id, key, calendar, event_id, state, host, starts_at, ends_at, meeting_id,
  join_url, spec_digest, version, changed_at, flag_taken, wishes, flags_seen, removal_since) VALUES
  ('b1', 'google' || char(10) || 'uid@google.com' || char(10),
   'google' || char(10) || 'ana@example.com' || char(10) || 'primary', 'ev1', 'linked',
   'ana@example.com', '2026-12-01 10:00:00.000000', '2026-12-01 10:30:00.000000', 93123456789,
   'https://us05web.zoom.us/j/93123456789', 'digest', '"etag"', '2026-12-01 08:58:00.000000', 1,
   '["wait"]', '[]', NULL);
INSERT INTO intent (id, binding_id, kind, host, marker, meeting_id, opened_at, epoch, outcome,
  closed_at) VALUES
  ('i1', 'b1', 'update', 'ana@example.com', '', 93123456789, '2026-12-01 08:59:30.000000', 3,
   NULL, NULL);
"""


# The same, as it is read today; every calendar is read from its beginning once more.
CALENDARS = [
    CalendarRow(
        key=ANA,
        cursor=None,
        poll_at=NOW,
        failures=0,
        last_success=at(-1),
        problem=None,
        enabled=True,
        first_read=at(-1),
    ),
    CalendarRow(
        key=BEN,
        cursor=None,
        poll_at=NOW,
        failures=2,
        last_success=at(-1),
        problem="the mailbox does not answer",
        enabled=True,
        first_read=None,
    ),
]
BINDINGS = [
    Binding(
        id="b1",
        key=EventKey(Provider.GOOGLE, "uid@google.com"),
        ref=EventRef(ANA, "ev1"),
        state=BindingState.LINKED,
        host="ana@example.com",
        starts_at=at(60),
        ends_at=at(90),
        conference=ConferenceKind.ZOOM,
        meeting_id=93123456789,
        join_url="https://us05web.zoom.us/j/93123456789",
        spec_digest="digest",
        version='"etag"',
        changed_at=at(-2),
        flag_taken=True,
        wishes=("wait",),
    )
]
INTENTS = [
    Intent(
        id="i1",
        binding_id="b1",
        kind=IntentKind.UPDATE,
        host="ana@example.com",
        marker="",
        meeting_id=93123456789,
        opened_at=at(-0.5),
        epoch=3,
    )
]


def first_version(tmp_path: Path) -> str:
    """Make a database as the first version left it; gives its URL."""
    url = f"sqlite:///{tmp_path}/syncd.db"
    config = Config()
    config.set_main_option("script_location", migrations.__path__[0])
    engine = sqlite_engine(url)
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    with closing(sqlite3.connect(tmp_path / "syncd.db")) as connection:
        connection.executescript(FIRST)
    return url


async def test_the_first_schema_is_upgraded_with_all_that_it_holds(tmp_path: Path):
    url = first_version(tmp_path)

    store = SqlStore.open(url, read_key_file(new_key_file()).ring)

    def everything(tx: Tx) -> object:
        return list(tx.calendars.all()), list(tx.bindings.all()), list(tx.journal.all_open())

    assert await store.run(everything) == (CALENDARS, BINDINGS, INTENTS)
    store.close()
    assert check(url) == Schema(current=HEAD, head=HEAD, differences=())
