"""What every store promises of orphans, and of how often a link was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from syncd.core.binding import IntentKind, Outcome
from syncd.ports.rows import OrphanRow
from syncd.ports.store import Store, Tx
from tests.conformance.store_cases import NOW, at, binding, event, in_turn, intent, ref, saved


def orphan(meeting_id: int, host: str = "ana@example.com") -> OrphanRow:
    return OrphanRow(meeting_id=meeting_id, host=host, found_at=NOW)


async def test_orphans_are_replaced_host_by_host(store: Store):
    await store.run(
        in_turn(
            lambda tx: tx.orphans.replace("bo@example.com", [orphan(7, "bo@example.com")]),
            lambda tx: tx.orphans.replace("ana@example.com", [orphan(9), orphan(8)]),
        )
    )
    assert [row.meeting_id for row in await _orphans(store)] == [8, 9, 7]
    await store.run(lambda tx: tx.orphans.replace("ana@example.com", [orphan(9)]))
    assert await _orphans(store) == [orphan(9), orphan(7, "bo@example.com")]
    await store.run(lambda tx: tx.orphans.replace("ana@example.com", []))
    assert await _orphans(store) == [orphan(7, "bo@example.com")]


async def test_a_meeting_that_was_bound_since_is_no_orphan(store: Store):
    await store.run(lambda tx: tx.orphans.replace("ana@example.com", [orphan(8), orphan(9)]))
    await saved(store, binding("standup", meeting_id=8), binding("unmade"))
    assert await _orphans(store) == [orphan(9)]


async def test_bindings_are_found_by_meeting_and_by_host(store: Store):
    mine = [binding("late", meeting_id=8, starts_at=at(90)), binding("early", starts_at=at(30))]
    other = binding("other", host="bo@example.com", meeting_id=9)
    await saved(store, *mine, other)
    assert await store.run(lambda tx: tx.bindings.by_meeting(9)) == other
    assert await store.run(lambda tx: tx.bindings.by_meeting(7)) is None
    assert await store.run(lambda tx: tx.bindings.of_host("ana@example.com")) == mine[::-1]


async def test_a_meeting_that_was_replaced_belongs_to_its_event_until_it_is_deleted(store: Store):
    mine = binding("standup", retired_meeting_id=8, retired_url="https://x", retired_at=at(0))
    await store.run(lambda tx: tx.orphans.replace("ana@example.com", [orphan(8), orphan(9)]))
    await saved(store, mine)
    assert await store.run(lambda tx: tx.bindings.by_meeting(8)) == mine
    assert await _orphans(store) == [orphan(9)]


async def test_what_an_event_remembers_outlives_being_marked_due(store: Store):
    row = event("standup", unsettled_since=at(-1), noted_at=at(-2), code="x", reason="y")
    await saved(store, row)
    await store.run(lambda tx: tx.events.mark_due(row.ref, due_at=at(-3), starts_at=None))
    found = await store.run(lambda tx: tx.events.get(ref("standup")))
    assert found is not None
    assert (found.unsettled_since, found.noted_at) == (at(-1), at(-2))


async def test_links_written_are_counted_from_a_time_on(store: Store):
    await saved(store, binding("standup"), binding("other"))
    await store.run(
        in_turn(
            _closed("standup", 1, IntentKind.LINK, Outcome.DONE),
            _closed("standup", 2, IntentKind.LINK, Outcome.DONE),
            _closed("standup", 3, IntentKind.LINK, Outcome.DONE),
            _closed("standup", 4, IntentKind.LINK, Outcome.SUPERSEDED),
            _closed("standup", 5, IntentKind.UPDATE, Outcome.DONE),
            _closed("other", 6, IntentKind.LINK, Outcome.DONE),
            lambda tx: tx.journal.open(intent("standup", id="open", kind=IntentKind.LINK)),
        )
    )
    assert await store.run(lambda tx: tx.journal.links_written("standup", since=at(1))) == 2
    assert await store.run(lambda tx: tx.journal.links_written("none", since=at(0))) == 0


def _closed(of: str, minute: int, kind: IntentKind, outcome: Outcome) -> Callable[[Tx], Any]:
    def work(tx: Tx) -> None:
        tx.journal.open(intent(of, id=f"intent {minute}", kind=kind))
        tx.journal.close(f"intent {minute}", outcome, now=at(minute))

    return work


async def _orphans(store: Store) -> list[OrphanRow]:
    return list(await store.run(lambda tx: tx.orphans.all()))
