"""`syncd run`."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import click

from syncd.cli.options import config_option


@click.command()
@config_option
def command(config_path: Path) -> int:
    """Run the daemon in the foreground, until SIGTERM or SIGINT.

    SIGHUP reads the configuration again; one that is refused changes nothing.
    """
    for one in (signal.SIGTERM, signal.SIGINT):
        # Until it listens itself, nothing is begun that would want an end. An exception could get
        # lost on its way through the imports, and the daemon would start all the same.
        signal.signal(one, lambda *_: os._exit(0))
    from syncd.bootstrap.running import run

    return run(config_path)
