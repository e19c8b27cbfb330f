"""Every line of defence names the tests that attack it, and these exist."""

from __future__ import annotations

import pytest

from tests.unit.named_tests import Row, is_there, rows_of

ROWS = rows_of("security.md")
LINES = [f"S{number}" for number in (*range(1, 29), *range(31, 36), 39)]


def test_no_line_is_missing_or_told_twice():
    assert [row.id for row in ROWS] == LINES


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_line_names_tests_that_exist(row: Row):
    assert row.says.strip(" |")
    missing = [
        f"{file}::{function}" for file, function in row.tests if not is_there(file, function)
    ]
    assert missing == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_no_line_waits_for_an_attack(row: Row):
    assert row.tests, f"{row.id} of config/security.md names no test"
    assert not row.is_open, f"{row.id} of config/security.md still has a ? in it"
