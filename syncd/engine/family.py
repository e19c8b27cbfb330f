"""A series and its occurrences: what of the one is known when the other is looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from syncd.core import linkblock
from syncd.core.binding import LIVING, Binding, BindingState
from syncd.core.event import Event, EventShape
from syncd.core.ids import EventRef
from syncd.core.rules import decide
from syncd.core.series import Occurrence, Series
from syncd.engine.deps import Deps
from syncd.engine.events import read_event
from syncd.ports.rows import OccurrenceRow
from syncd.ports.store import Tx


def series_ref(event: Event) -> EventRef | None:
    """Say where the series of an occurrence is read; None for every other shape."""
    if event.shape is not EventShape.OCCURRENCE or event.series_id is None:
        return None
    return EventRef(event.ref.calendar, event.series_id)


def occurrence_of(event: Event) -> OccurrenceRow | None:
    """Give what is remembered of an occurrence that was changed by itself."""
    series = series_ref(event)
    if series is None:
        return None
    had_link = event.mark is not None
    return OccurrenceRow(ref=event.ref, series=series, ends_at=event.end, had_link=had_link)


def first_seen(tx: Tx, row: OccurrenceRow, *, mark_shown: bool) -> OccurrenceRow:
    """Say whether an occurrence had our link from the start, where its mark was not shown.

    It is a copy of its series as that was: with the link, if that stood there already.
    """
    if mark_shown:
        return row
    bond = tx.bindings.by_ref(row.series)
    return replace(row, had_link=bond is not None and bond.state is BindingState.LINKED)


def bound_to(tx: Tx, series: EventRef) -> set[str]:
    """Give the occurrences of a series that have a binding: no listing tells that they go with it."""
    known = (row.ref for row in tx.occurrences.of_series(series))
    return {ref.event_id for ref in known if tx.bindings.by_ref(ref) is not None}


def occurrences(tx: Tx, series: EventRef) -> tuple[Occurrence, ...]:
    """Give the known occurrences of a series, each with its binding."""
    return tuple(
        Occurrence(ref=row.ref, ends_at=row.ends_at, binding=tx.bindings.by_ref(row.ref))
        for row in tx.occurrences.of_series(series)
    )


async def series_of(deps: Deps, event: Event) -> Series | None:
    """Look at the series of an occurrence; itself it is read only while it has no meeting."""
    ref = series_ref(event)
    if ref is None:
        return None

    def find(tx: Tx) -> tuple[Binding | None, OccurrenceRow | None]:
        return tx.bindings.by_ref(ref), tx.occurrences.get(event.ref)

    binding, row = await deps.store.run(find)
    had_link = row is None or row.had_link
    if binding is not None and binding.state in LIVING:
        return Series(ref=ref, key=binding.key, binding=binding, had_link=had_link)
    read = await _read_series(deps, ref, binding)
    return replace(read, had_link=had_link)


async def _read_series(deps: Deps, ref: EventRef, binding: Binding | None) -> Series:
    series = await read_event(deps, ref)
    if series is None or series.cancelled:
        return Series(ref=ref, key=None, binding=binding, speaks=False)
    decision = decide(series, deps.people[ref.calendar.owner])
    flags = set(decision.wanting())
    if binding is not None:
        flags |= set(binding.flags_seen)
    return Series(
        ref=ref,
        key=series.key,
        binding=binding,
        flags=tuple(sorted(flags)),
        speaks=decision.wanted or linkblock.present(series.body),
    )


def hurry_series(tx: Tx, occurrence: EventRef, *, now: datetime) -> None:
    """Have the series looked at now, if it waits for this occurrence to be free of its link."""
    row = tx.occurrences.get(occurrence)
    binding = tx.bindings.by_ref(row.series) if row is not None else None
    if row is not None and binding is not None and binding.state is BindingState.REMOVING:
        tx.events.mark_due(row.series, due_at=now, starts_at=binding.starts_at)
