"""How commands show things: tables on a terminal, plain lines in a pipe, JSON when asked."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any

import click


def as_json(value: object) -> str:
    """Write any of a service's answers as one JSON document; times are ISO 8601 in UTC."""
    return json.dumps(plain(value), ensure_ascii=False, indent=2)


def plain(value: object) -> Any:
    """Turn dataclasses, tuples and times into what JSON knows."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value


def say(text: str) -> None:
    """Print one line."""
    click.echo(text)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table on a terminal, else one line per row with tabs between the cells."""
    cells = [[_cell(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        click.echo(f"# {title}: {len(cells)}")
        for row in cells:
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(title=title, title_justify="left", show_lines=False, expand=False)
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in cells:
        grid.add_row(*(Text(cell) for cell in row))
    Console().print(grid if cells else f"[bold]{title}[/bold]: none")


def _cell(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}Z"
    text = str(value)
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
