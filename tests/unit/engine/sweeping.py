"""What the tests of the sweep share."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from syncd.core.event import Event
from syncd.engine.sweep import Sweep
from syncd.services.status import status
from tests.unit.engine.scenarios import linked
from tests.unit.engine.trial import Trial


async def swept(trial: Trial, sweep: Sweep | None = None) -> Sweep:
    """Sweep every host once, in one round."""
    sweep = sweep or Sweep(trial.deps)
    trial.clock.advance(trial.deps.timing.sweep.total_seconds())
    for _ in range(5):
        await sweep.tick()
    return sweep


async def warnings(trial: Trial) -> list[tuple[str, str]]:
    return [(line.code, line.event) for line in (await status(trial.deps)).warnings]


def new_passcode(trial: Trial) -> str:
    (meeting,) = trial.meetings.alive.values()
    url = meeting.join_url.replace("pwd=", "pwd=new")
    trial.meetings.edit_by_person(replace(meeting, join_url=url))
    return url


async def far(trial: Trial) -> Event:
    """Give a linked event that is still to come after some rounds."""
    return await linked(trial, start=trial.clock.now() + timedelta(days=10))
