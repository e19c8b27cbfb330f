"""The engine as a whole: it starts, dispatches due calendars, and stops without losing anything."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from syncd.core.ids import CalendarKey
from syncd.engine import parted
from syncd.engine.accounts import AccountChores
from syncd.engine.deps import Deps
from syncd.engine.far import Far
from syncd.engine.hands import Hands
from syncd.engine.schedule import Ticking, Timers
from syncd.engine.sweep import Sweep
from syncd.engine.upkeep import Upkeep
from syncd.engine.worker import claim, cycle, free
from syncd.ports.errors import LeaseLost
from syncd.ports.store import StoreError, Tx

log = logging.getLogger(__name__)

_DISPATCH = timedelta(milliseconds=250)
_DISPATCHING = "dispatch"
_LEARN_HOSTS = timedelta(seconds=30)
_PROBE = timedelta(seconds=5)
_MOVE_ON = timedelta(minutes=1)
_FORGET = timedelta(hours=6)
_ACCOUNTS = timedelta(seconds=15)
_SWEEP_NEXT_HOST = timedelta(seconds=5)
_LOOK_FAR = timedelta(seconds=30)
_QUIET_WITHIN = timedelta(seconds=90)
_TRIES = 3
# Less between two looks is how a clock is kept right.
_SLEWED = timedelta(seconds=1)

Cut = LeaseLost | StoreError | None
"""What cut a cycle short."""


class Engine:
    """Runs the life of all events under one set of dependencies; `timers` tick in place of real ones."""

    def __init__(self, deps: Deps, *, timers: Ticking | None = None) -> None:
        deps.timing.check()
        self.deps = deps
        self._timers = timers or Timers()
        self._upkeep = Upkeep(deps)
        self._accounts = AccountChores(deps)
        self._sweep = Sweep(deps)
        self._far = Far(deps)
        self._hands = Hands()
        self._cycles: dict[asyncio.Task[Cut], CalendarKey] = {}
        # Leases may stand in our name that none of the cycles works under.
        self._has_left_over = False
        self._read: set[CalendarKey] = set()
        self._database_problem: str | None = None
        self._wall = deps.clock.now() - timedelta(seconds=deps.clock.monotonic())
        # Cycles that began by a clock that was set back meanwhile: they may write its times yet.
        self._overtaken: set[asyncio.Task[Cut]] = set()
        self._is_overtaken = False

    async def prepare(self) -> None:
        """Make the configured calendars known; what waited is tried again, the config may have changed."""
        now = self.deps.clock.now()
        wall = now - timedelta(seconds=self.deps.clock.monotonic())

        def configure(tx: Tx) -> None:
            tx.calendars.configure(self.deps.watched, now=now)
            tx.events.rouse(now=now)
            parted.rouse(self.deps, tx)
            for key in self.deps.watched:
                tx.calendars.hurry(key, due_at=now)

        await self.deps.store.run(configure)
        self._wall = wall

    def start(self) -> None:
        """Begin to dispatch, on the running loop."""
        self._timers.every(_DISPATCH, self.dispatch, name=_DISPATCHING)
        self._timers.every(_LEARN_HOSTS, self._upkeep.learn_hosts, name="learn hosts")
        self._timers.every(_PROBE, self._upkeep.probe_meetings, name="probe meetings")
        self._timers.every(_MOVE_ON, self._upkeep.move_series_on, name="move series on")
        self._timers.every(_FORGET, self._upkeep.forget_finished, name="forget finished")
        self._timers.every(_SWEEP_NEXT_HOST, self._sweep.tick, name="sweep")
        self._timers.every(_LOOK_FAR, self._far.tick, name="look far")
        self._timers.every(_ACCOUNTS, self._accounts.tick, name="accounts")
        self._timers.start()

    def hurry(self) -> None:
        """Dispatch now, not at the next tick: somebody hints that a calendar was made due."""
        self._timers.soon(_DISPATCHING)

    async def dispatch(self) -> None:
        """Claim due calendars, as many as there are free hands, and set to work on them."""
        hands = self._hands.free()
        if not hands or self.deps.draining.is_set():
            return
        try:
            # First: whatever follows writes times by this clock.
            await self._notice_clock()
            await self._recover()
            claimed = await claim(self.deps, hands)
        except StoreError as error:
            self._note_database(str(error))
            return
        for row, lease in claimed:
            task = asyncio.create_task(cycle(self.deps, row, lease), name=f"cycle {row.key}")
            self._hands.take(row, task)
            self._cycles[task] = row.key
            self._read.add(row.key)
            task.add_done_callback(self._ended)

    async def _notice_clock(self) -> None:
        """See whether the wall clock was set back: whatever waits by it would wait longer by as much."""
        wall = self.deps.clock.now() - timedelta(seconds=self.deps.clock.monotonic())
        is_set_back = wall < self._wall - _SLEWED
        if is_set_back:
            log.warning(
                "clock set back", extra={"seconds": round((self._wall - wall).total_seconds())}
            )
        if is_set_back or self._is_overtaken:
            await self.prepare()
            self._is_overtaken = False
        if is_set_back:
            self._overtaken = set(self._cycles)
            # A lease that nobody works under would last for as long as the clock went back.
            await self._free()
        self._wall = wall

    async def _recover(self) -> None:
        """After a failure of the database, see that it works, and free what it left in our hands."""
        if self._database_problem is None and not self._has_left_over:
            return
        deps = self.deps
        # Only a write that worked says so: a full disk can be read as well as ever.
        await deps.store.run(lambda tx: tx.replicas.beat(deps.holder, now=deps.clock.now()))
        await self._free()
        self._note_database(None)

    async def _free(self) -> None:
        # First: a cycle may end meanwhile. What fails here is a problem of the database, and comes again.
        self._has_left_over = False
        await free(self.deps, but=frozenset(self._cycles.values()))

    def _note_database(self, problem: str | None) -> None:
        """Tell that the database fails, and that it works again; once, not at every tick."""
        if problem == self._database_problem:
            return
        self._database_problem = self.deps.health.database = problem
        if problem is None:
            log.info("database usable again")
        else:
            log.error("database unusable", extra={"problem": problem})

    def _ended(self, task: asyncio.Task[Cut]) -> None:
        del self._cycles[task]
        if task in self._overtaken:
            self._overtaken.discard(task)
            self._is_overtaken = True
        if task.cancelled():
            return
        if (error := task.exception()) is not None:
            log.error("cycle failed", exc_info=error)
        elif (cut := task.result()) is not None:
            self._has_left_over = True
            if isinstance(cut, StoreError):
                # Told by the cycle; that it is over is told by the next dispatch.
                self._database_problem = self.deps.health.database = str(cut)

    async def until_quiet(self) -> bool:
        """Work until every calendar was read and no event is due within 90 seconds, or until stopped.

        What is far ahead is looked for once, when the rest is done. Gives False when a calendar could not be read in three tries.
        """
        has_looked_far = False
        while not self.deps.draining.is_set():
            await self.dispatch()
            if self._cycles:
                await asyncio.wait(self._cycles, return_when=asyncio.FIRST_COMPLETED)
                continue
            pause = await self.deps.store.run(self._until_due)
            if pause is None and has_looked_far:
                break
            if pause is None:
                await self._far.look()
                has_looked_far = True
                continue
            await self.deps.clock.sleep(max(pause, 0.05))
        await self._upkeep.learn_hosts()
        await self._accounts.part_those_that_left()
        await self._accounts.revoke()
        rows = await self.deps.store.run(lambda tx: tx.calendars.all())
        return all(row.problem is None for row in rows if row.enabled)

    def _until_due(self, tx: Tx) -> float | None:
        """Give the seconds until there is more to do; None when it is quiet."""
        now = self.deps.clock.now()
        due: list[datetime] = []
        for row in tx.calendars.all():
            if not row.enabled or (row.problem is not None and row.failures >= _TRIES):
                continue
            if row.key not in self._read or row.problem is not None:
                due.append(row.poll_at)
            elif (event_due := tx.events.next_due(row.key)) is not None:
                due.append(event_due)
        soon = [moment for moment in due if moment <= now + _QUIET_WITHIN]
        return (min(soon) - now).total_seconds() if soon else None

    async def stop(self, *, patience: float) -> None:
        """Begin nothing new, let what is in flight end, then cancel the rest: safe at any instant."""
        self.deps.draining.set()
        self._timers.stop()
        if self._cycles:
            await asyncio.wait(self._cycles, timeout=patience)
        for task in list(self._cycles):
            task.cancel()
        await asyncio.gather(*self._cycles, return_exceptions=True)
