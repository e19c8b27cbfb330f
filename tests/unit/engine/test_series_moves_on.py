"""A series moves on to its next occurrence, once one is over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from syncd.core.drift import is_followed
from syncd.core.policy import SeriesStyle
from syncd.engine import ongoing
from syncd.engine.upkeep import Upkeep
from syncd.ports.errors import Transient
from tests.fakes.stage import ANA, BO, Stage
from tests.unit.engine.fixed_play import linked, set_style
from tests.unit.engine.series_play import BOTH, WEEK


@pytest.fixture
def fixed() -> Iterator[Stage]:
    """Give an engine that makes series with their times."""
    stage = Stage()
    set_style(stage, SeriesStyle.FIXED_TIME)
    yield stage
    stage.close()


@BOTH
async def test_the_next_occurrence_is_noted_once_one_is_over(fixed, calendar):
    series = await linked(fixed, calendar, rule="FREQ=WEEKLY;COUNT=3")
    upkeep = Upkeep(fixed.deps)
    for weeks in (1, 2):
        fixed.clock.advance(WEEK.total_seconds())
        await upkeep.move_series_on()
        bound = await fixed.binding(series)
        assert bound is not None
        # Linked a day before it began.
        assert bound.starts_at == series.start + weeks * WEEK
        assert bound.repeats
        # So the sweep looks at its meeting between two occurrences as well.
        assert is_followed(bound, fixed.clock.now())
    fixed.clock.advance(2 * WEEK.total_seconds())
    await upkeep.move_series_on()
    fixed.calendars.calls.clear()
    await upkeep.move_series_on()
    assert fixed.calendars.calls == []
    bound = await fixed.binding(series)
    assert bound is not None
    assert not bound.repeats


async def test_a_series_that_cannot_be_read_is_tried_again(fixed):
    series = await linked(fixed, ANA)
    fixed.clock.advance(WEEK.total_seconds())
    upkeep = Upkeep(fixed.deps)
    fixed.calendars.fail_next("get", Transient("Down.", code="unreachable"))
    await upkeep.move_series_on()
    await upkeep.move_series_on()
    bound = await fixed.binding(series)
    assert bound is not None
    assert bound.starts_at == series.start + WEEK


async def test_a_calendar_that_fails_keeps_no_other_series_from_moving_on(fixed):
    series = await linked(fixed, ANA)
    other = await linked(fixed, BO)
    fixed.clock.advance(WEEK.total_seconds())
    fixed.calendars.lose_account(ANA.owner)
    await ongoing.move_on(fixed.deps, most=2)
    bounds = [await fixed.binding(one) for one in (series, other)]
    assert [one and one.starts_at > fixed.clock.now() for one in bounds] == [False, True]


async def test_a_calendar_that_is_known_to_fail_takes_up_no_reads(fixed):
    series = await linked(fixed, ANA)
    other = await linked(fixed, BO)
    fixed.clock.advance(WEEK.total_seconds())
    fixed.calendars.lose_account(ANA.owner)
    await fixed.work()
    await ongoing.move_on(fixed.deps, most=1)
    bounds = [await fixed.binding(one) for one in (series, other)]
    assert [one and one.starts_at > fixed.clock.now() for one in bounds] == [False, True]


async def test_no_event_is_read_for_what_is_no_series(fixed):
    await fixed.prepare()
    fixed.calendars.add(ANA, categories=("Zoom",))
    await fixed.work()
    fixed.clock.advance(WEEK.total_seconds())
    fixed.calendars.calls.clear()
    await Upkeep(fixed.deps).move_series_on()
    assert fixed.calendars.calls == []
