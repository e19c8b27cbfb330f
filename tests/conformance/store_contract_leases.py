"""What every store promises of the leases of calendars: who works on one, and until when.

Shows K28 and I6 of `config/promises.md`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from syncd.core.ids import CalendarKey
from syncd.ports.errors import LeaseLost
from syncd.ports.rows import Lease, Queue
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
    event,
    failing,
    in_turn,
    ref,
)


async def test_a_claim_gives_a_lease_with_a_new_epoch(store: Store):
    await configured(store, ANA)

    [(row, lease)] = await claimed(store)

    assert row.key == ANA
    assert (lease.calendar, lease.holder, lease.epoch, lease.until) == (ANA, "one", 1, at(5))


async def test_a_claimed_calendar_is_not_given_twice(store: Store):
    await configured(store, ANA)
    await claimed(store, "one")

    assert await claimed(store, "two") == []
    assert await claimed(store, "one") == []


async def test_a_claim_takes_those_due_longest_up_to_its_limit(store: Store):
    keys = [replace(ANA, calendar_id=name) for name in ("a", "b", "c", "d")]
    await configured(store, *keys)
    leases = [lease for _, lease in await claimed(store)]
    due = (at(-1), at(-3), at(2), at(-2))
    await store.run(
        in_turn(
            *(
                lambda tx, lease=lease, due_at=due_at: tx.calendars.release(lease, due_at=due_at)
                for lease, due_at in zip(leases, due, strict=True)
            )
        )
    )

    first = await claimed(store, limit=2)
    rest = await claimed(store, limit=2)

    assert [row.key.calendar_id for row, _ in first] == ["b", "d"]
    assert [row.key.calendar_id for row, _ in rest] == ["a"]


async def test_a_claim_may_be_of_one_queue_alone(store: Store):
    keys = [replace(key, calendar_id=name) for key in (ANA, BEN) for name in ("ill", "well")]
    await configured(store, *keys)
    await failing(store, *(key for key in keys if key.calendar_id == "ill"))

    for key in keys:
        queue = Queue(key.provider, failing=key.calendar_id == "ill")
        taken = await claimed(store, queue=queue)
        assert [row.key for row, _ in taken] == [key]


async def test_those_that_could_be_claimed_are_counted(store: Store):
    await configured(store, ANA, BEN)
    assert await due(store, NOW - TICK) == 0
    assert await due(store, NOW) == 2

    await claimed(store, limit=1)

    assert await due(store, NOW) == 1
    assert await due(store, at(5)) == 2


async def test_those_of_each_queue_are_counted_apart(store: Store):
    keys = [replace(ANA, calendar_id=name) for name in ("a", "b", "c")]
    await configured(store, *keys, BEN)
    await failing(store, keys[0], BEN)

    assert await store.run(lambda tx: tx.calendars.count_due(now=NOW)) == {
        Queue(ANA.provider, failing=False): 2,
        Queue(ANA.provider, failing=True): 1,
        Queue(BEN.provider, failing=True): 1,
    }


async def test_the_leases_of_each_holder_are_counted_until_they_end(store: Store):
    await configured(store, ANA, BEN, replace(ANA, calendar_id="second"))
    assert await store.run(lambda tx: tx.calendars.count_held(now=NOW)) == {}

    await claimed(store, "one", limit=2)
    await claimed(store, "two")

    assert await store.run(lambda tx: tx.calendars.count_held(now=NOW)) == {"one": 2, "two": 1}
    assert await store.run(lambda tx: tx.calendars.count_held(now=at(5))) == {}


async def test_a_calendar_is_claimed_only_once_it_is_due(store: Store):
    await configured(store, ANA)
    [(_, lease)] = await claimed(store)
    await store.run(lambda tx: tx.calendars.release(lease, due_at=at(3)))

    assert await claimed(store, now=at(3) - timedelta(microseconds=1)) == []
    assert len(await claimed(store, now=at(3))) == 1


async def test_an_expired_lease_is_taken_over_with_the_next_epoch(store: Store):
    await configured(store, ANA)
    [(_, old)] = await claimed(store, "one")

    assert await claimed(store, "two", now=old.until - timedelta(microseconds=1)) == []
    [(_, new)] = await claimed(store, "two", now=old.until)

    assert (new.holder, new.epoch) == ("two", old.epoch + 1)


async def test_holding_prolongs_a_lease(store: Store):
    await configured(store, ANA)
    [(_, lease)] = await claimed(store)

    held = await store.run(lambda tx: tx.calendars.hold(lease, now=NOW, until=at(30)))

    assert held == replace(lease, until=at(30))
    assert await claimed(store, "two", now=at(29)) == []


async def test_an_expired_lease_can_be_held_while_nobody_took_it(store: Store):
    await configured(store, ANA)
    [(_, lease)] = await claimed(store)

    await store.run(lambda tx: tx.calendars.hold(lease, now=NOW, until=at(60)))

    assert await claimed(store, "two", now=at(59)) == []


@pytest.mark.parametrize(
    "step",
    [
        lambda tx, lease: tx.calendars.hold(lease, now=NOW, until=at(60)),
        lambda tx, lease: tx.calendars.release(lease, due_at=at(60)),
    ],
)
async def test_an_old_epoch_commits_nothing_at_all(store: Store, step):
    await configured(store, ANA)
    [(_, old)] = await claimed(store)
    [(_, new)] = await claimed(store, now=at(6))
    assert (new.holder, new.epoch) == (old.holder, old.epoch + 1)

    steps = in_turn(lambda tx: tx.events.save(event("standup")), lambda tx: step(tx, old))
    with pytest.raises(LeaseLost):
        await store.run(steps)

    assert await store.run(lambda tx: tx.events.get(ref("standup"))) is None
    await store.run(lambda tx: tx.calendars.hold(new, now=NOW, until=at(20)))


async def test_another_holder_cannot_use_an_epoch(store: Store):
    await configured(store, ANA)
    [(_, lease)] = await claimed(store)

    with pytest.raises(LeaseLost):
        await store.run(
            lambda tx: tx.calendars.hold(replace(lease, holder="two"), now=NOW, until=at(60))
        )


async def test_a_released_lease_is_lost_and_its_epoch_never_comes_back(store: Store):
    await configured(store, ANA)
    [(_, lease)] = await claimed(store)
    await store.run(lambda tx: tx.calendars.release(lease, due_at=NOW))

    with pytest.raises(LeaseLost):
        await store.run(lambda tx: tx.calendars.hold(lease, now=NOW, until=at(60)))
    [(_, new)] = await claimed(store)
    assert new.epoch == lease.epoch + 1


async def test_broken_leases_are_free_at_once_and_lost_to_their_holders(store: Store):
    await configured(store, ANA, BEN)
    old = [lease for _, lease in await claimed(store, "one")]

    await store.run(lambda tx: tx.calendars.break_leases())

    with pytest.raises(LeaseLost):
        await store.run(lambda tx: tx.calendars.hold(old[0], now=NOW, until=at(60)))
    new = await claimed(store, "two")
    assert [lease.epoch for _, lease in new] == [2, 2]


async def test_what_stands_in_a_name_is_told_until_it_is_given_back(store: Store):
    await configured(store, ANA, BEN)
    old = [lease for _, lease in await claimed(store, "one")]

    assert await store.run(lambda tx: tx.calendars.held_by("two")) == []
    assert await store.run(lambda tx: tx.calendars.held_by("one")) == old
    await store.run(lambda tx: tx.calendars.release(old[0], due_at=NOW))
    assert await store.run(lambda tx: tx.calendars.held_by("one")) == old[1:]


async def test_one_calendar_is_taken_whether_it_is_due_or_not(store: Store):
    await configured(store, ANA, BEN)
    (_, (row, former)) = await claimed(store)
    assert row.key == BEN
    await store.run(lambda tx: tx.calendars.release(former, due_at=at(600)))

    lease = await store.run(
        lambda tx: tx.calendars.take(BEN, "two", now=NOW, until=at(1)),
    )

    assert lease is not None
    assert (lease.calendar, lease.holder, lease.until) == (BEN, "two", at(1))
    assert lease.epoch > former.epoch
    held = await store.run(lambda tx: tx.calendars.hold(lease, now=NOW, until=at(2)))
    await store.run(lambda tx: tx.calendars.release(held, due_at=at(3)))
    assert [row.key for row, _ in await claimed(store, now=at(10))] == [ANA, BEN]


async def test_a_calendar_that_is_held_unknown_or_disabled_is_not_taken(store: Store):
    await configured(store, ANA, BEN)
    await claimed(store)

    async def taken(key: CalendarKey, now: datetime = NOW) -> Lease | None:
        return await store.run(
            lambda tx: tx.calendars.take(key, "two", now=now, until=now + timedelta(minutes=1))
        )

    assert await taken(ANA) is None
    assert await taken(replace(ANA, owner="nobody@example.com")) is None
    assert await taken(ANA, at(6)) is not None, "the other lease has ended"
    await configured(store, ANA)
    assert await taken(BEN, at(6)) is None
