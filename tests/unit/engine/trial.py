"""An engine on trial: a stage with a blade over every effect and a witness of every call."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from syncd.core.event import Event
from syncd.core.ids import CalendarKey, EventRef, Provider
from syncd.core.marks import marker_in, markers_of
from syncd.core.meeting import Meeting, MeetingSpec
from syncd.core.policy import LinkPolicy
from syncd.engine.deps import Deps
from syncd.engine.hands import Hands
from syncd.engine.worker import claim, cycle
from syncd.ports.store import Store, StoreError, Tx
from syncd.store.tables import METADATA, SECRET_CHECK
from tests.fakes.calendar import FakeCalendars
from tests.fakes.due import next_due
from tests.fakes.guillotine import (
    GuardedCalendars,
    GuardedStore,
    GuardedZoom,
    Guillotine,
    Killed,
)
from tests.fakes.meetings import FakeMeetings
from tests.fakes.stage import Stage, StageClock, another
from tests.fakes.witness import Witness
from tests.fakes.witnessed import WitnessedCalendars, WitnessedZoom

# Longer than grace, hold-off, back-offs and two polls together.
LONG = timedelta(minutes=15)

_EMPTY = ";".join(
    f"DELETE FROM {table.name}"
    for table in reversed(METADATA.sorted_tables)
    if table is not SECRET_CHECK
)


class ZoomUs(FakeMeetings):
    """Zoom with join links that everybody takes for links of Zoom."""

    def _make(self, host: str, spec: MeetingSpec) -> Meeting:
        meeting = super()._make(host, spec)
        url = meeting.join_url.replace("zoom.example", "us02web.zoom.us")
        self.alive[meeting.id] = replace(meeting, join_url=url)
        return self.alive[meeting.id]


class Trial(Stage):
    """A stage that can be emptied and used again, since a new database costs more than a trial."""

    def __init__(self, *calendars: CalendarKey, link: LinkPolicy | None = None) -> None:
        super().__init__(link=link)
        self._watched = frozenset(calendars)
        self._raise_curtain()

    def _raise_curtain(self) -> None:
        self.clock = StageClock()
        self.calendars = FakeCalendars(self.clock)
        self.meetings = ZoomUs(self.clock, hosts={"ana@example.com": False, "bo@example.com": True})
        person = next(iter(self.deps.people.values()))
        self.witness = Witness(
            calendars=self.calendars,
            meetings=self.meetings,
            store=self.store,
            clock=self.clock,
            hold_off=person.link.hold_off,
        )
        self.blade = Guillotine()
        calendars = WitnessedCalendars(GuardedCalendars(self.calendars, self.blade), self.witness)
        store: Store = GuardedStore(self.store, self.blade)
        self.deps = replace(
            another(self.deps, "test:1"),
            store=store,
            calendars={Provider.GOOGLE: calendars, Provider.MICROSOFT: calendars},
            meetings=WitnessedZoom(GuardedZoom(self.meetings, self.blade), self.witness),
            clock=self.clock,
            watched=self._watched or self.deps.watched,
        )

    async def empty(self) -> None:
        """Begin again with nothing: no rows, no events, no meetings."""
        self._sqlite().executescript(_EMPTY)
        self._raise_curtain()
        await self.prepare()

    async def work(self, *, seconds: float = 0) -> None:
        """Work as the engine's dispatcher does, which outlives a database that fails."""
        try:
            await super().work(seconds=seconds)
        except StoreError:
            return

    async def attempt(self, seconds: float = 0) -> bool:
        """Work as `work` does; False when the process was killed meanwhile."""
        try:
            await self.work(seconds=seconds)
        except Killed:
            return False
        except BaseExceptionGroup as errors:
            killed, others = errors.split(Killed)
            if others is not None or killed is None:
                raise
            return False
        return True

    async def rise(self) -> None:
        """Come back after a kill, as another process."""
        self.blade.revive()
        await self.restart()

    async def settle(self, each: Callable[[], object] = lambda: None) -> bool:
        """Go from one due moment to the next until nothing but polls is due; False when killed."""
        began = self.clock.now()
        while not await self._is_quiet(began):
            assert self.clock.now() < began + LONG, "it does not come to rest"
            due = next_due(self.store)
            assert due is not None
            each()
            if not await self.attempt(max(0.0, (due - self.clock.now()).total_seconds())):
                return False
        return True

    async def _is_quiet(self, began: datetime) -> bool:
        def look(tx: Tx) -> bool:
            rows = [row for row in tx.calendars.all() if row.enabled]
            polled = all(row.last_success and row.last_success > began for row in rows)
            well = all(row.problem is None for row in rows)
            return polled and well and not any(tx.events.next_due(row.key) for row in rows)

        return await self.store.run(look)

    async def writes_while_at_rest(self) -> list[str]:
        """Poll twice more and tell every call beside the listing."""
        self.calendars.calls.clear()
        self.meetings.calls.clear()
        for _ in range(2):
            await self.work(seconds=60)
        calls = [f"{name} {what}" for name, what in self.calendars.calls if name != "changes"]
        return calls + [f"zoom {name}" for name in self.meetings.calls]

    def of_event(self, event: Event) -> list[int]:
        """Give the living meetings that carry this event's marker, whoever knows of them."""
        ours = markers_of(self.deps.keys, event.key)
        return [m.id for m in self.meetings.alive.values() if marker_in(m.agenda) in ours]

    def occurrences(self, series: Event) -> list[Event]:
        """Give the occurrences of a series that were changed by themselves."""
        slots = self.calendars._calendars[series.ref.calendar].slots.values()
        living = [slot.event for slot in slots if slot.event is not None]
        return [event for event in living if event.series_id == series.ref.event_id]

    async def work_as(self, deps: Deps) -> None:
        """Work once under other dependencies than those of now."""
        for row, lease in await claim(deps, Hands().free()):
            await cycle(deps, row, lease)

    @contextmanager
    def as_another(self) -> Iterator[None]:
        """Be another process for a while, beside the one that is left as it is."""
        mine = self.deps
        self.deps = another(mine, "test:2")
        try:
            yield
        finally:
            self.deps = mine

    def rows(self) -> tuple[str, ...]:
        """Give every row of the database, as SQL."""
        return tuple(self._sqlite().iterdump())

    def _sqlite(self) -> sqlite3.Connection:
        """Give the one connection of a database in memory."""
        pooled = self.store._database.engine.raw_connection()
        connection = pooled.driver_connection
        pooled.close()
        assert isinstance(connection, sqlite3.Connection)
        return connection

    def left_behind(self) -> object:
        """Give all that outlives the process: the database, the events, the meetings."""
        meetings = tuple(self.meetings.alive.values())
        return self.rows(), len(self.calendars.writes), meetings

    def at(self, event: Event | EventRef) -> Event | None:
        """Give the event as it is now, None when it is deleted."""
        return self.calendars.event(event.ref if isinstance(event, Event) else event)
