"""`syncd resume ACCOUNT|EVENT`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say


@click.command()
@click.argument("what", metavar="ACCOUNT|EVENT")
@config_option
@json_option
def command(what: str, config_path: Path, *, is_json: bool) -> None:
    """Let the removals of ACCOUNT go ahead that the guard has stopped, or look at EVENT again.

    ACCOUNT is written as `syncd status` shows it, for example google:ana@example.com; EVENT, which
    syncd has set aside, by its id or as CALENDAR/ID.
    """
    from syncd.bootstrap.ask import ask
    from syncd.services.resume import resume

    done = ask(config_path, partial(resume, what=what))
    if is_json:
        say(as_json(done))
    elif done.event:
        say(f"{done.event}: {done.was_stopped_because}; it is looked at again")
    else:
        say(
            f"{done.account}: {done.was_stopped_because}; allowed for {done.allowed_minutes} minutes"
        )
