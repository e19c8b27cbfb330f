"""The whole engine on a stage: real rules, a real database in memory, calendars and Zoom as fakes."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from syncd.core.binding import Binding
from syncd.core.event import Event
from syncd.core.ids import CalendarKey, EventRef, Provider
from syncd.core.marks import MarkKeys
from syncd.core.policy import LinkPolicy, PersonPolicy
from syncd.engine.deps import Deps, Timing
from syncd.engine.hands import Hands
from syncd.engine.lease import break_all
from syncd.engine.tenures import Tenures
from syncd.engine.worker import claim, cycle
from syncd.ports.rows import EventRow
from syncd.store.keyfile import new_key_file, read_key_file
from syncd.store.store import SqlStore
from tests.fakes.calendar import FakeCalendars
from tests.fakes.clock import FakeClock
from tests.fakes.meetings import FakeMeetings
from tests.fakes.recurrence import FakeRecurrences

ANA = CalendarKey(Provider.GOOGLE, "ana@example.com", "primary")
# Nothing is put off while somebody edits; a trial of that gives a policy of its own.
AT_ONCE = LinkPolicy(debounce=timedelta(0))
BO = CalendarKey(Provider.MICROSOFT, "bo@example.com", "primary")


class StageClock(FakeClock):
    """Only the test moves it: a task that waits, such as the renewal of a lease, waits for good."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.Event().wait()


class Stage:
    """One engine for Ana on Google and Bo on Outlook; close it at the end."""

    def __init__(
        self, *, link: LinkPolicy | None = None, more: Collection[CalendarKey] = ()
    ) -> None:
        self.clock = StageClock()
        self.calendars = FakeCalendars(self.clock)
        self.meetings = FakeMeetings(
            self.clock, hosts={"ana@example.com": False, "bo@example.com": True}
        )
        keys = read_key_file(new_key_file())
        self.store = SqlStore.open("sqlite://", keys.ring, inline=True)
        people = {
            key.owner: PersonPolicy(email=key.owner, host=key.owner, link=link or AT_ONCE)
            for key in (ANA, BO)
        }
        self.deps = Deps(
            store=self.store,
            calendars={Provider.GOOGLE: self.calendars, Provider.MICROSOFT: self.calendars},
            meetings=self.meetings,
            recurrences=FakeRecurrences(),
            clock=self.clock,
            keys=MarkKeys(keys.instance, keys.marker_keys),
            people=people,
            watched=frozenset((*people_calendars(people), *more)),
            timing=Timing(),
            holder="test:1",
        )

    async def prepare(self) -> None:
        """Make the calendars known, due now."""
        now = self.clock.now()
        await self.store.run(lambda tx: tx.calendars.configure(self.deps.watched, now=now))

    async def restart(self) -> None:
        """Come back as another process on the same database: all memory of the former is gone."""
        self.deps = another(self.deps, self.deps.holder + "+")
        await self.store.run(break_all)
        await self.prepare()

    async def work(self, *, seconds: float = 0) -> None:
        """Let so much time pass, then work on every calendar that is due, one after the other."""
        self.clock.advance(seconds)
        for row, lease in await claim(self.deps, Hands().free()):
            await cycle(self.deps, row, lease)

    async def work_for(self, seconds: float, *, step: float = 5) -> None:
        """Work again and again while so much time passes."""
        for _ in range(int(seconds / step)):
            await self.work(seconds=step)

    async def binding(self, event: Event | EventRef) -> Binding | None:
        """Read the binding of an event."""
        ref = event.ref if isinstance(event, Event) else event
        return await self.store.run(lambda tx: tx.bindings.by_ref(ref))

    async def row(self, event: Event | EventRef) -> EventRow | None:
        """Read what is noted of an event that is due or waits."""
        ref = event.ref if isinstance(event, Event) else event
        return await self.store.run(lambda tx: tx.events.get(ref))

    def now(self, event: Event) -> Event:
        """Give the event as it is now."""
        found = self.calendars.event(event.ref)
        assert found is not None
        return found

    def close(self) -> None:
        self.store.close()


def another(deps: Deps, holder: str) -> Deps:
    """Give what another process works with: the same world, and no memory of what happened in it."""
    return replace(
        deps,
        holder=holder,
        sightings={},
        unanswered={},
        missing={},
        held={},
        verify={},
        tenures=Tenures(),
        shown={},
        doubted={},
        strangers={},
        draining=asyncio.Event(),
    )


def people_calendars(people: dict[str, PersonPolicy]) -> list[CalendarKey]:
    return [key for key in (ANA, BO) if key.owner in people]
