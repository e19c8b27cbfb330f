"""`syncd apply --from FILE`."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from syncd.cli.errors import Failed
from syncd.cli.options import config_option, json_option
from syncd.cli.output import as_json, say, table


@click.command()
@click.option(
    "--from",
    "plan_path",
    required=True,
    type=click.Path(path_type=Path),
    help="The plan, as `syncd plan --out FILE` wrote it. Events may be taken out of it.",
)
@config_option
@json_option
def command(plan_path: Path, config_path: Path, *, is_json: bool) -> None:
    """Carry out a plan event by event; what has changed since is refused.

    The daemon may run meanwhile. Waits until every event is done, refused or has failed; exit code 1
    when one was refused or failed.
    """
    from syncd.bootstrap.process import beside
    from syncd.services.apply.carry import apply_plan
    from syncd.services.apply.plan_file import MOST_BYTES

    with plan_path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    done = beside(config_path, partial(apply_plan, content=content))
    if is_json:
        say(as_json(done))
    else:
        table(
            "applied",
            ("result", "calendar", "event", "written", "reason"),
            (
                (e.result, e.calendar, e.event, ", ".join(m.kind for m in e.made), e.reason)
                for e in done.events
            ),
        )
    if not done.complete:
        raise Failed("not every event was done; each says why")
