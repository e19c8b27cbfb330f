"""`syncd sandbox`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from syncd.cli.output import say


@click.command()
@click.option("--dir", "directory", type=click.Path(path_type=Path), required=True)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes any free port.")
@click.option("--people", type=click.IntRange(1, 1000), default=4, show_default=True)
@click.option("--latency", type=click.IntRange(0, 60_000), default=0, help="Milliseconds per call.")
def command(directory: Path, port: int, people: int, latency: int) -> None:
    """Run stand-ins of Google Calendar, Microsoft Graph and Zoom on this machine, over HTTPS.

    DIR gets the CA, a configuration that works as it is, and sandbox.json with every address and
    token. It prints the path of sandbox.json when it answers, and ends on SIGTERM or SIGINT.
    """
    from syncd.sandbox.fakes.run import run_sandbox

    asyncio.run(run_sandbox(directory, port=port, people=people, latency_ms=latency, announce=say))
