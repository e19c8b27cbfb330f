"""`syncd links`."""

from __future__ import annotations

from pathlib import Path

import click

from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say, table


@click.command()
@config_option
@json_option
def command(config_path: Path, *, is_json: bool) -> None:
    """List the events that have a meeting, and those that wait for one."""
    from syncd.bootstrap.ask import ask
    from syncd.services.status import links

    lines = ask(config_path, links)
    if is_json:
        say(as_json(lines))
        return
    table(
        "links",
        ("calendar", "event", "state", "meeting", "link", "host", "reason"),
        (
            (li.calendar, li.event, li.state, li.meeting_id, li.join_url, li.host, li.reason)
            for li in lines
        ),
    )
