from __future__ import annotations

import asyncio

import pytest

from syncd.adapters.http.call import Limits
from syncd.adapters.http.gate import Gate
from tests.fakes.clock import FakeClock


def gate(clock: FakeClock, *, concurrency: int = 9, per_second: float = 2, burst: int = 1) -> Gate:
    limits = Limits(concurrency=concurrency, per_second=per_second, burst=burst)
    return Gate(clock, limits)


async def pass_through(gate: Gate, clock: FakeClock) -> float:
    async with gate.turn():
        return clock.monotonic()


async def test_calls_keep_the_pace():
    clock = FakeClock()
    start, entrance = clock.monotonic(), gate(clock)
    times = [await pass_through(entrance, clock) - start for _ in range(4)]
    assert times == pytest.approx([0, 0.5, 1.0, 1.5])


async def test_a_burst_goes_at_once_and_the_pace_holds_after_it():
    clock = FakeClock()
    start, entrance = clock.monotonic(), gate(clock, burst=3)
    clock.advance(10)
    times = [await pass_through(entrance, clock) - start for _ in range(4)]
    assert times == pytest.approx([10, 10, 10, 10.5])


async def test_a_closed_gate_lets_nobody_through_before_its_time():
    clock = FakeClock()
    entrance = gate(clock, per_second=1000)
    start = clock.monotonic()
    entrance.close(3)
    entrance.close(1)
    assert await pass_through(entrance, clock) - start == pytest.approx(3)


async def test_so_many_are_inside_at_once_and_no_more():
    clock = FakeClock()
    entrance = gate(clock, concurrency=2, per_second=1000)
    inside, most = 0, 0
    leave = asyncio.Event()

    async def visit() -> None:
        nonlocal inside, most
        async with entrance.turn():
            inside += 1
            most = max(most, inside)
            await leave.wait()
            inside -= 1

    visits = [asyncio.create_task(visit()) for _ in range(5)]
    for _ in range(20):
        await asyncio.sleep(0)
    assert inside == 2
    leave.set()
    await asyncio.gather(*visits)
    assert most == 2


async def test_a_visitor_who_gives_up_leaves_the_slot_to_the_next():
    clock = FakeClock()
    entrance = gate(clock, concurrency=1, per_second=1000)
    with pytest.raises(RuntimeError):
        async with entrance.turn():
            raise RuntimeError
    assert await pass_through(entrance, clock) > 0
