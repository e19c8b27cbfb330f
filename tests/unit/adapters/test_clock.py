from __future__ import annotations

import re
from datetime import UTC

from syncd.adapters.clock import SystemClock
from tests.fakes.clock import FakeClock


def test_now_is_aware_and_in_utc():
    assert SystemClock().now().tzinfo is UTC


def test_monotonic_never_goes_back():
    clock = SystemClock()
    first = clock.monotonic()
    assert clock.monotonic() >= first > 0


async def test_a_sleep_of_nothing_returns():
    clock = SystemClock()
    before = clock.now()
    await clock.sleep(0)
    assert clock.now() >= before


def test_random_numbers_stay_in_their_range():
    clock = SystemClock()
    assert all(0 <= clock.random() < 1 for _ in range(100))


def test_ids_are_32_hexadecimal_digits_and_differ():
    clock = SystemClock()
    ids = {clock.new_id() for _ in range(10)}
    assert len(ids) == 10
    assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in ids)


async def test_the_fake_clock_moves_only_when_told():
    clock = FakeClock()
    start, steady = clock.now(), clock.monotonic()
    await clock.sleep(90)
    assert (clock.now() - start).total_seconds() == 90
    assert clock.monotonic() - steady == 90
    assert clock.slept == [90]
