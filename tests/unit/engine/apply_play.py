"""What is done with a plan: it is made, read and carried out, while a daemon serves or not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from syncd.cli.output import as_json
from syncd.services.apply.carry import Applied, AppliedEvent
from syncd.services.preview import Preview, preview
from tests.fakes.stage import AT_ONCE
from tests.unit.engine.test_daemon import patient
from tests.unit.engine.trial import Trial

GUESTS = ("guest@else.example", "friend@else.example")


async def unread() -> Trial:
    """Give an engine that leaves alone what was marked before, and has not read anything yet."""
    made = Trial(link=replace(AT_ONCE, backfill=False))
    await made.empty()
    patient(made)
    return made


async def planned(trial: Trial, **options: Any) -> bytes:
    return as_json(await preview(trial.deps, backfill=True, **options)).encode()


async def seen(trial: Trial, **options: Any) -> Preview:
    return await preview(trial.deps, backfill=True, **options)


def one(done: Applied) -> AppliedEvent:
    (event,) = done.events
    assert done.complete is (event.result == "done")
    return event


async def served(trial: Trial) -> None:
    """Let a daemon serve the calendars, after everything so far."""
    trial.clock.advance(1)
    await trial.work(seconds=60)
    await trial.work()


def kinds(event: AppliedEvent) -> list[str]:
    return [made.kind for made in event.made]
