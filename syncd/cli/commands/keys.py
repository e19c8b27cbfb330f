"""`syncd keys new|rotate`."""

from __future__ import annotations

from pathlib import Path

import click

from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say


@click.group()
def command() -> None:
    """Make the key file that seals tokens, or give it new keys."""


@command.command()
@config_option
@click.option("--out", type=click.Path(path_type=Path), help="Where to write it instead.")
@json_option
def new(config_path: Path, out: Path | None, *, is_json: bool) -> None:
    """Make a key file, mode 0600, where `state.keys` says; one that exists is never overwritten."""
    from syncd.bootstrap.database import new_key_file

    path = new_key_file(config_path, out)
    say(as_json({"path": str(path)}) if is_json else f"{path}: made. Keep a copy in a safe place.")


@command.command()
@config_option
@click.option("--marker", is_flag=True, help="Replace the key that marks events and meetings.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the new key file there instead."
)
@json_option
def rotate(config_path: Path, out: Path | None, *, marker: bool, is_json: bool) -> None:
    """Seal everything with a new key, and take the former key out of the key file.

    Stop the daemon first, and start it again afterwards: it reads the keys at its start only. When
    the command is broken off, run it again: it goes on. Other commands that were started before
    write nothing sealed any more. A backup of the database from before opens only with the key
    file from before.

    Where the keys are in a credential or an environment variable, it takes two runs with --out:
    the first writes a key file with both keys; put it in place; the second seals everything with
    the new key and writes a key file without the former one.

    With --marker a new key marks from now on; the former ones stay, since events carry their marks.
    """
    from syncd.bootstrap.rotation import rotate_keys, rotate_marker_key

    work = rotate_marker_key if marker else rotate_keys
    result = work(config_path, out)
    if is_json:
        say(as_json(result))
        return
    say(f"{result.path}: written.")
    if result.resealed:
        say(f"Sealed anew with key {result.key}: {result.resealed}")
    say(result.next_step)
