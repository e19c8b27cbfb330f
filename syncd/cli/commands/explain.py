"""`syncd explain EVENT`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say, table


@click.command()
@click.argument("event")
@config_option
@json_option
def command(event: str, config_path: Path, *, is_json: bool) -> None:
    """Tell why EVENT has a link or none: every rule, what should be, and what would be done.

    EVENT is an event's id, or CALENDAR/ID as `syncd links` shows them.
    """
    from syncd.bootstrap.ask import ask
    from syncd.ports.errors import with_remedy
    from syncd.services.explain import explain

    told = ask(config_path, partial(explain, wanted=event))
    if is_json:
        say(as_json(told))
        return
    say(f"{told.calendar}/{told.event}")
    say(f"wants a link: {told.wants}: {with_remedy(told.reason, told.remedy)}")
    say(f"state: {told.state}" + (f", meeting {told.meeting_id}" if told.meeting_id else ""))
    table("rules", ("rule", "matched", "why"), ((r.rule, r.matched, r.why) for r in told.rules))
    table("plan", ("action", "reason"), ((p.kind, p.reason) for p in told.plan))
