"""Prints the table: `python -m tests.cells`."""

from tests.cells.table import text

print(text(), end="")
