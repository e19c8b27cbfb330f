"""What every store promises of events that are due or wait."""

from __future__ import annotations

from dataclasses import replace

from syncd.ports.rows import EventRow
from syncd.ports.store import Store
from tests.conformance.store_cases import ANA, BEN, NOW, at, event, ref, saved


async def test_an_event_row_comes_back_as_it_was_saved(store: Store):
    row = event("standup", attempts=2, code="zoom_busy", reason="Zoom is busy.", remedy="Wait.")
    await saved(store, row)

    assert await store.run(lambda tx: tx.events.get(row.ref)) == row


async def test_saving_an_event_again_replaces_all_of_it(store: Store):
    await saved(store, event("standup", attempts=2, code="zoom_busy", reason="Zoom is busy."))
    bare = EventRow(ref=ref("standup"), due_at=None, starts_at=None)

    await saved(store, bare)

    assert await store.run(lambda tx: tx.events.get(ref("standup"))) == bare


async def test_an_unknown_event_is_none(store: Store):
    assert await store.run(lambda tx: tx.events.get(ref("standup"))) is None


async def test_the_same_id_in_two_calendars_is_two_events(store: Store):
    there = event("standup", ref=ref("standup", BEN), attempts=9)
    await saved(store, event("standup"), there)

    await store.run(lambda tx: tx.events.forget(ref("standup")))

    assert await store.run(lambda tx: tx.events.get(ref("standup"))) is None
    assert await store.run(lambda tx: tx.events.get(ref("standup", BEN))) == there


async def test_forgetting_an_unknown_event_is_harmless(store: Store):
    await store.run(lambda tx: tx.events.forget(ref("standup")))

    assert await store.run(lambda tx: tx.events.waiting()) == []


async def test_marking_an_unknown_event_makes_its_row(store: Store):
    await store.run(lambda tx: tx.events.mark_due(ref("standup"), due_at=NOW, starts_at=at(60)))

    found = await store.run(lambda tx: tx.events.get(ref("standup")))
    assert found == EventRow(ref=ref("standup"), due_at=NOW, starts_at=at(60))


async def test_marking_makes_an_event_due_earlier_and_never_later(store: Store):
    await saved(store, event("standup", due_at=at(10)))

    await store.run(lambda tx: tx.events.mark_due(ref("standup"), due_at=at(20), starts_at=at(60)))
    later = await store.run(lambda tx: tx.events.get(ref("standup")))
    await store.run(lambda tx: tx.events.mark_due(ref("standup"), due_at=at(5), starts_at=at(60)))
    earlier = await store.run(lambda tx: tx.events.get(ref("standup")))

    assert later == event("standup", due_at=at(10))
    assert earlier == event("standup", due_at=at(5))


async def test_marking_makes_a_waiting_event_due_and_keeps_its_reason(store: Store):
    waiting = event("standup", due_at=None, code="no_host", reason="No host.", attempts=4)
    await saved(store, waiting)

    await store.run(lambda tx: tx.events.mark_due(ref("standup"), due_at=NOW, starts_at=at(60)))

    found = await store.run(lambda tx: tx.events.get(ref("standup")))
    assert found == replace(waiting, due_at=NOW)


async def test_marking_follows_a_moved_start_and_keeps_the_known_one_without(store: Store):
    await saved(store, event("standup"))

    await store.run(lambda tx: tx.events.mark_due(ref("standup"), due_at=NOW, starts_at=at(75)))
    await store.run(lambda tx: tx.events.mark_due(ref("standup"), due_at=NOW, starts_at=None))

    assert await store.run(lambda tx: tx.events.get(ref("standup"))) == event(
        "standup", starts_at=at(75)
    )


async def test_due_events_come_by_their_start_and_without_one_last(store: Store):
    await saved(
        store,
        event("unknown start", starts_at=None, due_at=at(-30)),
        event("late", starts_at=at(90), due_at=at(-20)),
        event("soon", starts_at=at(5)),
        event("not yet", starts_at=at(1), due_at=at(1)),
        event("waits", starts_at=at(1), due_at=None),
        event("elsewhere", ref=ref("elsewhere", BEN)),
    )

    due = await store.run(lambda tx: tx.events.due(ANA, now=NOW, limit=10))
    two = await store.run(lambda tx: tx.events.due(ANA, now=NOW, limit=2))

    assert [row.ref.event_id for row in due] == ["soon", "late", "unknown start"]
    assert [row.ref.event_id for row in two] == ["soon", "late"]


async def test_the_backlog_counts_what_is_due_in_one_calendar(store: Store):
    await saved(
        store,
        event("one"),
        event("two", due_at=at(-1)),
        event("not yet", due_at=at(1)),
        event("waits", due_at=None),
        event("elsewhere", ref=ref("elsewhere", BEN)),
    )

    assert await store.run(lambda tx: tx.events.count_due(ANA, now=NOW)) == 2


async def test_next_due_is_the_earliest_of_one_calendar(store: Store):
    await saved(
        store,
        event("late", due_at=at(9)),
        event("early", due_at=at(3)),
        event("waits", due_at=None),
        event("elsewhere", ref=ref("elsewhere", BEN), due_at=at(1)),
    )

    assert await store.run(lambda tx: tx.events.next_due(ANA)) == at(3)


async def test_nothing_is_next_without_due_events(store: Store):
    await saved(store, event("waits", due_at=None))

    assert await store.run(lambda tx: tx.events.next_due(ANA)) is None


async def test_waiting_events_are_those_with_a_code_by_their_start(store: Store):
    await saved(
        store,
        event("unknown start", starts_at=None, code="no_host"),
        event("late", starts_at=at(90), code="zoom_busy", due_at=None),
        event("soon", ref=ref("soon", BEN), starts_at=at(5), code="no_host"),
        event("well"),
    )

    rows = await store.run(lambda tx: tx.events.waiting())

    assert [row.ref.event_id for row in rows] == ["soon", "late", "unknown start"]


async def test_all_rows_of_a_calendar_are_told_by_their_start(store: Store):
    await saved(
        store,
        event("unknown start", starts_at=None),
        event("late", starts_at=at(90), code="zoom_busy", due_at=None),
        event("elsewhere", ref=ref("elsewhere", BEN)),
        event("soon", starts_at=at(5)),
    )

    rows = await store.run(lambda tx: tx.events.in_calendar(ANA))

    assert [row.ref.event_id for row in rows] == ["soon", "late", "unknown start"]


async def test_rousing_makes_waiting_events_due_now_with_their_attempts_forgotten(store: Store):
    told = event("told", due_at=None, code="no_host", reason="No host.", attempts=7)
    later = event("later", due_at=at(30), code="zoom_busy", attempts=2)
    quiet = event("quiet", due_at=None)
    planned = event("planned", due_at=at(30), attempts=1)
    await saved(store, told, later, quiet, planned)

    await store.run(lambda tx: tx.events.rouse(now=NOW))

    found = {
        row.ref.event_id: row
        for row in await store.run(lambda tx: tx.events.due(ANA, now=at(60), limit=10))
    }
    assert found["told"] == replace(told, due_at=NOW, attempts=0)
    assert found["later"] == replace(later, due_at=NOW, attempts=0)
    assert found["quiet"] == replace(quiet, due_at=NOW)
    assert found["planned"] == replace(planned, due_at=NOW, attempts=0)
