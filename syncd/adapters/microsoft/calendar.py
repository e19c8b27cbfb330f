"""The calendar port over Microsoft Graph."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from syncd.adapters.http import Http
from syncd.adapters.microsoft import conference_errors, creating, errors, far, paths
from syncd.adapters.microsoft import instances as times
from syncd.adapters.microsoft.agenda import Agenda
from syncd.adapters.microsoft.client import AccessTokens, Graph, Request
from syncd.adapters.microsoft.delta import Cursor, Window, change_in, listed_in
from syncd.adapters.microsoft.errors import Purpose
from syncd.adapters.microsoft.paging import MOST_PAGES, items_in, pages
from syncd.adapters.microsoft.reading import Unclear, text
from syncd.adapters.microsoft.rights import Rights
from syncd.adapters.microsoft.teams import TeamsWish, check_answer
from syncd.adapters.microsoft.translate import (
    SEVERAL,
    after_write,
    event_in,
    locations_of,
    patch_of,
)
from syncd.core.event import AskMeet, AskTeams, Event, EventChange, ShowZoom
from syncd.core.ids import CalendarKey, EventRef
from syncd.core.read_only import READ_ONLY
from syncd.core.series import Instance
from syncd.ports.calendar import CalendarInfo, Change, ChangePage, NewEvent
from syncd.ports.clock import Clock
from syncd.ports.errors import CursorExpired, Forbidden


class GraphCalendars:
    """Implements `syncd.ports.calendar.CalendarProvider`, for each owner as `tokens` lets it.

    `api_base` is Graph's address with its version. `horizon` is how far ahead a round looks;
    `page_size` is how many items a page of it may have.
    """

    def __init__(
        self,
        http: Http,
        tokens: AccessTokens,
        clock: Clock,
        *,
        api_base: str,
        horizon: timedelta,
        page_size: int = 50,
    ) -> None:
        self._graph = Graph(http=http, tokens=tokens, clock=clock, base=api_base)
        self._clock = clock
        self._teams = TeamsWish(self._graph)
        self._agenda = Agenda(self._graph)
        self._rights = Rights(self._graph, clock)
        self._horizon = horizon
        self._page_size = page_size
        self._paging = f"odata.maxpagesize={page_size}"

    async def changes(self, calendar: CalendarKey, cursor: str | None) -> AsyncIterator[ChangePage]:
        """Follow the links of one round of calendarView/delta to its deltaLink.

        The items carry no mark: extended properties are not to be had from a delta query.
        """
        begun = await self._begin(calendar, cursor)
        await self._rights.ask(calendar)
        purpose = Purpose.LISTING if cursor is None else Purpose.DELTA
        link, seen = begun.link, {begun.link}
        while True:
            page = await self._page(calendar, link, purpose)
            purpose = Purpose.DELTA
            items = tuple(change_in(item, calendar=calendar) for item in items_in(page))
            link, last = self._next(page)
            if last:
                may_write = self._rights.may_write(calendar)
                yield ChangePage(items, str(replace(begun, link=link)), may_write)
                return
            if link in seen or len(seen) >= MOST_PAGES:
                raise errors.endless_round()
            seen.add(link)
            yield ChangePage(items, None)

    def needs_full_read(self, cursor: str) -> bool:
        """Tell whether the window fixed in the cursor has fallen more than a day behind."""
        try:
            window = Cursor.parse(cursor).window
        except ValueError:
            return True
        return window.is_behind(self._window())

    async def beyond(self, calendar: CalendarKey) -> AsyncIterator[Change]:
        """List single events and series that start after the window, and the series from before.

        Graph lists a series by its first occurrence, which tells nothing of its next one.
        """
        events = paths.folder(calendar).below("/events")
        for query in far.queries(self._window(), page_size=self._page_size):
            request = Request(
                purpose=Purpose.LISTING,
                account=calendar.account,
                path=f"{events.path}?{query}&$expand={paths.MARK}",
                template=events.template,
            )
            async for page in pages(self._graph, request):
                for item in items_in(page):
                    yield listed_in(item, calendar=calendar)

    async def get(self, ref: EventRef) -> Event:
        """Read one event with our mark; a cancelled one is still an event."""
        place = paths.event(ref)
        request = Request(
            purpose=Purpose.READ,
            account=ref.calendar.account,
            path=f"{place.path}?$expand={paths.MARK}",
            template=place.template,
        )
        item = await self._graph.ask(request)
        try:
            event = event_in(item, calendar=ref.calendar)
        except Unclear as exc:
            raise errors.unreadable_event(str(exc)) from exc
        may_write = event.can_write and self._rights.may_write(ref.calendar)
        return replace(event, can_write=may_write)

    async def instances(
        self, series: Event, *, begin: datetime, end: datetime
    ) -> tuple[Instance, ...]:
        """Follow the pages of a series' instances; Transient when an item cannot be read."""
        place = paths.event(series.ref).below("/instances")
        request = Request(
            purpose=Purpose.READ,
            account=series.ref.calendar.account,
            path=f"{place.path}?{times.query(begin=begin, end=end)}",
            template=place.template,
        )
        found = list[Instance]()
        async for page in pages(self._graph, request):
            try:
                found += times.instances_in(page)
            except Unclear as exc:
                raise errors.garbled(Purpose.READ) from exc
        return tuple(found)

    async def write(self, event: Event, change: EventChange) -> Event:
        """Write with one PATCH; every attendee gets a mail, which Graph cannot be kept from.

        So ValueError for a quiet change: nobody may count on one. `ShowZoom` is read over, because
        Exchange keeps only its own meetings. `AskTeams` raises what `TeamsWish` and `check_answer`
        say, `AskMeet` Permanent `conference_elsewhere`.
        """
        if change.quiet:
            raise ValueError("no change in Outlook is quiet")
        if change.drop_native:
            raise conference_errors.teams_untouchable()
        body = await self._patch(event, change)
        if not body:
            return event
        place = paths.event(event.ref)
        request = Request(
            purpose=Purpose.WRITE,
            account=event.ref.calendar.account,
            method="PATCH",
            path=place.path,
            template=place.template,
            if_match=event.version,
            body=body,
        )
        try:
            item = await self._graph.ask(request)
        except Forbidden as error:
            if error.code == READ_ONLY:
                self._rights.refused(event.ref.calendar)
            raise
        try:
            after = after_write(item, before=event, change=change)
        except Unclear as exc:
            raise errors.garbled(Purpose.WRITE) from exc
        if isinstance(change.native, AskTeams):
            check_answer(after)
        return after

    async def _patch(self, event: Event, change: EventChange) -> dict[str, Any]:
        match change.native:
            case None | ShowZoom():
                wish = {}
            case AskTeams():
                wish = await self._teams.fields(event, change)
            case AskMeet():
                raise conference_errors.conference_elsewhere()
            case _:
                assert_never(change.native)
        return wish | await self._own_fields(event, change)

    async def _own_fields(self, event: Event, change: EventChange) -> dict[str, Any]:
        """Write the fields; where one place of several changes, `locations` stand for `location`.

        Writing `location` would delete them all (Graph, "Update event"), and with a room its
        address. The version holds for this read too.
        """
        if change.location is None or SEVERAL not in event.location:
            return patch_of(change)
        place = paths.event(event.ref)
        request = Request(
            purpose=Purpose.READ,
            account=event.ref.calendar.account,
            path=f"{place.path}?$select=locations",
            template=place.template,
        )
        rest = patch_of(replace(change, location=None))
        item = await self._graph.ask(request)
        try:
            return rest | {"locations": locations_of(item, change.location)}
        except Unclear as exc:
            raise errors.garbled(Purpose.READ) from exc

    async def calendars(self, owner: str) -> tuple[CalendarInfo, ...]:
        """List a person's calendars; those that others share are shown, but not written."""
        return await self._agenda.calendars(owner)

    async def between(
        self, calendar: CalendarKey, *, begin: datetime, end: datetime
    ) -> tuple[Event, ...]:
        """Read calendarView, the first 2,500 events at most."""
        return await self._agenda.between(calendar, begin=begin, end=end)

    async def create(self, calendar: CalendarKey, new: NewEvent, *, key: str) -> Event:
        """Make it under a `transactionId`, and read it as it is."""
        event_id = await creating.create(self._graph, calendar, new, key=key)
        return await self.get(EventRef(calendar, event_id))

    def mails(self, event: Event, *, quiet: bool = False) -> int:  # noqa: ARG002 - no write is quiet
        """Count the attendees who are people, the organiser left out."""
        people = {one.address for one in event.attendees if not one.is_resource}
        return len(people - {event.organiser})

    def _window(self) -> Window:
        return Window.around(self._clock.now(), horizon=self._horizon)

    async def _begin(self, calendar: CalendarKey, cursor: str | None) -> Cursor:
        mailbox = await self._graph.mailbox(calendar.owner)
        own = mailbox.endswith("/me")
        if cursor is None:
            window = self._window()
            first = f"{mailbox}{paths.view(calendar).path}/delta?{window.query()}"
            return Cursor(first, window, own=own)
        try:
            begun = Cursor.parse(cursor)
        except ValueError as exc:
            raise _useless_cursor() from exc
        # A link is good for whoever it was given to: the application, or the person's own consent.
        if not self._graph.leads(begun.link) or begun.own is not own:
            raise _useless_cursor()
        return begun

    async def _page(self, calendar: CalendarKey, link: str, purpose: Purpose) -> Mapping[str, Any]:
        return await self._graph.ask(
            Request(
                purpose=purpose,
                account=calendar.account,
                link=link,
                template=paths.view(calendar).below("/delta").template,
                preferences=(self._paging,),
            )
        )

    def _next(self, page: Mapping[str, Any]) -> tuple[str, bool]:
        """Give the link of a page, and whether it ends the round."""
        link, last = text(page, "@odata.nextLink"), text(page, "@odata.deltaLink")
        if not (link or last):
            raise errors.no_cursor()
        if not self._graph.leads(link or last):
            raise errors.foreign_link()
        return link or last, not link


def _useless_cursor() -> CursorExpired:
    return CursorExpired("The cursor is of another configuration.", code="cursor_expired")
