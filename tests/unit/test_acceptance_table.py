"""Every promise to people names the tests that show it, and these exist."""

from __future__ import annotations

import pytest

from tests.unit.named_tests import Row, is_there, rows_of

ROWS = rows_of("acceptance.md")
IN_WORDS = {"40", "44"}


def test_no_row_is_missing_or_told_twice():
    assert [row.id for row in ROWS] == [str(number) for number in range(1, 45)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_every_row_names_tests_that_exist(row: Row):
    assert row.says.strip(" |")
    assert row.tests or row.id in IN_WORDS
    missing = [
        f"{file}::{function}" for file, function in row.tests if not is_there(file, function)
    ]
    assert missing == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_no_row_waits_for_a_test(row: Row):
    assert not row.is_open, f"row {row.id} of config/acceptance.md still has a ? in it"


def test_what_is_answered_in_words_has_words():
    assert {row.id for row in ROWS if row.shown.startswith("In words: ")} == IN_WORDS
