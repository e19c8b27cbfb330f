"""`syncd undo --since TIME`."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import click

from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say, table


def _moment(_context: click.Context, _option: click.Parameter, text: str) -> datetime:
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("write a time such as 2026-11-24T09:30Z") from None
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)


@click.command()
@click.option(
    "--since",
    required=True,
    callback=_moment,
    metavar="TIME",
    help="As 2026-11-24T09:30Z; UTC where it names no zone.",
)
@click.option("--yes", is_flag=True, help="Do it; without, it is only shown.")
@config_option
@json_option
def command(config_path: Path, since: datetime, *, yes: bool, is_json: bool) -> None:
    """Take out every link that syncd wrote since TIME: each of those events is to have none.

    The daemon does it as for any other choice: the links go, then the meetings. `syncd choose`
    brings one back.
    """
    from syncd.bootstrap.ask import ask
    from syncd.services.undo import undo

    done = ask(config_path, partial(undo, since=since, who="admin", carry_out=yes))
    if is_json:
        say(as_json(done))
        return
    table(
        "links written since",
        ("calendar", "event", "conference", "written"),
        ((e.calendar, e.event, e.conference, e.written_at) for e in done.events),
    )
    if done.is_done:
        say("they are to have none; `syncd resume` is needed where the guard stops so many")
    elif done.events:
        say("nothing was done; --yes takes them out")
