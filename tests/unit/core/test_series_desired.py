"""What a series should have, and when it takes place."""

from datetime import timedelta

import pytest

from syncd.core.desired import Wanted, desired
from syncd.core.refusals import Refused
from syncd.core.series import NextTime, times_of
from tests.factories import (
    NOW,
)
from tests.unit.core.series_case import case, series_event

DAY = timedelta(days=1)


def test_a_series_wants_a_meeting_without_a_fixed_time():
    wanted = desired(case(series_event(), NextTime(NOW + DAY)))
    assert isinstance(wanted, Wanted)
    assert (wanted.spec.start, wanted.spec.repeats) == (None, None)
    assert (wanted.spec.zone, wanted.spec.duration_minutes) == ("Europe/Vienna", 30)


@pytest.mark.parametrize(
    ("next_time", "code"),
    [
        (NextTime(None), "finished"),
        (NextTime(None, unreadable="why"), "recurrence_unreadable"),
        (NextTime(NOW + 181 * DAY), "beyond_horizon"),
    ],
)
def test_a_series_that_takes_no_place_soon_gets_none(next_time, code):
    found = desired(case(series_event(), next_time))
    assert isinstance(found, Refused)
    assert found.code == code
    assert isinstance(desired(case(series_event(), next_time, bound=True)), Wanted)


def test_a_series_waits_for_the_horizon_of_its_next_occurrence():
    found = desired(case(series_event(), NextTime(NOW + 200 * DAY)))
    assert isinstance(found, Refused)
    assert found.look_again_at == NOW + 20 * DAY


def test_a_series_that_began_long_ago_is_not_over():
    long_ago = series_event(start=NOW - 900 * DAY, end=NOW - 900 * DAY + timedelta(hours=1))
    assert isinstance(desired(case(long_ago, NextTime(NOW + DAY))), Wanted)


def test_times_are_those_of_the_next_occurrence():
    of = series_event()
    assert times_of(of, None) == (of.start, of.end)
    assert times_of(of, NextTime(NOW)) == (NOW, NOW + timedelta(minutes=30))
    assert times_of(of, NextTime(None)) is None
