"""The table of rows and the tests are the same list: nothing promised is without its test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
_TEST = re.compile(r"`(test_\w+\.py)::(test_\w+)`")
_HEADER = re.compile(r"[\s|:-]+")


def rows() -> Iterator[list[str]]:
    """Give the cells of every row of every table, headings left out."""
    for line in (HERE / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("|") and not _HEADER.fullmatch(line):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if cells != ["what", "test", "mails"]:
                yield cells


def named() -> list[tuple[str, str]]:
    """Give every test that the table names, by file and name."""
    return [name for cells in rows() for name in _TEST.findall(cells[1])]


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
        assert _TEST.search(tests), what
        assert re.fullmatch(r"[0-9]+(, then [0-9]+)?", mails), what
