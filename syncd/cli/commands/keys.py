"""`syncd keys new`."""

from __future__ import annotations

from pathlib import Path

import click

from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say


@click.group()
def command() -> None:
    """Make the key file that seals tokens."""


@command.command()
@config_option
@click.option("--out", type=click.Path(path_type=Path), help="Where to write it instead.")
@json_option
def new(config_path: Path, out: Path | None, *, is_json: bool) -> None:
    """Make a key file, mode 0600, where `state.keys` says; one that exists is never overwritten."""
    from syncd.bootstrap.database import new_key_file

    path = new_key_file(config_path, out)
    say(as_json({"path": str(path)}) if is_json else f"{path}: made. Keep a copy in a safe place.")
