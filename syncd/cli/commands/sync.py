"""`syncd sync`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from syncd.cli.errors import Failed
from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say


@click.command()
@config_option
@json_option
def command(config_path: Path, *, is_json: bool) -> None:
    """Read every calendar and work until nothing is left to do, then end.

    Exit code 1 when a calendar could not be read.
    """
    from syncd.bootstrap.process import sync

    with _progress(quiet=is_json):
        result = sync(config_path)
    if is_json:
        say(as_json(result))
    else:
        say(f"{result.linked} linked, {result.waiting} waiting")
    if not result.complete:
        raise Failed("not every calendar could be read; see `syncd status`")


@contextmanager
def _progress(*, quiet: bool) -> Iterator[None]:
    if quiet or not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(stderr=True).status("Reading calendars and writing links ..."):
        yield
