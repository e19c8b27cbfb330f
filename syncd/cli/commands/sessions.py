"""`syncd sessions revoke`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say


@click.group()
def command() -> None:
    """Sign people out of the page."""


@command.command()
@click.option("--all", "everybody", is_flag=True, help="Everybody's browsers.")
@click.option("--person", default="", metavar="EMAIL", help="One person's browsers.")
@config_option
@json_option
def revoke(config_path: Path, person: str, *, everybody: bool, is_json: bool) -> None:
    """End the sessions of everybody, or of one person, at once."""
    from syncd.bootstrap.ask import ask
    from syncd.services.sessions import revoke_all

    if everybody == bool(person):
        raise click.UsageError("give either --all or --person EMAIL")
    done = ask(config_path, partial(revoke_all, who="admin", person=person.strip().lower()))
    whose = f" of {done.person}" if done.person else ""
    say(as_json(done) if is_json else f"{done.count} sessions{whose} were ended")
