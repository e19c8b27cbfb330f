"""`syncd panic`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say


@click.command()
@click.option("--off", is_flag=True, help="Let writes go on.")
@config_option
@json_option
def command(config_path: Path, *, off: bool, is_json: bool) -> None:
    """Stop all writes to calendars and to Zoom at once; reading goes on.

    It holds for a daemon that runs, and over restarts, until --off.
    """
    from syncd.bootstrap.process import beside
    from syncd.services import halt

    done = beside(config_path, partial(halt.go_on if off else halt.panic, who="admin"))
    if is_json:
        say(as_json(done))
    elif done.is_set:
        say(f"all writes are stopped since {done.since:%Y-%m-%d %H:%M:%S} UTC by {done.who}")
    else:
        say("writes go on")
