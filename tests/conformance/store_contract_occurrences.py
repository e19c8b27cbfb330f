"""What every store promises of occurrences that were changed by themselves."""

from __future__ import annotations

from dataclasses import replace

from syncd.core.ids import EventRef
from syncd.ports.rows import OccurrenceRow
from syncd.ports.store import Store
from tests.conformance.store_cases import ANA, BEN, at

SERIES = EventRef(ANA, "series")
ROW = OccurrenceRow(ref=EventRef(ANA, "series_1"), series=SERIES, ends_at=at(60), had_link=False)


async def _note(store: Store, row: OccurrenceRow) -> None:
    await store.run(lambda tx: tx.occurrences.note(row))


async def test_an_occurrence_is_read_by_itself_and_by_its_series(store: Store):
    later = replace(ROW, ref=EventRef(ANA, "series_0"), ends_at=at(120))
    stranger = replace(ROW, ref=EventRef(ANA, "x"), series=EventRef(ANA, "other"))
    elsewhere = replace(ROW, ref=EventRef(BEN, "series_1"), series=EventRef(BEN, "series"))
    for row in (later, ROW, stranger, elsewhere):
        await _note(store, row)

    assert await store.run(lambda tx: tx.occurrences.get(ROW.ref)) == ROW
    assert await store.run(lambda tx: tx.occurrences.of_series(SERIES)) == [ROW, later]
    assert await store.run(lambda tx: tx.occurrences.get(SERIES)) is None


async def test_noting_it_again_keeps_how_it_was_first_seen(store: Store):
    await _note(store, ROW)
    await _note(store, replace(ROW, ends_at=at(90), had_link=True))

    assert await store.run(lambda tx: tx.occurrences.get(ROW.ref)) == replace(ROW, ends_at=at(90))


async def test_what_has_ended_is_found_and_forgotten(store: Store):
    later = replace(ROW, ref=EventRef(ANA, "series_2"), ends_at=at(120))
    await _note(store, ROW)
    await _note(store, later)

    assert await store.run(lambda tx: tx.occurrences.ended(at(61))) == [ROW]
    await store.run(lambda tx: tx.occurrences.forget(ROW.ref))
    await store.run(lambda tx: tx.occurrences.forget(ROW.ref))
    assert await store.run(lambda tx: tx.occurrences.of_series(SERIES)) == [later]
