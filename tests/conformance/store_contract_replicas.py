"""What every store promises of the daemons that share it, and of their chores."""

from __future__ import annotations

from datetime import timedelta

from syncd.ports.replicas import ALIVE, Turn
from syncd.ports.store import Store
from tests.conformance.store_cases import NOW, at

MOMENT = timedelta(microseconds=1)


async def test_a_daemon_counts_itself_at_once_and_others_while_they_are_seen(store: Store):
    first = await store.run(lambda tx: tx.replicas.beat("one", now=NOW))
    both = await store.run(lambda tx: tx.replicas.beat("two", now=NOW + ALIVE / 2))
    late = await store.run(lambda tx: tx.replicas.beat("two", now=NOW + ALIVE - MOMENT))
    alone = await store.run(lambda tx: tx.replicas.beat("two", now=NOW + ALIVE))

    assert [roll.alive for roll in (first, both, late, alone)] == [1, 2, 2, 1]
    assert first.time == NOW
    assert both.seen == {"one": NOW, "two": NOW + ALIVE / 2}
    assert alone.time == NOW + ALIVE


async def test_a_daemon_that_left_is_not_counted(store: Store):
    await store.run(lambda tx: tx.replicas.beat("one", now=NOW))
    await store.run(lambda tx: tx.replicas.beat("two", now=NOW))

    await store.run(lambda tx: tx.replicas.leave("one"))

    assert await store.run(lambda tx: tx.replicas.alive(now=NOW)) == {"two": NOW}


async def turn_of(store: Store, holder: str, minutes: float = 0, *, since: float = -60) -> Turn:
    return await store.run(
        lambda tx: tx.chores.begin(
            "sweep", holder, now=at(minutes), until=at(minutes + 5), since=at(since)
        )
    )


async def test_a_chore_is_one_daemons_until_its_turn_ends(store: Store):
    assert await turn_of(store, "one") is Turn.OURS
    assert await turn_of(store, "two", 4.9) is Turn.BUSY
    assert await turn_of(store, "one", 4.9) is Turn.OURS, "it goes on"
    assert await turn_of(store, "two", 9.9) is Turn.OURS, "the first may be dead"
    assert await turn_of(store, "one", 10) is Turn.BUSY


async def test_a_chore_that_was_done_is_done_for_the_others(store: Store):
    await turn_of(store, "one")
    await store.run(lambda tx: tx.chores.done("sweep", "one", now=at(1)))

    assert await turn_of(store, "two", 2, since=0.9) is Turn.DONE
    assert await turn_of(store, "two", 2, since=1) is Turn.OURS


async def test_who_did_a_chore_goes_by_its_own_pace(store: Store):
    await turn_of(store, "one")
    await store.run(lambda tx: tx.chores.done("sweep", "one", now=at(1)))

    assert await turn_of(store, "one", 2, since=0.9) is Turn.OURS


async def test_another_may_try_what_was_given_up(store: Store):
    await turn_of(store, "one")
    await store.run(lambda tx: tx.chores.give_up("sweep", "one"))

    assert await turn_of(store, "two") is Turn.OURS


async def test_who_lost_the_turn_ends_nothing(store: Store):
    await turn_of(store, "one")
    await turn_of(store, "two", 6)
    await store.run(lambda tx: tx.chores.done("sweep", "one", now=at(7)))
    await store.run(lambda tx: tx.chores.give_up("sweep", "one"))

    assert await turn_of(store, "three", 7) is Turn.BUSY


async def test_chores_are_apart_and_all_turns_can_be_ended(store: Store):
    await turn_of(store, "one")
    other = await store.run(
        lambda tx: tx.chores.begin("other", "two", now=NOW, until=at(5), since=NOW)
    )
    assert other is Turn.OURS

    await store.run(lambda tx: tx.chores.break_turns())

    assert await turn_of(store, "two") is Turn.OURS
