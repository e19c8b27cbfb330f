"""Mutants of who may act, and of what a look at the world proves: leases, tokens, reads, absence."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from syncd.core import plan, removal
from syncd.core.actions import Action
from syncd.core.binding import Binding, BindingState
from syncd.core.event import Event
from syncd.core.ids import CalendarKey, EventRef
from syncd.core.look import Context, Observed
from syncd.core.removal import VANISHED
from syncd.core.retired import former_goes
from syncd.engine import observe, pull, sweep, trouble
from syncd.engine.deps import Deps, acting_for
from syncd.engine.events import read_event
from syncd.engine.pull import Round
from syncd.engine.sweep import Sweep
from syncd.ports.errors import LeaseLost
from syncd.ports.rows import Lease
from syncd.ports.store import Tx
from syncd.store.calendars import SqlCalendars
from syncd.store.keys import calendar_text
from syncd.store.tables import CALENDAR
from syncd.store.tokens import SqlTokens
from tests.simulation.mutant import (
    Mutant,
    biased,
    change,
    doing,
    in_apps,
    only,
    patched,
    struck,
    timed,
    without,
)

_HOLD, _RELEASE = SqlCalendars.hold, SqlCalendars.release
_READ, _MATTERS, _READ_EVENT = pull.read, pull.matters, read_event
_KNOWN, _DOUBT, _WITH_MEETING = observe._known, Sweep._doubt, observe.with_meeting
_REMOVE, _HELD_OFF = removal.remove, removal.held_off
_FORMER_GOES = former_goes
_CHANGED = r"(google|microsoft) GET /events/\{id\}"


def _hold_for_ever(self: SqlCalendars, lease: Lease, *, now: datetime, until: datetime) -> Lease:
    try:
        return _HOLD(self, lease, now=now, until=until)
    except LeaseLost:
        return replace(lease, until=until)


def _release_for_ever(self: SqlCalendars, lease: Lease, **more: Any) -> None:
    try:
        _RELEASE(self, lease, **more)
    except LeaseLost:
        return


def _hold_by_name(self: SqlCalendars, lease: Lease, *, now: datetime, until: datetime) -> Lease:
    """Hold what a holder of this name has, whichever of its leases it is."""
    try:
        return _HOLD(self, lease, now=now, until=until)
    except LeaseLost:
        of_calendar = CALENDAR.c.key == calendar_text(lease.calendar)
        holder = self._connection.execute(sa.select(CALENDAR.c.lease_holder).where(of_calendar))
        if holder.scalar_one() != lease.holder:
            raise
        return replace(lease, until=until)


async def _read_and_move_on(deps: Deps, calendar: CalendarKey, cursor: str | None) -> Round:
    found = await _READ(deps, calendar, cursor)

    def move_on(tx: Tx) -> None:
        row = tx.calendars.get(calendar)
        if row is not None:
            tx.calendars.save(replace(row, cursor=found.cursor))

    await deps.store.run(move_on)
    return found


def _known_of_any_version(deps: Deps, tx: Tx, ref: EventRef, event: Event | None) -> Observed:
    known = _KNOWN(deps, tx, ref, event)
    if known.binding is None:
        return known
    return replace(known, binding=replace(known.binding, changed_at=None))


def _goes_unseen(seen: Observed, event: Event, context: Context) -> tuple[Action, ...]:
    if seen.binding is not None:
        seen = replace(seen, binding=replace(seen.binding, state=BindingState.LINKED))
    return _FORMER_GOES(seen, event, context)


def _nothing(*_: object) -> None:
    return None


def _matters_by_absence(tx: Tx, calendar: CalendarKey, found: Round) -> Any:
    due = _MATTERS(tx, calendar, found)
    if found.full:
        bound = {binding.ref.event_id for binding in tx.bindings.in_calendar(calendar)}
        found.gone |= bound - found.seen.keys() - found.unclear
    return due


async def _read_if_listed(deps: Deps, ref: EventRef) -> Event | None:
    is_gone = ref in deps.shown and deps.shown[ref] is None
    return None if is_gone else await _READ_EVENT(deps, ref)


_MISSED: set[int] = set()


def _doubt_by_absence(self: Sweep, tx: Tx, host: str, listed: Any) -> int:
    found = {meeting.id for meeting in listed}
    bound = (b for b in tx.bindings.of_host(host) if b.state is BindingState.LINKED)
    _MISSED.clear()
    _MISSED.update(b.meeting_id for b in bound if b.meeting_id and b.meeting_id not in found)
    return _DOUBT(self, tx, host, listed)


async def _with_listed_meeting(deps: Deps, seen: Observed) -> Observed:
    if seen.binding is not None and seen.binding.meeting_id in _MISSED:
        return replace(seen, meeting_gone=True)
    return await _WITH_MEETING(deps, seen)


def _absent_at_zoom() -> AbstractContextManager[None]:
    _MISSED.clear()
    return patched(
        (Sweep, "_doubt", _doubt_by_absence), (observe, "with_meeting", _with_listed_meeting)
    )


def _gone_at_once(event: Event | None, binding: Binding, why: Any, context: Context) -> Any:
    if event is None:
        return removal.take_out(None, binding, why)
    return _REMOVE(event, binding, why, context)


def _missed_once(binding: Binding, reason: str, context: Context, **more: Any) -> Any:
    return None if reason == VANISHED.reason else _HELD_OFF(binding, reason, context, **more)


async def _no_tick(_: Sweep) -> None:
    return None


async def _delete_strangers(self: Sweep, host: str, listed: Any) -> None:
    suspects = await self._deps.store.run(lambda tx: self._suspects(tx, listed))
    for meeting_id in suspects or ():
        with acting_for(self._deps, host) as zoom:
            await zoom.delete(meeting_id)


def _for_ever(*_: object) -> None:
    """Give no time at which to look again."""


_often = timed(poll=5, hold_off=15, sweep=60)
_out_of_sight = biased(
    without("wipe", "restore", "jump", "copy", "split"),
    # So far apart that no second look falls into the next one.
    doing(*((at, "hide") for at in (15, 75))),
    _often,
)

MUTANTS = (
    Mutant(
        name="no fence",
        rule="I6: nothing is committed under a lease that was lost",
        change=change(
            (SqlCalendars, "hold", _hold_for_ever), (SqlCalendars, "release", _release_for_ever)
        ),
        replicas=2,
        bias=struck("commit", "frozen before", "frozen after", rate=0.05, lasts=(25.0, 45.0)),
    ),
    Mutant(
        name="fence by name",
        rule="I6: a lease is its epoch: whoever has the calendar again does not have it still",
        change=change((SqlCalendars, "hold", _hold_by_name)),
        bias=biased(
            struck("commit", "frozen before", "frozen after", rate=0.1, lasts=(16.0, 25.0)),
            without("wipe", "restore", "kill"),
        ),
    ),
    Mutant(
        name="shared refresh",
        rule="I13: over all processes one at a time fetches a token",
        change=change((SqlTokens, "begin_refresh", lambda *_, **__: True)),
        replicas=2,
        bias=biased(
            in_apps("google"),
            struck("zoom POST token", "slow", "lost", lasts=(9.0, 16.0)),
            timed(poll=5),
            without("wipe", "restore", "jump"),
            doing(*((at, "mark") for at in range(0, 30, 3))),
            doing((10, "kill"), (20, "night")),
        ),
    ),
    Mutant(
        name="cursor before its changes",
        rule="2.2: a cursor is kept in the very transaction that makes what it told of due",
        change=change((pull, "read", _read_and_move_on)),
        bias=struck(r"commit .*pull\.commit", "killed before", "lost", rate=0.4),
    ),
    Mutant(
        name="no version guard",
        rule="I8: an older version than one that was seen is never acted on",
        change=change(
            (observe, "_known", _known_of_any_version), (observe, "_check_not_behind", _nothing)
        ),
        bias=biased(
            struck(_CHANGED, "stale", rate=0.2),
            timed(poll=5, hold_off=5, debounce=0),
            doing((20, "move"), (30, "rename"), (40, "move")),
        ),
    ),
    Mutant(
        name="absence means delete",
        rule="2.2: what a listing lacks is looked at by itself, and not gone",
        change=change(
            (pull, "matters", _matters_by_absence), (observe, "read_event", _read_if_listed)
        ),
        bias=biased(_out_of_sight, struck("GET /(events|delta)$", "expired", rate=0.5)),
    ),
    Mutant(
        name="absence at Zoom means delete",
        rule="2.2: a meeting that the list lacks is looked at by itself, and not gone",
        change=_absent_at_zoom,
        bias=biased(
            without("wipe", "restore", "lose meeting"),
            timed(hold_off=15, sweep=15),
            doing((50, "hide at zoom")),
        ),
    ),
    Mutant(
        name="gone at once",
        rule="I8: that an event is gone is seen twice, a hold-off apart",
        change=change((plan, "remove", _gone_at_once)),
        bias=biased(
            _out_of_sight, doing(*((at, name) for at in (16, 76) for name in ("rename", "move")))
        ),
    ),
    Mutant(
        name="replaced unseen",
        rule="I3: a meeting that another conference replaces goes after that was seen",
        change=change((plan, "former_goes", _goes_unseen)),
        bias=biased(
            in_apps("google"),
            timed(hold_off=5),
            only((0, "mark"), (15, "switch"), (15.1, "slow own"), (90, "plain")),
        ),
    ),
    Mutant(
        name="missed once",
        rule="I8: that a meeting is gone is seen twice, a hold-off apart",
        change=change((plan, "held_off", _missed_once)),
        bias=biased(
            struck(r"zoom GET /meetings/\{id\}", "stale", rate=0.1),
            doing((20, "rename"), (35, "move")),
        ),
    ),
    Mutant(
        name="no sweep",
        rule="L1: a meeting that people deleted is noticed within a sweep",
        change=change((Sweep, "tick", _no_tick)),
        bias=doing((20, "lose meeting"), (30, "lose meeting")),
    ),
    Mutant(
        name="sweep deletes strangers",
        rule="2.2: what carries our marker and has no row is told of, never deleted",
        change=change(
            (Sweep, "_report", _delete_strangers), (sweep, "_SETTLED_AFTER", sweep._FIRST * 0)
        ),
        bias=biased(
            only((0, "mark"), (1, "mark"), (20, "wipe"), (20.5, "delete"), (160, "plain")),
            timed(sweep=30),
        ),
    ),
    Mutant(
        name="one try",
        rule="L1: what failed is tried again",
        change=change((trouble, "pause_of_event", _for_ever)),
    ),
)
