"""What must be spelt differently for another database is."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from syncd.core.ids import AccountKey, CalendarKey, EventKey, Provider
from syncd.store.keys import (
    account_key,
    account_text,
    calendar_key,
    calendar_text,
    event_key,
    event_text,
)
from syncd.store.leases import lease_statements
from syncd.store.sealed_values import GET as SEALED_VALUE
from syncd.store.secret_check import GET as IN_FORCE
from syncd.store.statements import replace_row
from syncd.store.tables import BUDGET
from tests.conformance.store_cases import NOW


def compiled(statement: Any, dialect: Any) -> str:
    return str(statement.compile(dialect=dialect()))


def test_a_claim_passes_over_rows_that_another_claims_on_postgresql():
    text = compiled(lease_statements("postgresql").claim, postgresql.dialect)

    assert "FOR UPDATE SKIP LOCKED" in text
    assert "RETURNING" in text


def test_a_claim_is_one_statement_on_sqlite():
    text = compiled(lease_statements("sqlite").claim, sqlite.dialect)

    assert text.startswith("WITH due AS")
    assert "FOR UPDATE" not in text


def test_the_end_of_the_audit_log_is_locked_on_postgresql():
    assert compiled(SEALED_VALUE, postgresql.dialect).endswith("FOR UPDATE")
    assert "FOR UPDATE" not in compiled(SEALED_VALUE, sqlite.dialect)


def test_the_key_in_force_is_held_on_postgresql():
    assert compiled(IN_FORCE, postgresql.dialect).endswith("FOR SHARE")
    assert "FOR" not in compiled(IN_FORCE, sqlite.dialect)


@pytest.mark.parametrize("dialect", [sqlite.dialect, postgresql.dialect])
def test_replacing_writes_all_but_the_key(dialect: Any):
    text = compiled(replace_row(BUDGET, dialect.name), dialect)

    assert text.endswith("ON CONFLICT (address, day) DO UPDATE SET used = excluded.used")


@pytest.mark.parametrize(
    "key",
    [
        EventKey(Provider.GOOGLE, "uid"),
        EventKey(Provider.MICROSOFT, "uid", NOW),
        EventKey(Provider.GOOGLE, "with\nlines\n", NOW),
        EventKey(Provider.GOOGLE, ""),
    ],
)
def test_an_event_key_reads_back(key: EventKey):
    assert event_key(event_text(key)) == key


def test_calendar_and_account_keys_read_back():
    calendar = CalendarKey(Provider.MICROSOFT, "a/b:c@example.com", "AAMk/x:y==")
    account = AccountKey(Provider.ZOOM, "a:b")

    assert calendar_key(calendar_text(calendar)) == calendar
    assert account_key(account_text(account)) == account
