"""What every store promises of a transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from syncd.core.ids import EventKey, Provider
from syncd.ports.store import Store, Tx
from tests.conformance.store_cases import (
    ANA,
    NOW,
    at,
    binding,
    configured,
    event,
    in_turn,
    key,
    ref,
    saved,
)

NAIVE = datetime(2026, 12, 1, 9, 0)  # noqa: DTZ001 - what a store must refuse


async def test_a_transaction_gives_what_its_work_returns(store: Store):
    assert await store.run(lambda _tx: 42) == 42


async def test_work_sees_what_it_wrote_itself(store: Store):
    def work(tx: Tx) -> object:
        tx.events.save(event("standup"))
        return tx.events.get(ref("standup"))

    assert await store.run(work) == event("standup")


async def test_an_exception_undoes_the_whole_transaction_and_comes_out(store: Store):
    def fail(_tx: Tx) -> None:
        raise LookupError("thrown by the work")

    steps = in_turn(
        lambda tx: tx.events.save(event("standup")),
        lambda tx: tx.bindings.save(binding("standup")),
        lambda tx: tx.hosts.spend("ana@example.com", NOW.date()),
        fail,
    )
    with pytest.raises(LookupError, match="thrown by the work"):
        await store.run(steps)

    assert await store.run(lambda tx: tx.events.get(ref("standup"))) is None
    assert await store.run(lambda tx: tx.bindings.by_key(key("standup"))) is None
    assert await store.run(lambda tx: tx.hosts.spent(NOW.date())) == {}


async def test_even_the_end_of_the_process_undoes_the_transaction(store: Store):
    class Killed(BaseException):
        pass

    def die(_tx: Tx) -> None:
        raise Killed

    with pytest.raises(Killed):
        await store.run(in_turn(lambda tx: tx.events.save(event("standup")), die))

    assert await store.run(lambda tx: tx.events.get(ref("standup"))) is None


async def test_a_refused_row_can_be_caught_and_the_rest_is_committed(store: Store):
    await saved(store, binding("first", meeting_id=1))

    def work(tx: Tx) -> None:
        tx.events.save(event("kept"))
        with pytest.raises(ValueError, match="another binding"):
            tx.bindings.save(binding("second", meeting_id=1))
        tx.events.save(event("also kept"))

    await store.run(work)

    assert await store.run(lambda tx: tx.events.get(ref("kept"))) == event("kept")
    assert await store.run(lambda tx: tx.events.get(ref("also kept"))) == event("also kept")
    assert await store.run(lambda tx: tx.bindings.by_key(key("second"))) is None


async def test_times_come_back_in_utc_whatever_zone_they_had(store: Store):
    berlin = timezone(timedelta(hours=1))
    await saved(store, event("standup", due_at=NOW.astimezone(berlin)))

    found = await store.run(lambda tx: tx.events.get(ref("standup")))

    assert found is not None
    assert found.due_at == NOW
    assert found.due_at is not None
    assert found.due_at.utcoffset() == timedelta(0)


async def test_microseconds_are_kept(store: Store):
    exact = NOW.replace(microsecond=123456)
    await saved(store, event("standup", due_at=exact))

    found = await store.run(lambda tx: tx.events.get(ref("standup")))

    assert found is not None
    assert found.due_at == exact


@pytest.mark.parametrize(
    "work",
    [
        lambda tx: tx.calendars.configure([ANA], now=NAIVE),
        lambda tx: tx.calendars.claim("one", now=NAIVE, until=at(1), limit=1),
        lambda tx: tx.calendars.hurry(ANA, due_at=NAIVE),
        lambda tx: tx.events.save(event("standup", starts_at=NAIVE)),
        lambda tx: tx.events.mark_due(ref("standup"), due_at=NAIVE, starts_at=None),
        lambda tx: tx.events.due(ANA, now=NAIVE, limit=1),
        lambda tx: tx.bindings.save(binding("standup", starts_at=NAIVE)),
        lambda tx: tx.bindings.save(
            binding("standup", key=EventKey(Provider.GOOGLE, "uid", NAIVE))
        ),
    ],
)
async def test_times_without_a_zone_are_refused(store: Store, work):
    with pytest.raises(ValueError, match=r"time ?zone"):
        await store.run(work)


async def test_a_calendar_with_slashes_is_not_mistaken_for_another(store: Store):
    plain = replace(ANA, owner="a", calendar_id="b/c")
    slashed = replace(ANA, owner="a/b", calendar_id="c")
    assert str(plain) == str(slashed)

    await configured(store, plain, slashed)

    keys = [row.key for row in await store.run(lambda tx: tx.calendars.all())]
    assert keys == [plain, slashed]
