"""`syncd resume ACCOUNT`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say


@click.command()
@click.argument("account")
@config_option
@json_option
def command(account: str, config_path: Path, *, is_json: bool) -> None:
    """Let the removals of ACCOUNT go ahead that the guard has stopped.

    ACCOUNT is written as `syncd status` shows it, for example google:ana@example.com.
    """
    from syncd.bootstrap.ask import ask
    from syncd.services.resume import resume

    done = ask(config_path, partial(resume, account=account))
    if is_json:
        say(as_json(done))
    else:
        say(
            f"{done.account}: {done.was_stopped_because}; allowed for {done.allowed_minutes} minutes"
        )
