"""`syncd plan`."""

from __future__ import annotations

from pathlib import Path

import click

from syncd.cli.errors import Failed
from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say, table


@click.command()
@config_option
@json_option
def command(config_path: Path, *, is_json: bool) -> None:
    """Show every write that would be made now, with its reason, and write nothing.

    `mails` is how many people the calendar's provider may mail for it, at most.
    """
    from syncd.bootstrap.ask import ask
    from syncd.services.preview import preview

    found = ask(config_path, preview)
    if is_json:
        say(as_json(found))
    else:
        table(
            "plan",
            ("action", "calendar", "event", "mails", "reason"),
            ((a.kind, a.calendar, a.event, a.mails, a.reason) for a in found.actions),
        )
        if found.problems:
            table(
                "not looked at",
                ("calendar", "event", "problem"),
                ((p.calendar, p.event, p.problem) for p in found.problems),
            )
    if found.problems:
        raise Failed("not everything could be looked at")
