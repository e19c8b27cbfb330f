"""Step 2: read what changed in a calendar; whatever matters becomes due; the cursor moves.

All in one commit, so that pages read twice, or not to their end, change nothing (K23, I10).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from syncd.core.binding import Binding
from syncd.core.event import Event
from syncd.core.foreign import shows_ours
from syncd.core.ids import AccountKey, CalendarKey, EventKey, EventRef
from syncd.core.marks import is_ours
from syncd.core.policy import SeriesStyle
from syncd.core.read_only import READ_ONLY
from syncd.core.rules import decide
from syncd.core.series import times_of
from syncd.engine import family
from syncd.engine.deps import Deps, on_account
from syncd.engine.lease import Hold, next_poll, release
from syncd.ports.calendar import Change, Changed, Gone, Partial, Unreadable
from syncd.ports.errors import CursorExpired
from syncd.ports.rows import AccountRow, AccountState, CalendarRow, EventRow, OccurrenceRow
from syncd.ports.store import Tx

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Seen:
    """All that is kept of a listed event until the commit."""

    ref: EventRef
    key: EventKey
    version: str
    changed_at: datetime
    starts_at: datetime
    speaks: bool
    """It has a flag, or something of ours stands in it."""
    occurrence: OccurrenceRow | None
    """What is remembered of an occurrence that was changed by itself."""
    mark_shown: bool


@dataclass(slots=True)
class Round:
    """What one read of a calendar found; the last word on each event counts."""

    full: bool
    has_times: bool = False
    """Policy gives a series its times at Zoom, so each of them matters to the meeting."""
    cursor: str = ""
    can_write: bool = True
    """Whether the calendar may be written, as its last page tells."""
    seen: dict[str, _Seen] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    lacking: set[str] = field(default_factory=set)
    """Series of which an occurrence is gone."""
    unclear: set[str] = field(default_factory=set)
    unreadable: dict[str, str] = field(default_factory=dict)


async def pull(deps: Deps, hold: Hold, row: CalendarRow) -> CalendarRow | None:
    """Read the calendar and commit what was found, in one transaction; gives the row as saved.

    Gives None when nothing of it is due: then the lease was given back in the same transaction.
    """
    began, cursor = deps.clock.now(), row.cursor
    if cursor is not None and deps.calendar(row.key).needs_full_read(cursor):
        cursor = None
    with on_account(row.key.account):
        try:
            found = await read(deps, row.key, cursor)
        except CursorExpired:
            log.info("cursor expired", extra={"calendar": str(row.key)})
            found = await read(deps, row.key, None)
    for event_id, problem in found.unreadable.items():
        log.warning(
            "event unreadable",
            extra={"calendar": str(row.key), "event": event_id, "problem": problem},
        )
    now = deps.clock.now()
    saved = replace(
        row,
        cursor=found.cursor,
        failures=0,
        last_success=now,
        problem=None,
        # What is marked while it is read is marked after.
        # A clock that was set back must not make all that is marked now marked before.
        first_read=min(row.first_read or began, began),
    )

    poll_at = next_poll(deps, now)

    def commit(tx: Tx) -> tuple[list[EventRef], bool]:
        due = matters(tx, row.key, found)
        _note_occurrences(tx, found)
        for ref, starts_at in due:
            tx.events.mark_due(ref, due_at=now, starts_at=starts_at)
        _note_unreadable(tx, row.key, found)
        # Said here, not at the end of the cycle: what its events find out meanwhile is newer.
        tx.accounts.set(_well(row.key.account, now))
        is_quiet = not tx.events.count_due(row.key, now=now)
        if is_quiet:
            release(tx, hold.lease, saved, poll_at=poll_at)
        else:
            tx.calendars.save(saved)
        return [ref for ref, _ in due], is_quiet

    refs, is_quiet = await hold.commit(commit)
    for ref in refs:
        _remember(deps, found, ref)
    return None if is_quiet else saved


def _note_occurrences(tx: Tx, found: Round) -> None:
    for seen in found.seen.values():
        if seen.occurrence is not None:
            tx.occurrences.note(family.first_seen(tx, seen.occurrence, mark_shown=seen.mark_shown))


def _note_unreadable(tx: Tx, calendar: CalendarKey, found: Round) -> None:
    for event_id, problem in found.unreadable.items():
        tx.events.save(_unreadable(EventRef(calendar, event_id), problem))


def _remember(deps: Deps, found: Round, ref: EventRef) -> None:
    """Keep what the listing showed of a due event, so that an older look is known for one."""
    if ref.event_id in found.seen or ref.event_id in found.gone:
        deps.tenures.meet(ref)
    if ref.event_id in found.seen:
        changed_at = found.seen[ref.event_id].changed_at
        deps.shown[ref] = max(changed_at, deps.shown.get(ref) or changed_at)
    elif ref.event_id in found.gone:
        deps.shown[ref] = None
    else:
        # That it is missing in a full read is no word on its state.
        deps.shown.pop(ref, None)


async def read(deps: Deps, calendar: CalendarKey, cursor: str | None) -> Round:
    """Read a calendar's changes, or all of it without a cursor; nothing is committed."""
    style = deps.people[calendar.owner].meeting.series
    found = Round(full=cursor is None, has_times=style is SeriesStyle.FIXED_TIME)
    async for page in deps.calendar(calendar).changes(calendar, cursor):
        for item in page.items:
            note(deps, found, item)
        found.cursor, found.can_write = page.cursor or found.cursor, page.can_write
    return found


def note(deps: Deps, found: Round, item: Change) -> None:
    """Take a listed item into the round, in place of what it had of that event."""
    match item:
        case Changed(event):
            found.gone.discard(event.ref.event_id)
            found.unreadable.pop(event.ref.event_id, None)
            found.seen.pop(event.ref.event_id, None)
            try:
                found.seen[event.ref.event_id] = _summary(deps, event)
            except Exception as error:
                # Our mistake about one event must not keep its calendar from being read.
                log.exception("event failed unexpectedly", extra={"event": event.ref.event_id})
                found.unreadable[event.ref.event_id] = f"syncd failed at it: {type(error).__name__}"
        case Gone(event_id, series_id):
            if series_id:
                found.lacking.add(series_id)
            found.seen.pop(event_id, None)
            found.unreadable.pop(event_id, None)
            found.gone.add(event_id)
        case Partial(event_id, series_id):
            found.unclear.add(series_id or event_id)
        case Unreadable(event_id, problem):
            found.unreadable[event_id] = problem
        case _:
            assert_never(item)


def _summary(deps: Deps, event: Event) -> _Seen:
    decision = decide(event, deps.people[event.ref.calendar.owner])
    ours = is_ours(deps.keys, event.key, event.mark)
    speaks = event.is_organiser and (decision.wanted or ours or shows_ours(event))
    starts_at = event.start
    # Only for what may be worked on: a rule can take a moment to be followed.
    if speaks and (coming := times_of(event, deps.next_time(event))) is not None:
        starts_at = coming[0]
    return _Seen(
        event.ref,
        event.key,
        event.version,
        event.changed_at,
        starts_at,
        speaks,
        family.occurrence_of(event),
        event.mark_shown,
    )


def matters(tx: Tx, calendar: CalendarKey, found: Round) -> list[tuple[EventRef, datetime | None]]:
    """Choose what must be looked at: what asks for a link, and what is bound and changed."""
    bound = {b.ref.event_id: b for b in tx.bindings.in_calendar(calendar)}
    rows = tx.events.in_calendar(calendar)
    # Of what is due already the listing may be newer than the look that is to come.
    waiting = {row.ref.event_id for row in rows}
    chosen = {c.ref.event_id for c in tx.choices.in_calendar(calendar)}
    due: list[tuple[EventRef, datetime | None]] = []
    for event_id, seen in found.seen.items():
        binding = bound.get(event_id) or (tx.bindings.by_key(seen.key) if seen.speaks else None)
        if binding is None:
            of_linked = _is_of_linked(seen, bound)
            is_due = seen.speaks or event_id in waiting or event_id in chosen or of_linked
        else:
            is_due = binding.version != seen.version or binding.ref != seen.ref
        if is_due:
            due.append((seen.ref, seen.starts_at))
    known = bound.keys() | waiting
    silent = found.gone & known
    if found.full:
        silent |= known - found.seen.keys() - found.unclear
    silent |= found.unclear - found.seen.keys()
    silent |= {one for gone in found.gone for one in family.bound_to(tx, EventRef(calendar, gone))}
    silent |= _with_other_rights(rows, bound, can_write=found.can_write) - found.seen.keys()
    if found.has_times:
        silent |= _with_other_times(found, due, bound)
    due += [(EventRef(calendar, event_id), None) for event_id in sorted(silent)]
    return due


def _with_other_rights(
    rows: Iterable[EventRow], bound: Mapping[str, Binding], *, can_write: bool
) -> set[str]:
    """Choose what waits for the right to write, and does not know how it stands by now.

    What was refused a write learns that nothing may be written, and tries no more. When the right is
    back, those that have a meeting try first: a refusal then costs no meeting.
    """
    told = [row for row in rows if row.code == READ_ONLY]
    if not can_write:
        return {row.ref.event_id for row in told if row.attempts > 0}
    idle = {row.ref.event_id for row in told if row.attempts == 0}
    return idle & bound.keys() or idle


def _with_other_times(
    found: Round, due: Iterable[tuple[EventRef, datetime | None]], bound: Mapping[str, Binding]
) -> set[str]:
    """Choose the series with a meeting of which single times were changed: they look unchanged."""
    listed = [found.seen[ref.event_id].occurrence for ref, _ in due]
    changed = {one.series.event_id for one in listed if one is not None} | found.lacking
    others = changed - {ref.event_id for ref, _ in due}
    return {one for one in others & bound.keys() if bound[one].meeting_id is not None}


def _is_of_linked(seen: _Seen, bound: Mapping[str, Binding]) -> bool:
    """Tell whether it is an occurrence whose series has a meeting."""
    series = bound.get(seen.occurrence.series.event_id) if seen.occurrence is not None else None
    return series is not None and series.meeting_id is not None


def _well(account: AccountKey, now: datetime) -> AccountRow:
    return AccountRow(key=account, state=AccountState.OK, reason="", remedy="", since=now)


def _unreadable(ref: EventRef, problem: str) -> EventRow:
    return EventRow(
        ref=ref,
        due_at=None,
        starts_at=None,
        code="unreadable",
        reason=f"the event cannot be understood: {problem}",
        remedy="Open it in the calendar and save it again.",
    )
