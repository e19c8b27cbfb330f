"""`syncd db upgrade|check`."""

from __future__ import annotations

from pathlib import Path

import click

from syncd.cli.errors import Failed
from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say


@click.group()
def command() -> None:
    """Bring the database to this version's schema, or check it."""


@command.command()
@config_option
@json_option
def upgrade(config_path: Path, *, is_json: bool) -> None:
    """Make the database, or bring it to this version's schema; the daemon does it at its start too."""
    from syncd.bootstrap.database import upgrade_database

    result = upgrade_database(config_path)
    say(as_json(result) if is_json else f"{result.database}: schema {result.schema}")


@command.command()
@config_option
@json_option
def check(config_path: Path, *, is_json: bool) -> None:
    """Tell whether the database is sound and has this version's schema."""
    from syncd.bootstrap.database import check_database

    result = check_database(config_path)
    if is_json:
        say(as_json(result))
    else:
        say(f"{result.database}: schema {result.schema}, wanted {result.wanted}")
        for key_id, number in result.sealed.items():
            say(f"sealed with key {key_id}: {number}")
        for problem in result.problems:
            say(problem)
    if result.problems:
        raise Failed
