"""A person's events, as the pages ask for them."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from syncd.bootstrap.current import Current
from syncd.bootstrap.door.shapes import menu, shown
from syncd.core.conference import ConferenceKind
from syncd.core.secret import Secret
from syncd.services import agenda as live
from syncd.services import calendars, choose, new_event, start
from syncd.web.door import Refused
from syncd.web.views import Agenda, Entry, EntryState, NewEventForm, Problem, WritableCalendar

_LOOKED_AT = timedelta(days=14)
_NOWHERE = "UTC"


class EventsDoor:
    """Implements `syncd.web.door.Events`."""

    def __init__(self, current: Current) -> None:
        self._current = current
        self._zones: dict[str, str] = {}

    async def zone(self, person: str) -> str:
        """Give the zone in which most of the person's events of these days were made."""
        if person not in self._zones:
            now = self._current.clock.now()
            await self.agenda(person, now - _LOOKED_AT, now + _LOOKED_AT)
        return self._zones.get(person, _NOWHERE)

    async def agenda(self, person: str, begin: datetime, end: datetime) -> Agenda:
        """Give the events of all the person's calendars."""
        found = await live.agenda(self._current.deps, person, begin, end)
        self._note_zone(person, found)
        return Agenda(
            entries=tuple(
                shown(Entry, each, state=EntryState(each.state), choices=menu(each.choices))
                for each in found.entries
            ),
            problems=tuple(shown(Problem, each) for each in found.problems),
            has_calendar=found.has_calendar,
        )

    def _note_zone(self, person: str, found: live.Agenda) -> None:
        zones = Counter(one.zone for one in found.entries if one.zone != _NOWHERE)
        if zones:
            self._zones[person] = zones.most_common(1)[0][0]

    async def choose(self, person: str, ref: str, kind: ConferenceKind, *, request_id: str) -> None:
        """Choose the conference of one event."""
        await choose.choose(
            self._current.deps, ref, str(kind), person=person, request_id=request_id
        )

    async def start_url(self, person: str, ref: str) -> Secret:
        """Fetch the host's link."""
        return await start.start_url(self._current.deps, person, ref)

    async def writable(self, person: str) -> tuple[WritableCalendar, ...]:
        """Give the calendars that a new event may be put into."""
        found = await calendars.writable(self._current.deps, person)
        return tuple(shown(WritableCalendar, each, kinds=menu(each.kinds)) for each in found)

    async def new_event(self, person: str, form: NewEventForm, *, key: str, request_id: str) -> str:
        """Make it, once per `key`."""
        wanted = shown(new_event.NewEventForm, form)
        try:
            return await new_event.make(
                self._current.deps, person, wanted, key, request_id=request_id
            )
        except new_event.FormRefused as error:
            field, message = next(iter(error.errors.items()))
            raise Refused(message, field=field) from error
