"""`syncd choose EVENT CHOICE`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say

CHOICES = ("zoom", "google_meet", "teams", "none", "auto")


@click.command()
@click.argument("event")
@click.argument("choice", type=click.Choice(CHOICES), metavar="|".join(CHOICES))
@config_option
@json_option
def command(event: str, choice: str, config_path: Path, *, is_json: bool) -> None:
    """Choose what conference EVENT is to have, or none; auto takes the choice back.

    EVENT is an event's id, or CALENDAR/ID as `syncd links` shows them. A choice wins over all that
    stands in the event, and over all rules.
    """
    from syncd.bootstrap.ask import ask
    from syncd.services.choose import choose

    done = ask(config_path, partial(choose, wanted=event, choice=choice))
    if is_json:
        say(as_json(done))
    elif done.choice == "auto":
        say(f"{done.calendar}/{done.event}: its flags and the rules decide")
    else:
        say(f"{done.calendar}/{done.event}: {done.choice}")
