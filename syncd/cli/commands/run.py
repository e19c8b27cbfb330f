"""`syncd run`."""

from __future__ import annotations

from pathlib import Path

import click

from syncd.cli.options import config_option


@click.command()
@config_option
def command(config_path: Path) -> int:
    """Run the daemon in the foreground, until SIGTERM or SIGINT.

    SIGHUP reads the configuration again; one that is refused changes nothing.
    """
    from syncd.bootstrap.running import run

    return run(config_path)
