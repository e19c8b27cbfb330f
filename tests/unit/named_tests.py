"""Tables in the documentation whose last column names tests, as file and function below tests/."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]

_ROW = re.compile(r"^\| (?P<id>S?[0-9]+) \| (?P<says>.+) \| (?P<shown>[^|]+) \|$")
_REFERENCE = re.compile(r"`([\w/]+\.py)::(\w+)`")


@dataclass(frozen=True)
class Row:
    """One promise; `tests` are file and function, `says` is all between the first and last cell."""

    id: str
    says: str
    shown: str

    @property
    def tests(self) -> list[tuple[str, str]]:
        """Give the tests it names."""
        return _REFERENCE.findall(self.shown)

    @property
    def is_open(self) -> bool:
        """Whether a test is still to come."""
        return "?" in self.shown


def rows_of(page: str) -> list[Row]:
    """Read the rows of a page below `config/` whose first cell is a number."""
    lines = (ROOT / "config" / page).read_text("utf-8").splitlines()
    return [Row(**found.groupdict()) for line in lines if (found := _ROW.match(line))]


def is_there(file: str, function: str) -> bool:
    """Tell whether a test stands in the tree."""
    return function in _functions(ROOT / "tests" / file)


@cache
def _functions(path: Path) -> frozenset[str]:
    if not path.is_file():
        return frozenset()
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    walked = ast.walk(ast.parse(path.read_text("utf-8")))
    return frozenset(node.name for node in walked if isinstance(node, kinds))
