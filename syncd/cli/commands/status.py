"""`syncd status`."""

from __future__ import annotations

from pathlib import Path

import click

from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say, table


@click.command()
@config_option
@json_option
def command(config_path: Path, *, is_json: bool) -> None:
    """Show accounts, calendars, the reason for every event that waits, budgets and warnings."""
    from syncd.bootstrap.ask import ask
    from syncd.services.status import status

    state = ask(config_path, status)
    if is_json:
        say(as_json(state))
        return
    table(
        "accounts",
        ("provider", "address", "state", "reason", "remedy"),
        ((a.provider, a.address, a.state, a.reason, a.remedy) for a in state.accounts),
    )
    table(
        "calendars",
        ("calendar", "state", "last success", "backlog", "problem"),
        ((c.calendar, c.state, c.last_success, c.backlog, c.problem) for c in state.calendars),
    )
    table(
        "waiting",
        ("calendar", "event", "start", "code", "reason", "remedy", "next try"),
        (
            (w.calendar, w.event, w.start, w.code, w.reason, w.remedy, w.next_try)
            for w in state.waiting
        ),
    )
    table(
        "budgets at Zoom today",
        ("host", "used", "left"),
        ((b.host, b.used_today, b.left_today) for b in state.budgets),
    )
    table(
        "warnings", ("event", "code", "text"), ((w.event, w.code, w.text) for w in state.warnings)
    )
