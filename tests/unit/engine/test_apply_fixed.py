"""A plan for a series with its times at Zoom tells of those that were moved or cancelled by themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from syncd.cli.output import as_json
from syncd.core.policy import SeriesStyle
from syncd.services.apply.carry import apply_plan
from tests.unit.engine.apply_play import one, seen, served, unread
from tests.unit.engine.fixed_play import FIVE, at_zoom, in_calendar, set_style
from tests.unit.engine.series_play import BOTH, HOUR, WEEK
from tests.unit.engine.trial import Trial


@pytest.fixture
async def trial() -> AsyncIterator[Trial]:
    """Give an engine that leaves alone what was marked before, and has not read anything yet."""
    made = await unread()
    set_style(made, SeriesStyle.FIXED_TIME)
    yield made
    made.close()


async def carried_out(trial: Trial) -> list[str]:
    """Plan, carry that out, see that all of it was done and nothing is left, and give its kinds."""
    plan = await seen(trial)
    done = one(await apply_plan(trial.deps, as_json(plan).encode()))
    assert (done.result, done.reason) == ("done", "all of it was carried out")
    assert [(a.event, a.kind) for a in (await seen(trial)).actions] == []
    return [action.kind for action in plan.actions]


@BOTH
async def test_a_new_meeting_gets_the_single_times_of_its_series(trial, calendar):
    series = trial.calendars.add_series(calendar, categories=("Zoom",), rule=FIVE, zone="UTC")
    at = series.start + WEEK
    trial.calendars.change_one(series.ref, at, start=at + HOUR, end=at + 2 * HOUR)
    trial.calendars.cancel_one(series.ref, at + WEEK)
    kinds = await carried_out(trial)
    assert kinds[:4] == ["create_meeting", "write_link", "update_occurrence", "delete_occurrence"]
    assert at_zoom(trial) == await in_calendar(trial, series)


@BOTH
async def test_a_change_of_all_and_of_one_at_a_time_is_two(trial, calendar):
    series = trial.calendars.add_series(calendar, categories=("Zoom",), rule=FIVE, zone="UTC")
    await carried_out(trial)
    await served(trial)
    at = series.start + WEEK
    trial.calendars.edit(series.ref, title="Other")
    trial.calendars.change_one(series.ref, at, start=at + HOUR, end=at + 2 * HOUR)
    kinds = await carried_out(trial)
    assert [kind for kind in kinds if kind != "write_link"] == [
        "update_meeting",
        "update_occurrence",
    ]
    assert at_zoom(trial) == await in_calendar(trial, series)


@BOTH
async def test_times_that_are_laid_out_anew_are_moved_again(trial, calendar):
    series = trial.calendars.add_series(calendar, categories=("Zoom",), rule=FIVE, zone="UTC")
    at = series.start + WEEK
    trial.calendars.change_one(series.ref, at, start=at + HOUR, end=at + 2 * HOUR)
    trial.calendars.cancel_one(series.ref, at + WEEK)
    await carried_out(trial)
    await served(trial)
    trial.calendars.change_one(series.ref, at + WEEK)
    kinds = await carried_out(trial)
    assert [kind for kind in kinds if kind != "write_link"] == [
        "update_meeting",
        "update_occurrence",
    ]
    assert at_zoom(trial) == await in_calendar(trial, series)
