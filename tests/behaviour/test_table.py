"""The table of rows and the tests are the same list: nothing promised is without its test."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.behaviour.table import HERE, TEST, mails_of, rows


def named() -> list[tuple[str, str]]:
    """Give every test that the table names, by file and name."""
    return [name for cells in rows() for name in TEST.findall(cells[1])]


def written() -> set[tuple[str, str]]:
    """Give every test that is written here, by file and name; those of this file are no rows."""
    return {
        (path.name, node.name)
        for path in HERE.glob("test_*.py")
        if path != Path(__file__)
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
        and node.name.startswith("test_")
    }


def test_every_test_that_the_table_names_exists():
    assert sorted(set(named()) - written()) == []


def test_every_test_stands_in_the_table():
    assert sorted(written() - set(named())) == []


def test_no_test_stands_in_two_rows():
    assert len(named()) == len(set(named()))


def test_every_row_says_what_by_which_test_and_how_many_mails():
    for cells in rows():
        what, tests, mails = cells
        assert what
        assert TEST.search(tests), what
        assert mails_of(mails, "google"), what
        assert mails_of(mails, "outlook"), what
