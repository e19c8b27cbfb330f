"""Events that start beyond what a read of changes covers: once a day those that wait are looked for.

Nothing else tells of them, so that a person would not be told why an event next year has no link.
It only makes events due: what is done about one is decided by looking at that one event.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Set
from datetime import timedelta

from syncd.core.ids import CalendarKey
from syncd.engine import pull
from syncd.engine.deps import Deps, on_account
from syncd.engine.turns import Turns
from syncd.ports.errors import ProviderError
from syncd.ports.replicas import Turn
from syncd.ports.store import StoreError, Tx

log = logging.getLogger(__name__)

# After the first read of the calendars.
_FIRST = timedelta(minutes=1)
_AGAIN = timedelta(days=1)
_AFTER_FAILURE = timedelta(hours=1)
_AT_ONCE = 4

# What a read of changes covers may have been fixed a day ago and more.
_OVERLAP = timedelta(days=2)


class Far:
    """Looks far ahead in each calendar once a day, one daemon for all of them.

    May be skipped, repeated and doubled without harm.
    """

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._turns = Turns(deps)
        first = deps.clock.monotonic() + _FIRST.total_seconds()
        spread = 0.5 * _FIRST.total_seconds()
        self._next = {key: first + spread * deps.clock.random() for key in sorted(deps.watched)}

    async def tick(self) -> None:
        """Look at the calendars whose time has come."""
        now = self._deps.clock.monotonic()
        due = {key for key, moment in self._next.items() if moment <= now}
        await self._look_at({key for key in sorted(due) if await self._is_ours(key)})

    async def look(self) -> None:
        """Look at all calendars now."""
        await self._look_at(self._deps.watched)

    async def _is_ours(self, calendar: CalendarKey) -> bool:
        """Take the turn; what another daemon does is looked for again when it should be due."""
        if self._deps.draining.is_set():
            return False
        turn = await self._turns.take(_chore(calendar), within=_AGAIN / 2)
        if turn is not Turn.OURS:
            self._put_off(calendar, _AGAIN if turn is Turn.DONE else _AFTER_FAILURE)
        return turn is Turn.OURS

    def _put_off(self, calendar: CalendarKey, span: timedelta) -> None:
        clock = self._deps.clock
        pause = span * (1 - 0.1 * clock.random())
        self._next[calendar] = clock.monotonic() + pause.total_seconds()

    async def _look_at(self, wanted: Set[CalendarKey]) -> None:
        if not wanted or self._deps.draining.is_set():
            return
        readable = await self._deps.store.run(_readable)
        slots = asyncio.Semaphore(_AT_ONCE)
        await asyncio.gather(*(self._in_slot(slots, key) for key in sorted(wanted & readable)))

    async def _in_slot(self, slots: asyncio.Semaphore, calendar: CalendarKey) -> None:
        async with slots:
            if not self._deps.draining.is_set():
                well = await self._one(calendar)
                self._put_off(calendar, _AGAIN if well else _AFTER_FAILURE)

    async def _one(self, calendar: CalendarKey) -> bool:
        """Look at one calendar; tells whether it could be read. Never raises but on cancellation."""
        try:
            found = await _listed(self._deps, calendar)
            count = await self._deps.store.run(lambda tx: self._make_due(tx, calendar, found))
            await self._turns.done(_chore(calendar))
        except ProviderError as error:
            log.info("not looked far ahead", extra={"calendar": str(calendar), "code": error.code})
            return False
        except StoreError as error:
            log.warning("chore put off", extra={"chore": "look far", "problem": str(error)})
            return False
        except Exception:
            log.exception("far look failed unexpectedly", extra={"calendar": str(calendar)})
            return False
        if count:
            log.info("looked far ahead", extra={"calendar": str(calendar), "due": count})
        return True

    def _make_due(self, tx: Tx, calendar: CalendarKey, found: pull.Round) -> int:
        """Make what matters due; gives how many events that are.

        No lease is held for it: a look that is under way at this moment may undo the mark, and
        then the next day makes it again.
        """
        now = self._deps.clock.now()
        due = pull.matters(tx, calendar, found)
        for ref, starts_at in due:
            tx.events.mark_due(ref, due_at=now, starts_at=starts_at)
        if due:
            tx.calendars.hurry(calendar, due_at=now)
        return len(due)


def _chore(calendar: CalendarKey) -> str:
    return f"look far\n{calendar.provider}\n{calendar.owner}\n{calendar.calendar_id}"


def _readable(tx: Tx) -> set[CalendarKey]:
    """Give the calendars that were read before, and are read without trouble."""
    rows = tx.calendars.all()
    return {row.key for row in rows if row.first_read is not None and row.problem is None}


async def _listed(deps: Deps, calendar: CalendarKey) -> pull.Round:
    """Read what is beyond; a series that takes place nearer, or no more, is told by its changes."""
    found = pull.Round(full=False)
    with on_account(calendar.account):
        async for item in deps.calendar(calendar).beyond(calendar):
            pull.note(deps, found, item)
    edge = deps.clock.now() + deps.people[calendar.owner].link.horizon - _OVERLAP
    found.seen = {one: seen for one, seen in found.seen.items() if seen.starts_at >= edge}
    return found
