"""The table of rows in the README: what is promised, by which tests it is played, and the mails."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.behaviour.world import Play

HERE = Path(__file__).parent
TEST = re.compile(r"`(test_\w+\.py)::(test_\w+)`")
_HEADER = re.compile(r"[\s|:-]+")
_NUMBER = r"[0-9]+(?: or [0-9]+)?"
_MAILS = re.compile(
    rf"(?P<both>{_NUMBER})|Google (?P<google>{_NUMBER}), Outlook (?P<outlook>{_NUMBER})"
)


def rows() -> Iterator[list[str]]:
    """Give the cells of every row of every table, headings left out."""
    for line in (HERE / "README.md").read_text(encoding="utf-8").splitlines():
        if line.startswith("|") and not _HEADER.fullmatch(line):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if cells != ["what", "test", "mails"]:
                yield cells


def mails_of(cell: str, app: str) -> set[int] | None:
    """Read how many mails a row promises in one calendar; None when the cell is no number."""
    found = _MAILS.fullmatch(cell)
    if found is None:
        return None
    return {int(number) for number in (found["both"] or found[app]).split(" or ")}


def promised(file: str, test: str, app: str) -> set[int]:
    """Give how many mails the table promises for a test; LookupError when it does not name it."""
    for _, tests, mails in rows():
        if (file, test) in TEST.findall(tests):
            return mails_of(mails, app) or set()
    raise LookupError(f"{file}::{test} stands in no row of the table")


@asynccontextmanager
async def told(made: Play, request: pytest.FixtureRequest) -> AsyncIterator[Play]:
    """Begin a play, and count at its end the mails that it sent."""
    await made.begin()
    yield made
    mails = made.mailed()
    await made.close()
    test = request.node.originalname
    assert mails in promised(request.node.path.name, test, made.app_name), f"mails of {test}"
