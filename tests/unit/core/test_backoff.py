"""Waits after passing faults."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncd.core.backoff import wait_for
from syncd.core.policy import RetryPolicy

POLICY = RetryPolicy(first=timedelta(seconds=1), most=timedelta(minutes=5))


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(1, 1), (2, 2), (3, 4), (9, 256), (10, 300), (11, 300), (10_000, 300)]
)
def test_the_full_wait_doubles_up_to_its_limit(attempt, seconds):
    assert wait_for(attempt, POLICY, 1.0) == timedelta(seconds=seconds)


@pytest.mark.parametrize(("jitter", "seconds"), [(0.0, 1), (0.5, 2.5), (1.0, 4)])
def test_jitter_spreads_between_a_quarter_and_the_whole(jitter, seconds):
    assert wait_for(3, POLICY, jitter) == timedelta(seconds=seconds)


@given(
    attempt=st.integers(1, 10**6),
    jitter=st.floats(0, 1, exclude_max=True),
    first=st.timedeltas(timedelta(milliseconds=1), timedelta(minutes=1)),
    most=st.timedeltas(timedelta(minutes=1), timedelta(days=30)),
)
def test_a_wait_is_never_nothing_and_never_over_the_limit(attempt, jitter, first, most):
    wait = wait_for(attempt, RetryPolicy(first=first, most=most), jitter)
    assert timedelta(0) < wait <= most
    assert wait >= min(first, most) * 0.25 - timedelta(microseconds=1)
