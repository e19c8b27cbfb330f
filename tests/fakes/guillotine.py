"""A blade over every effect of the engine: it can fall before or after any of them, or do worse.

An effect is one transaction of the store or one call of a provider. Effects are counted from 0; an
`Incident` strikes one of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any, Literal, TypeVar

from syncd.core.event import Event, EventChange
from syncd.core.ids import AccountKey, CalendarKey, EventRef
from syncd.core.meeting import Host, ListedMeeting, Meeting, MeetingChange, MeetingSpec
from syncd.core.secret import Secret
from syncd.core.series import Instance
from syncd.ports.calendar import CalendarInfo, CalendarProvider, Change, ChangePage, NewEvent
from syncd.ports.meetings import MeetingProvider
from syncd.ports.store import Store, Tx
from tests.fakes.meetings import Zoom

T = TypeVar("T")
Effect = Callable[[], Awaitable[Any]]
Incident = Callable[[Effect], Awaitable[Any]]
When = Literal["before", "after"]


class Killed(BaseException):
    """The process is dead: whatever its code would still do is not done."""


class Guillotine:
    """Counts effects by name and lets the planned incidents strike."""

    def __init__(self) -> None:
        self.effects: list[str] = []
        self.planned: dict[int | str, Incident] = {}
        self._is_dead = False

    def plan(self, at: int | str, incident: Incident) -> None:
        """Let `incident` strike the effect of this number, or the next of this name, in its place."""
        self.planned[at] = incident

    def fall(self, at: int | str, when: When) -> None:
        """Kill the process right before or right after an effect, its answer lost."""

        async def strike(effect: Effect) -> Any:
            if when == "after":
                try:
                    await effect()
                finally:
                    self._is_dead = True
            self._is_dead = True
            raise Killed

        self.plan(at, strike)

    def fall_at(self, number: int, *, of: int) -> None:
        """Kill the process before an effect, or after the last `of` so many.

        These are all deaths there are: one after an effect leaves what one before the next does.
        """
        if number < of:
            self.fall(number, "before")
        else:
            self.fall(of - 1, "after")

    def revive(self) -> None:
        """Begin anew as another process: effects are counted from 0, nothing is planned."""
        self._is_dead = False
        self.effects.clear()
        self.planned.clear()

    async def under(self, name: str, effect: Callable[[], Awaitable[T]]) -> T:
        """Carry out one effect, unless something strikes it."""
        if self._is_dead:
            raise Killed
        number = len(self.effects)
        self.effects.append(name)
        incident = self.planned.pop(number, None) or self.planned.pop(name, None)
        result: T = await (effect() if incident is None else incident(effect))
        return result


def frozen(until: asyncio.Event, began: asyncio.Event, when: When) -> Incident:
    """Make an incident that stops the process for a while, as a paused machine does."""

    async def strike(effect: Effect) -> Any:
        if when == "before":
            began.set()
            await until.wait()
            return await effect()
        try:
            return await effect()
        finally:
            began.set()
            await until.wait()

    return strike


def failing(error: Exception, when: When = "before") -> Incident:
    """Make an incident that raises, with the effect or without it."""

    async def strike(effect: Effect) -> Any:
        if when == "after":
            await effect()
        raise error

    return strike


def prepared(prepare: Callable[[], object]) -> Incident:
    """Make an incident that only sets something up before the effect."""

    async def strike(effect: Effect) -> Any:
        prepare()
        return await effect()

    return strike


class GuardedStore:
    """A store under the blade."""

    def __init__(self, inner: Store, blade: Guillotine) -> None:
        self._inner = inner
        self._blade = blade

    async def run(self, work: Callable[[Tx], T]) -> T:
        return await self._blade.under("store run", lambda: self._inner.run(work))

    async def settle(self) -> None:
        await self._blade.under("store settle", self._inner.settle)


class GuardedCalendars:
    """Calendars under the blade."""

    def __init__(self, inner: CalendarProvider, blade: Guillotine) -> None:
        self._inner = inner
        self._blade = blade

    async def changes(self, calendar: CalendarKey, cursor: str | None) -> AsyncIterator[ChangePage]:
        async def read() -> list[ChangePage]:
            return [page async for page in self._inner.changes(calendar, cursor)]

        for page in await self._blade.under("calendar changes", read):
            yield page

    def needs_full_read(self, cursor: str) -> bool:
        return self._inner.needs_full_read(cursor)

    async def beyond(self, calendar: CalendarKey) -> AsyncIterator[Change]:
        async def read() -> list[Change]:
            return [item async for item in self._inner.beyond(calendar)]

        for item in await self._blade.under("calendar beyond", read):
            yield item

    async def get(self, ref: EventRef) -> Event:
        return await self._blade.under("calendar get", lambda: self._inner.get(ref))

    async def instances(
        self, series: Event, *, begin: datetime, end: datetime
    ) -> tuple[Instance, ...]:
        return await self._blade.under(
            "calendar instances", lambda: self._inner.instances(series, begin=begin, end=end)
        )

    async def write(self, event: Event, change: EventChange) -> Event:
        return await self._blade.under("calendar write", lambda: self._inner.write(event, change))

    async def calendars(self, owner: str) -> tuple[CalendarInfo, ...]:
        return await self._blade.under("calendar calendars", lambda: self._inner.calendars(owner))

    async def between(
        self, calendar: CalendarKey, *, begin: datetime, end: datetime
    ) -> tuple[Event, ...]:
        return await self._blade.under(
            "calendar between", lambda: self._inner.between(calendar, begin=begin, end=end)
        )

    async def create(self, calendar: CalendarKey, new: NewEvent, *, key: str) -> Event:
        return await self._blade.under(
            "calendar create", lambda: self._inner.create(calendar, new, key=key)
        )

    def mails(self, event: Event, *, quiet: bool = False) -> int:
        return self._inner.mails(event, quiet=quiet)


class GuardedMeetings:
    """Zoom under the blade."""

    def __init__(self, inner: MeetingProvider, blade: Guillotine) -> None:
        self._inner = inner
        self._blade = blade

    async def create(self, host: str, spec: MeetingSpec, *, send_by: float) -> Meeting:
        return await self._blade.under(
            "zoom create", lambda: self._inner.create(host, spec, send_by=send_by)
        )

    async def get(self, meeting_id: int) -> Meeting:
        return await self._blade.under("zoom get", lambda: self._inner.get(meeting_id))

    async def update(self, meeting_id: int, change: MeetingChange) -> None:
        await self._blade.under("zoom update", lambda: self._inner.update(meeting_id, change))

    async def may_update(self) -> bool:
        return await self._inner.may_update()

    async def update_occurrence(
        self, meeting_id: int, occurrence_id: str, *, start: datetime, duration_minutes: int
    ) -> None:
        await self._blade.under(
            "zoom update occurrence",
            lambda: self._inner.update_occurrence(
                meeting_id, occurrence_id, start=start, duration_minutes=duration_minutes
            ),
        )

    async def delete_occurrence(self, meeting_id: int, occurrence_id: str) -> None:
        await self._blade.under(
            "zoom delete occurrence",
            lambda: self._inner.delete_occurrence(meeting_id, occurrence_id),
        )

    async def invitation(self, meeting_id: int) -> str:
        return await self._blade.under(
            "zoom invitation", lambda: self._inner.invitation(meeting_id)
        )

    async def delete(self, meeting_id: int) -> None:
        await self._blade.under("zoom delete", lambda: self._inner.delete(meeting_id))

    async def listing(self, host: str) -> tuple[ListedMeeting, ...]:
        return await self._blade.under("zoom listing", lambda: self._inner.listing(host))

    async def host(self, address: str) -> Host:
        return await self._blade.under("zoom host", lambda: self._inner.host(address))

    async def start_url(self, meeting_id: int) -> Secret:
        return await self._blade.under("zoom start url", lambda: self._inner.start_url(meeting_id))


class GuardedZoom(GuardedMeetings):
    """All of Zoom under the blade, by host as well."""

    def __init__(self, inner: Zoom, blade: Guillotine) -> None:
        super().__init__(inner, blade)
        self._all = inner

    def account(self, host: str) -> AccountKey:
        return self._all.account(host)

    def of(self, host: str) -> MeetingProvider:
        return GuardedMeetings(self._all.of(host), self._blade)
