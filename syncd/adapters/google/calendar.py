"""Google's calendars behind the port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import assert_never

from syncd.adapters.google import instances
from syncd.adapters.google.ability import ConferenceAbility, ConferenceData
from syncd.adapters.google.agenda import Agenda
from syncd.adapters.google.client import Client, Request, quota_user
from syncd.adapters.google.creating import Creating
from syncd.adapters.google.cursor import EVENT_FIELDS, FACT_FIELDS, cursor_text, listing
from syncd.adapters.google.errors import Asked, no_event
from syncd.adapters.google.page import Page, Run, facts_in, page_in
from syncd.adapters.google.reading import Malformed, text
from syncd.adapters.google.tokens import Tokens
from syncd.adapters.google.translate import CalendarFacts, change_in, event_in
from syncd.adapters.google.writing import SendUpdates, Writing
from syncd.adapters.http import Http
from syncd.core.event import Event, EventChange
from syncd.core.ids import CalendarKey, EventRef
from syncd.core.series import Instance
from syncd.ports.abilities import AbilityMemory
from syncd.ports.calendar import CalendarInfo, Change, ChangePage, NewEvent
from syncd.ports.clock import Clock
from syncd.ports.errors import CursorExpired, NotFound, Permanent, Transient


class GoogleCalendars:
    """The calendars of all connected people, each read and written as its owner.

    `api_base` is the whole base with its final slash; `send_updates` says whom Google mails when an
    event is written. `conference_data` says whether a Zoom meeting is also shown as Google's own
    conference: `auto` finds out per account what Google takes, and keeps it in `abilities`.
    """

    def __init__(  # noqa: PLR0913 - given once by the composition root
        self,
        http: Http,
        tokens: Tokens,
        clock: Clock,
        *,
        api_base: str,
        abilities: AbilityMemory,
        send_updates: SendUpdates = "externalOnly",
        conference_data: ConferenceData = "auto",
    ) -> None:
        self._client = Client(http, tokens, clock, api_base=api_base)
        ability = ConferenceAbility(abilities, clock, mode=conference_data)
        self._writing = Writing(self._client, ability, send_updates=send_updates)
        self._creating = Creating(self._client, send_updates=send_updates)
        self._agenda = Agenda(self._client)
        self._clock = clock
        self._send_updates: SendUpdates = send_updates
        self._facts: dict[CalendarKey, CalendarFacts] = {}

    async def changes(self, calendar: CalendarKey, cursor: str | None) -> AsyncIterator[ChangePage]:
        """Read what changed, or with no cursor everything that ends later than a day ago."""
        parameters = listing(cursor, now=self._clock.now())
        request: Request = self._client.events.list(**_whose(calendar), **parameters)
        run = Run()
        while (page := await self._page(request, calendar, cursor)).next_page:
            run.follow(page.next_page)
            yield ChangePage(_changes(page, calendar), None, page.facts.can_write)
            request = self._client.events.list_next(request, {"nextPageToken": page.next_page})
        cursor = cursor_text(page.next_sync)
        yield ChangePage(_changes(page, calendar), cursor, page.facts.can_write)

    def needs_full_read(self, cursor: str) -> bool:  # noqa: ARG002 - the port asks per cursor
        """Never: a sync token has no window that could move on."""
        return False

    async def beyond(self, calendar: CalendarKey) -> AsyncIterator[Change]:  # noqa: ARG002 - of the port
        """Nothing: Google's list of changes has no end in time."""
        for change in tuple[Change, ...]():
            yield change

    async def get(self, ref: EventRef) -> Event:
        """Read one event; Permanent `unreadable` when it lacks what an event must have."""
        facts = await self._facts_of(ref.calendar)
        asked = Asked(calendar=ref.calendar, target="event")
        request = self._client.events.get(
            **_whose(ref.calendar), eventId=ref.event_id, fields=EVENT_FIELDS
        )
        item = await self._client.send(request, asked)
        if item.get("status") == "cancelled":
            raise NotFound("The event was deleted.", code="event_gone")
        try:
            return event_in(item, calendar=ref.calendar, facts=facts)
        except Malformed as exc:
            raise Permanent(
                f"The event cannot be understood: {exc}.",
                code="unreadable",
                remedy="Open it in Google Calendar and save it again.",
            ) from exc

    async def instances(
        self, series: Event, *, begin: datetime, end: datetime
    ) -> tuple[Instance, ...]:
        """Read the times of a series; Transient when an item of the list cannot be read."""
        calendar = series.ref.calendar
        facts = await self._facts_of(calendar)
        asked = Asked(calendar=calendar, target="event")
        parameters = instances.listing(begin=begin, end=end)
        request: Request | None = self._client.events.instances(
            **_whose(calendar), eventId=series.ref.event_id, **parameters
        )
        run, found = Run(), list[Instance]()
        while request is not None:
            page = await self._client.send(request, asked)
            try:
                found += instances.instances_in(page, home=facts.zone)
                token = text(page, "nextPageToken")
            except Malformed as exc:
                raise Transient("Google's list of times cannot be read.", code="garbled") from exc
            if not token:
                break
            run.follow(token)
            request = self._client.events.instances_next(request, page)
        return tuple(found)

    async def write(self, event: Event, change: EventChange) -> Event:
        """Send one patch under the version of `event`.

        `ShowZoom` may cost a second one: the first is refused, or leaves a former conference.
        Permanent `conference_elsewhere` for `AskTeams`; Forbidden `meet_not_allowed` when Google
        makes no Meet in this calendar. A Meet that could not be made is no `native` at all.
        """
        calendar = event.ref.calendar
        facts = await self._facts_of(calendar)
        item = await self._writing.write(event, change)
        if item is None:
            return event
        try:
            return event_in(item, calendar=calendar, facts=facts)
        except Malformed as exc:
            raise no_event(Asked(calendar=calendar, target="event", writes=True)) from exc

    async def calendars(self, owner: str) -> tuple[CalendarInfo, ...]:
        """List the calendars of a person; only the main one where the list may not be read."""
        return await self._agenda.calendars(owner)

    async def between(
        self, calendar: CalendarKey, *, begin: datetime, end: datetime
    ) -> tuple[Event, ...]:
        """Read the events of a span; what goes beyond 2,500 is left out and logged."""
        return await self._agenda.between(calendar, begin=begin, end=end)

    async def create(self, calendar: CalendarKey, new: NewEvent, *, key: str) -> Event:
        """Make an event under an id that follows from `key`; ValueError when that is no key.

        NotFound when the event of this key was deleted meanwhile.
        """
        facts = await self._facts_of(calendar)
        ref = await self._creating.create(calendar, new, key=key)
        if isinstance(ref, EventRef):
            return await self.get(ref)
        try:
            return event_in(ref, calendar=calendar, facts=facts)
        except Malformed as exc:
            raise no_event(Asked(calendar=calendar, target="calendar", writes=True)) from exc

    def mails(self, event: Event, *, quiet: bool = False) -> int:
        """Count whom Google mails: guests outside the organiser's domain, all guests, or nobody.

        Neither rooms nor the owner, in whose name it is written, get one; a quiet change mails
        nobody.
        """
        if quiet:
            return 0
        guests = [
            attendee.address
            for attendee in event.attendees
            if not attendee.is_resource and attendee.address != event.ref.calendar.owner.lower()
        ]
        match self._send_updates:
            case "all":
                return len(guests)
            case "externalOnly":
                home = _domain(event.organiser)
                return sum(_domain(guest) != home for guest in guests)
            case "none":
                return 0
            case _:
                assert_never(self._send_updates)

    async def _page(self, request: Request, calendar: CalendarKey, cursor: str | None) -> Page:
        asked = Asked(calendar=calendar, target="calendar")
        try:
            page = page_in(await self._client.send(request, asked))
        except CursorExpired as exc:
            if cursor is not None:
                raise
            # To ask for a full read again would be for ever.
            raise Transient(
                "Google does not let the calendar be read from its beginning.", code="no_full_read"
            ) from exc
        self._facts[calendar] = page.facts
        return page

    async def _facts_of(self, calendar: CalendarKey) -> CalendarFacts:
        """Give role and zone of the last listing; an event does not tell them."""
        if (known := self._facts.get(calendar)) is not None:
            return known
        asked = Asked(calendar=calendar, target="calendar")
        request = self._client.events.list(**_whose(calendar), maxResults=1, fields=FACT_FIELDS)
        try:
            facts = facts_in(await self._client.send(request, asked))
        except Malformed as exc:
            raise no_event(asked) from exc
        self._facts[calendar] = facts
        return facts


def _changes(page: Page, calendar: CalendarKey) -> tuple[Change, ...]:
    return tuple(change_in(item, calendar=calendar, facts=page.facts) for item in page.items)


def _whose(calendar: CalendarKey) -> dict[str, str]:
    return {"calendarId": calendar.calendar_id, "quotaUser": quota_user(calendar.owner)}


def _domain(address: str) -> str:
    return address.rpartition("@")[2]
