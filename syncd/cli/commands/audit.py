"""`syncd audit list` and `syncd audit verify`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from syncd.cli.errors import Failed
from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say, table

_USUAL = 100
_MOST = 10_000


@click.group()
def command() -> None:
    """Show who did what, and check that nothing of it was altered."""


@command.command(name="list")
@click.option(
    "--limit", type=click.IntRange(1, _MOST), default=_USUAL, show_default=True, help="How many."
)
@click.option("--before", type=click.IntRange(1), help="Only rows below this number.")
@config_option
@json_option
def list_(config_path: Path, limit: int, before: int | None, *, is_json: bool) -> None:
    """List the newest rows of the audit log, the newest first."""
    from syncd.bootstrap.ask import ask
    from syncd.services.audit import page

    found = ask(config_path, partial(page, before=before, limit=limit))
    if is_json:
        say(as_json(found))
        return
    table(
        "audit log",
        ("number", "time", "who", "what", "about", "old", "new"),
        ((row.number, *(getattr(row.entry, name) for name in _COLUMNS)) for row in found.rows),
    )


_COLUMNS = ("at", "who", "what", "about", "old", "new")


@command.command()
@config_option
@json_option
def verify(config_path: Path, *, is_json: bool) -> None:
    """Check the chain of the audit log: no row was edited, deleted, moved or put in."""
    from syncd.bootstrap.ask import ask
    from syncd.services.audit import verify as check

    found = ask(config_path, check)
    if is_json:
        say(as_json(found))
    elif found.broken_at is None:
        say(f"{found.rows} rows, and the chain holds")
    if found.broken_at is not None:
        raise Failed(f"the audit log was altered at row {found.broken_at}")
