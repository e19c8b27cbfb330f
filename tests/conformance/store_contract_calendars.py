"""What every store promises of calendars."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.ports.rows import CalendarRow
from syncd.ports.store import Store
from tests.conformance.store_cases import (
    ANA,
    BEN,
    NOW,
    TICK,
    at,
    claimed,
    configured,
    due,
)


async def test_a_new_calendar_is_enabled_due_now_and_without_a_cursor(store: Store):
    await configured(store, ANA)

    assert await store.run(lambda tx: tx.calendars.get(ANA)) == CalendarRow(
        key=ANA,
        cursor=None,
        poll_at=NOW,
        failures=0,
        last_success=None,
        problem=None,
        enabled=True,
    )
    assert await due(store, NOW) == 1


async def test_an_unknown_calendar_is_none(store: Store):
    assert await store.run(lambda tx: tx.calendars.get(ANA)) is None


async def test_all_calendars_come_ordered_by_key(store: Store):
    second = replace(ANA, owner="ana!@example.com")
    await configured(store, BEN, second, ANA)

    rows = await store.run(lambda tx: tx.calendars.all())

    assert [row.key for row in rows] == sorted([ANA, BEN, second])


async def test_a_calendar_no_longer_named_is_disabled_and_keeps_its_memory(store: Store):
    await configured(store, ANA, BEN)
    known = await store.run(lambda tx: tx.calendars.get(ANA))
    assert known is not None
    remembered = replace(known, cursor="cursor-1")
    await store.run(lambda tx: tx.calendars.save(remembered))

    await configured(store, BEN)

    assert await store.run(lambda tx: tx.calendars.get(ANA)) == replace(remembered, enabled=False)
    assert [row.key for row, _ in await claimed(store)] == [BEN]


async def test_a_calendar_named_again_is_enabled_with_its_memory(store: Store):
    await configured(store, ANA)
    known = await store.run(lambda tx: tx.calendars.get(ANA))
    assert known is not None
    remembered = replace(known, cursor="cursor-1")
    await store.run(lambda tx: tx.calendars.save(remembered))
    await configured(store)

    await configured(store, ANA)

    assert await store.run(lambda tx: tx.calendars.get(ANA)) == remembered


async def test_configuring_again_moves_no_due_time(store: Store):
    await configured(store, ANA)
    [(_, lease)] = await claimed(store)
    await store.run(lambda tx: tx.calendars.release(lease, due_at=at(7)))

    await configured(store, ANA)

    assert await due(store, at(7) - TICK) == 0
    assert await due(store, at(7)) == 1


async def test_saving_writes_everything_but_lease_and_due_time(store: Store):
    await configured(store, ANA)
    [(row, lease)] = await claimed(store)
    changed = replace(
        row,
        cursor="cursor-2",
        poll_at=at(5),
        failures=3,
        last_success=at(-5),
        problem="Google answers 503.",
    )

    await store.run(lambda tx: tx.calendars.save(changed))

    assert await store.run(lambda tx: tx.calendars.get(ANA)) == changed
    assert await claimed(store, "two") == []
    await store.run(lambda tx: tx.calendars.hold(lease, now=NOW, until=at(10)))


async def test_saving_a_calendar_never_configured_is_refused(store: Store):
    await configured(store, ANA)
    row = await store.run(lambda tx: tx.calendars.get(ANA))
    assert row is not None

    with pytest.raises(ValueError, match="never configured"):
        await store.run(lambda tx: tx.calendars.save(replace(row, key=BEN)))


async def test_hurrying_makes_a_calendar_due_earlier_and_never_later(store: Store):
    await configured(store, ANA)
    [(_, lease)] = await claimed(store)
    await store.run(lambda tx: tx.calendars.release(lease, due_at=at(10)))

    await store.run(lambda tx: tx.calendars.hurry(ANA, due_at=at(20)))
    assert await due(store, at(10) - TICK) == 0

    await store.run(lambda tx: tx.calendars.hurry(ANA, due_at=at(4)))
    assert await due(store, at(4) - TICK) == 0
    assert await due(store, at(4)) == 1


async def test_a_disabled_calendar_is_never_due(store: Store):
    await configured(store, ANA)
    await configured(store)

    assert await due(store, at(60)) == 0
