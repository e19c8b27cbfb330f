"""SQLite knows no hints: one daemon works there, and its statements stay as they are."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from syncd.store.crypto import KeyRing, SealKey
from syncd.store.hints import with_hint
from syncd.store.store import SqlStore
from syncd.store.tables import CALENDAR
from tests.conformance.store_account_cases import connected, connection
from tests.conformance.store_cases import ANA, at, configured

RING = KeyRing([SealKey(b"test", b"k" * 32)])
CHANGE = sa.update(CALENDAR).values(failures=0)


def test_only_postgresql_has_a_statement_that_hints():
    assert with_hint(CHANGE, "sqlite") is CHANGE
    hinting: Any = with_hint(CHANGE, "postgresql")
    dialect: Any = postgresql.dialect
    text = str(hinting.compile(dialect=dialect()))
    assert "pg_notify" in text
    assert "RETURNING" in text


async def test_on_sqlite_nothing_is_sent_and_nobody_listens():
    hints: list[int] = []
    statements: list[str] = []
    with closing(SqlStore.open("sqlite://", RING)) as store:
        await configured(store, ANA)
        sa.event.listen(
            store._database.engine,
            "before_cursor_execute",
            lambda _connection, _cursor, statement, *_more: statements.append(statement),
        )
        before = asyncio.all_tasks()
        async with store.hinted(lambda: hints.append(1)):
            assert asyncio.all_tasks() == before
            await store.run(lambda tx: tx.calendars.hurry(ANA, due_at=at(-5)))
            await connected(store, connection())
    assert any(one.startswith("UPDATE calendar") for one in statements)
    assert not any("notify" in one for one in statements)
    assert hints == []
