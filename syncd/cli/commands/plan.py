"""`syncd plan`."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from syncd.cli.errors import Failed
from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say, table

if TYPE_CHECKING:
    from syncd.services.preview import Preview


@click.command()
@click.option(
    "--backfill",
    is_flag=True,
    help="Take in events that were marked before the first sync, whatever policy says.",
)
@click.option(
    "--from",
    "since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="With --backfill: only events that start on DATE (00:00 UTC) or later, as 2026-11-24.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write the plan to FILE, for `syncd apply`; a file that is there is replaced.",
)
@config_option
@json_option
def command(
    config_path: Path, since: datetime | None, out: Path | None, *, backfill: bool, is_json: bool
) -> None:
    """Show every write that would be made now, with its reason, and write nothing.

    `mails` is how many people the calendar's provider may mail for it, at most; `after` is when it
    may be made at the earliest, empty for now.
    """
    from syncd.bootstrap.ask import ask
    from syncd.services.preview import preview

    if since is not None and not backfill:
        raise click.UsageError("--from goes with --backfill")
    begin = since.replace(tzinfo=UTC) if since is not None else None
    found = ask(config_path, partial(preview, backfill=backfill, since=begin))
    if out is not None:
        _write(out, as_json(found) + "\n")
    if is_json:
        say(as_json(found))
    else:
        _show(found)
    if found.problems:
        raise Failed("not everything could be looked at")


def _write(path: Path, text: str) -> None:
    """Write a file; a new one can be read by its owner alone, for it names people's events."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    # Half a surrogate pair, which a title may hold, is written as JSON writes it.
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)


def _show(found: Preview) -> None:
    table(
        "plan",
        ("action", "calendar", "event", "mails", "after", "reason"),
        ((a.kind, a.calendar, a.event, a.mails, a.after or "", a.reason) for a in found.actions),
    )
    if found.unfinished:
        table(
            "begun, outcome unknown",
            ("write", "calendar", "event", "since", "reason"),
            ((u.kind, u.calendar, u.event, u.since, u.reason) for u in found.unfinished),
        )
    if found.stopped:
        table(
            "removals that would be stopped",
            ("account", "reason", "remedy"),
            ((s.account, s.reason, s.remedy) for s in found.stopped),
        )
    if found.problems:
        table(
            "not looked at",
            ("calendar", "event", "problem"),
            ((p.calendar, p.event, p.problem) for p in found.problems),
        )
