"""Series that go on although the occurrence their binding knows of is long over."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime

from syncd.core.binding import Binding, BindingState
from syncd.core.event import Event
from syncd.core.ids import CalendarKey
from syncd.core.series import times_of
from syncd.engine.deps import Deps
from syncd.engine.events import read_event
from syncd.ports.errors import ProviderError
from syncd.ports.store import Tx

log = logging.getLogger(__name__)


async def over(deps: Deps) -> frozenset[str]:
    """Give the ids of the bindings whose event is over for good, for as long as policy remembers it.

    A series that goes on is noted with its next occurrence. What cannot be read now, or whose rule
    cannot be followed, is not over.
    """
    unreadable: set[CalendarKey] = set()
    found: set[str] = set()
    for binding in await deps.store.run(lambda tx: _finished(deps, tx)):
        calendar = binding.ref.calendar
        if calendar not in deps.watched or binding.key.original_start is not None:
            found.add(binding.id)
        elif calendar not in unreadable:
            try:
                event = await read_event(deps, binding.ref)
            except ProviderError as error:
                unreadable.add(calendar)
                log.info("not looked at", extra={"calendar": str(calendar), "code": error.code})
                continue
            if await _is_over(deps, binding, event):
                found.add(binding.id)
    return frozenset(found)


def _finished(deps: Deps, tx: Tx) -> list[Binding]:
    now = deps.clock.now()
    mine = [b for b in tx.bindings.all() if b.ref.calendar.owner in deps.people]
    return [b for b in mine if now - b.ends_at > deps.people[b.ref.calendar.owner].link.keep]


async def move_on(deps: Deps, *, most: int) -> None:
    """Note the next occurrence of linked series whose last known one is over, `most` at a time.

    What cannot be read now is tried again at the next call; a series that is over or gone, or whose
    rule cannot be followed, is let be until its event changes.
    """
    unreadable: set[CalendarKey] = set()
    reads = 0
    for binding in await deps.store.run(lambda tx: _passed(deps, tx)):
        calendar = binding.ref.calendar
        if reads == most or deps.draining.is_set():
            return
        if calendar in unreadable:
            continue
        reads += 1
        try:
            event = await read_event(deps, binding.ref)
        except ProviderError as error:
            unreadable.add(calendar)
            log.info("not looked at", extra={"calendar": str(calendar), "code": error.code})
            continue
        moved = _moved_on(deps, binding, event)
        await _note(deps, binding, moved or replace(binding, repeats=False))


def _passed(deps: Deps, tx: Tx) -> list[Binding]:
    now = deps.clock.now()
    # Whatever cannot be read today would take up all the reads there are.
    readable = deps.watched - {row.key for row in tx.calendars.all() if row.problem is not None}
    return [
        binding
        for binding in tx.bindings.all()
        if binding.repeats
        and binding.state is BindingState.LINKED
        and binding.ends_at <= now
        and binding.ref.calendar in readable
    ]


def forget_occurrences(tx: Tx, before: datetime) -> None:
    """Forget the occurrences that ended before this time (UTC) and whose series has no meeting.

    A series that loses its meeting must know which of its occurrences may show the link.
    """
    for row in tx.occurrences.ended(before):
        series = tx.bindings.by_ref(row.series)
        if series is None or series.meeting_id is None:
            tx.occurrences.forget(row.ref)


async def _is_over(deps: Deps, binding: Binding, event: Event | None) -> bool:
    coming = deps.next_time(event) if event is not None else None
    if coming is not None and coming.unreadable:
        return False
    moved = _moved_on(deps, binding, event)
    if moved is not None:
        await _note(deps, binding, moved)
    return moved is None


def _moved_on(deps: Deps, binding: Binding, event: Event | None) -> Binding | None:
    """Give the binding with the series' next occurrence; None when there is none that is known."""
    coming = deps.next_time(event) if event is not None else None
    times = times_of(event, coming) if event is not None and coming is not None else None
    if times is None:
        return None
    return replace(binding, starts_at=times[0], ends_at=times[1], repeats=True)


async def _note(deps: Deps, before: Binding, after: Binding) -> None:
    def note(tx: Tx) -> None:
        # Whatever was committed meanwhile knows better.
        if tx.bindings.by_key(before.key) == before:
            tx.bindings.save(after)

    await deps.store.run(note)
