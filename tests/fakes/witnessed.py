"""The calendars and Zoom under a witness, who sees every call and its answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from syncd.core.event import Event, EventChange
from syncd.core.ids import AccountKey, CalendarKey, EventRef
from syncd.core.marks import marker_in
from syncd.core.meeting import Host, ListedMeeting, Meeting, MeetingChange, MeetingSpec
from syncd.core.secret import Secret
from syncd.core.series import Instance
from syncd.ports.calendar import CalendarInfo, CalendarProvider, Change, ChangePage, NewEvent
from syncd.ports.errors import NotFound, OutcomeUnknown, ProviderError
from syncd.ports.meetings import MeetingProvider
from tests.fakes.meetings import Zoom
from tests.fakes.witness import Look, Post, Witness


class WitnessedCalendars:
    """Calendars under a witness."""

    def __init__(self, inner: CalendarProvider, witness: Witness) -> None:
        self._inner = inner
        self._witness = witness

    def changes(self, calendar: CalendarKey, cursor: str | None) -> AsyncIterator[ChangePage]:
        return self._inner.changes(calendar, cursor)

    def needs_full_read(self, cursor: str) -> bool:
        return self._inner.needs_full_read(cursor)

    def beyond(self, calendar: CalendarKey) -> AsyncIterator[Change]:
        return self._inner.beyond(calendar)

    async def get(self, ref: EventRef) -> Event:
        at, event = self._witness.clock.now(), None
        try:
            event = await self._inner.get(ref)
        except NotFound:
            self._note(at, ref, None)
            raise
        self._note(at, ref, event)
        return event

    async def instances(
        self, series: Event, *, begin: datetime, end: datetime
    ) -> tuple[Instance, ...]:
        return await self._inner.instances(series, begin=begin, end=end)

    async def write(self, event: Event, change: EventChange) -> Event:
        self._witness.may_write(event, change)
        after = await self._inner.write(event, change)
        self._note(self._witness.clock.now(), event.ref, after)
        return after

    async def calendars(self, owner: str) -> tuple[CalendarInfo, ...]:
        return await self._inner.calendars(owner)

    async def between(
        self, calendar: CalendarKey, *, begin: datetime, end: datetime
    ) -> tuple[Event, ...]:
        return await self._inner.between(calendar, begin=begin, end=end)

    async def create(self, calendar: CalendarKey, new: NewEvent, *, key: str) -> Event:
        return await self._inner.create(calendar, new, key=key)

    def mails(self, event: Event, *, quiet: bool = False) -> int:
        return self._inner.mails(event, quiet=quiet)

    def _note(self, at: datetime, ref: EventRef, event: Event | None) -> None:
        is_stale = event != self._witness.calendars.event(ref)
        self._witness.looks[ref].append(Look(at, event, is_stale))


class WitnessedMeetings:
    """Zoom under a witness."""

    def __init__(self, inner: MeetingProvider, witness: Witness) -> None:
        self._inner = inner
        self._witness = witness

    async def create(self, host: str, spec: MeetingSpec, *, send_by: float) -> Meeting:
        witness, marker = self._witness, marker_in(spec.agenda) or ""
        if witness.clock.monotonic() > send_by:
            return await self._inner.create(host, spec, send_by=send_by)
        await witness.may_create(host, marker)
        post = Post(witness.clock.monotonic())
        witness.posts[marker].append(post)
        try:
            meeting = await self._inner.create(host, spec, send_by=send_by)
        except ProviderError as error:
            post.answer = "unknown" if isinstance(error, OutcomeUnknown) else "refused"
            raise
        post.answer, post.meeting_id = "made", meeting.id
        return meeting

    async def get(self, meeting_id: int) -> Meeting:
        return await self._inner.get(meeting_id)

    async def update(self, meeting_id: int, change: MeetingChange) -> None:
        await self._witness.may_change(meeting_id)
        await self._inner.update(meeting_id, change)

    async def may_update(self) -> bool:
        return await self._inner.may_update()

    async def update_occurrence(
        self, meeting_id: int, occurrence_id: str, *, start: datetime, duration_minutes: int
    ) -> None:
        await self._witness.may_change(meeting_id)
        await self._inner.update_occurrence(
            meeting_id, occurrence_id, start=start, duration_minutes=duration_minutes
        )

    async def delete_occurrence(self, meeting_id: int, occurrence_id: str) -> None:
        await self._witness.may_change(meeting_id)
        await self._inner.delete_occurrence(meeting_id, occurrence_id)

    async def invitation(self, meeting_id: int) -> str:
        return await self._inner.invitation(meeting_id)

    async def delete(self, meeting_id: int) -> None:
        await self._witness.may_delete(meeting_id)
        await self._inner.delete(meeting_id)

    async def listing(self, host: str) -> tuple[ListedMeeting, ...]:
        began = self._witness.clock.monotonic()
        listed = await self._inner.listing(host)
        present = {marker_in(meeting.agenda) for meeting in listed if not self._is_made(meeting)}
        for marker in self._witness.posts.keys() - present:
            self._witness.empty_lists[marker] = began
        for meeting in listed:
            self._found(meeting)
        return listed

    def _is_made(self, meeting: ListedMeeting) -> bool:
        """Tell whether an answer told of this meeting; a fresh one carries the same marker."""
        posts = self._witness.posts.get(marker_in(meeting.agenda) or "", [])
        return any(post.meeting_id == meeting.id for post in posts)

    def _found(self, meeting: ListedMeeting) -> None:
        """What was found in a list is no longer unknown."""
        if self._is_made(meeting):
            return
        for post in self._witness.posts.get(marker_in(meeting.agenda) or "", [])[-1:]:
            if post.answer == "unknown":
                post.answer, post.meeting_id = "made", meeting.id

    async def host(self, address: str) -> Host:
        return await self._inner.host(address)

    async def start_url(self, meeting_id: int) -> Secret:
        return await self._inner.start_url(meeting_id)


class WitnessedZoom(WitnessedMeetings):
    """All of Zoom under a witness, by host as well."""

    def __init__(self, inner: Zoom, witness: Witness) -> None:
        super().__init__(inner, witness)
        self._all = inner

    def account(self, host: str) -> AccountKey:
        return self._all.account(host)

    def of(self, host: str) -> MeetingProvider:
        return WitnessedMeetings(self._all.of(host), self._witness)
