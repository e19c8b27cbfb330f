"""The process dies, or something fails, while Zoom's times follow those of a series."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from syncd.core.event import Event
from syncd.core.ids import CalendarKey
from syncd.core.policy import MeetingPolicy, SeriesStyle
from syncd.core.recurrence import Recurrence
from tests.fakes.stage import ANA, BO
from tests.unit.engine.fixed_play import FIVE, at_zoom, in_calendar
from tests.unit.engine.series_play import HOUR, WEEK
from tests.unit.engine.trial import Trial

BOTH = pytest.mark.parametrize("calendar", [ANA, BO], ids=["google", "outlook"])
Deed = Callable[[Trial, Event], object]


def nothing(trial: Trial, series: Event) -> None:
    """The series was made a moment ago."""


def move_and_cancel(trial: Trial, series: Event) -> None:
    at = series.start + WEEK
    trial.calendars.change_one(series.ref, at, start=at + HOUR, end=at + 2 * HOUR)
    trial.calendars.cancel_one(series.ref, series.start + 2 * WEEK)


def repeat_otherwise(trial: Trial, series: Event) -> None:
    move_and_cancel(trial, series)
    rule = Recurrence(("FREQ=WEEKLY;COUNT=4",))
    trial.calendars.edit(series.ref, recurrence=rule)


DEEDS = pytest.mark.parametrize("deed", [nothing, move_and_cancel, repeat_otherwise])


async def begin(trial: Trial, calendar: CalendarKey, deed: Deed) -> Event:
    """Bring it to where the person has acted and nothing was done about it; effects count from here."""
    await trial.empty()
    series = trial.calendars.add_series(calendar, rule=FIVE, zone="UTC", categories=("Zoom",))
    if deed is not nothing:
        await trial.work()
        trial.clock.advance(61)
        deed(trial, series)
    trial.blade.revive()
    return series


async def run(trial: Trial) -> bool:
    return await trial.attempt() and await trial.attempt(61)


async def check(trial: Trial, series: Event, deed: Deed) -> None:
    """Assert that Zoom has the calendar's times, under the one link that was written once."""
    await trial.witness.look_at_rows()
    assert trial.witness.violations == []
    assert len(trial.of_event(series)) == len(trial.meetings.alive) == 1
    assert at_zoom(trial) == await in_calendar(trial, series)
    writes = [ref for ref, _ in trial.calendars.writes if ref == series.ref]
    assert len(writes) == 1
    assert await trial.store.run(lambda tx: tx.journal.all_open()) == []
    assert await trial.writes_while_at_rest() == []


def fixed(calendar: CalendarKey) -> Trial:
    trial = Trial(calendar)
    meeting = MeetingPolicy(series=SeriesStyle.FIXED_TIME)
    people = {who: replace(one, meeting=meeting) for who, one in trial.deps.people.items()}
    trial.deps = replace(trial.deps, people=people)
    return trial


@DEEDS
@BOTH
async def test_killed_before_or_after_any_effect_it_ends_the_same(calendar, deed):
    trial = fixed(calendar)
    series = await begin(trial, calendar, deed)
    assert await run(trial)
    effects = len(trial.blade.effects)
    await check(trial, series, deed)
    known: set[object] = set()
    for number in range(effects + 1):
        series = await begin(trial, calendar, deed)
        trial.blade.fall_at(number, of=effects)
        assert not await run(trial)
        if (left := trial.left_behind()) in known:
            continue
        known.add(left)
        await trial.rise()
        assert await trial.settle()
        await check(trial, series, deed)
    assert len(known) > 5
    trial.close()


FAULTS: list[tuple[Any, Any]] = [
    (kind, method)
    for method in ("update", "update_occurrence", "delete_occurrence", "get")
    for kind in ("lost_request", "lost_answer", "rate_limited", "not_sent")
]


@pytest.mark.parametrize(("kind", "method"), FAULTS)
async def test_with_any_fault_of_zoom_it_ends_the_same(kind, method):
    trial = fixed(ANA)
    series = await begin(trial, ANA, repeat_otherwise)
    trial.meetings.fail_next(kind, method)
    assert await run(trial)
    trial.clock.advance(20)
    assert await trial.settle()
    await check(trial, series, repeat_otherwise)
    trial.close()
