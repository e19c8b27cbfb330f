"""What a person sees before choosing: her calendars, and the events of some days, read live."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from syncd.adapters.google.client import Client, Request, quota_user
from syncd.adapters.google.cursor import EVENT_FIELDS, FACT_FIELDS
from syncd.adapters.google.errors import Asked
from syncd.adapters.google.page import Run, facts_in
from syncd.adapters.google.reading import Malformed, flag, needed, sections, text
from syncd.adapters.google.scopes import CALENDAR_LIST, OWN_EVENTS
from syncd.adapters.google.translate import event_in
from syncd.core.event import Event
from syncd.core.ids import CalendarKey, Provider
from syncd.ports.calendar import CalendarInfo
from syncd.ports.errors import Transient

logger = logging.getLogger(__name__)

PRIMARY = "primary"
MOST_EVENTS = 2500
"""Of one span. A page that shows days has no use for more."""

_PAGE = 250
_LIST_FIELDS = "nextPageToken,items(id,summary,summaryOverride,accessRole,primary,deleted)"
_ONE_FIELDS = "summary,accessRole"
_SPAN_FIELDS = f"{FACT_FIELDS},nextPageToken,items({EVENT_FIELDS})"


class Agenda:
    """Reads lists of calendars and spans of events; it keeps nothing of them."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def calendars(self, owner: str) -> tuple[CalendarInfo, ...]:
        """List the calendars of a person, the main one first.

        Where the list may not be read, the main calendar tells of itself.
        """
        scopes = await self._client.scopes(owner)
        asked = Asked(calendar=CalendarKey(Provider.GOOGLE, owner, PRIMARY), target="calendar")
        if CALENDAR_LIST not in scopes:
            return (await self._main(asked),)
        writing = frozenset({"owner"} if OWN_EVENTS in scopes else {"owner", "writer"})
        request: Request | None = self._client.calendar_list.list(
            maxResults=_PAGE, fields=_LIST_FIELDS, quotaUser=quota_user(owner)
        )
        run, found = Run(), list[CalendarInfo]()
        while request is not None:
            page = await self._client.send(request, asked)
            try:
                found += _calendars_in(page, writing)
                token = text(page, "nextPageToken")
            except Malformed as exc:
                raise Transient(
                    "Google's list of calendars cannot be read.", code="garbled"
                ) from exc
            if not token:
                break
            run.follow(token)
            request = self._client.calendar_list.list_next(request, page)
        return tuple(sorted(found, key=lambda one: one.calendar_id != PRIMARY))

    async def between(
        self, calendar: CalendarKey, *, begin: datetime, end: datetime
    ) -> tuple[Event, ...]:
        """Read the events that touch a span, in order of start, series as their occurrences."""
        asked = Asked(calendar=calendar, target="calendar")
        request: Request | None = self._client.events.list(
            calendarId=calendar.calendar_id,
            quotaUser=quota_user(calendar.owner),
            singleEvents=True,
            orderBy="startTime",
            showDeleted=False,
            timeMin=_stamp(begin),
            timeMax=_stamp(end),
            maxResults=_PAGE,
            fields=_SPAN_FIELDS,
        )
        run, found = Run(), list[Event]()
        while request is not None and len(found) < MOST_EVENTS:
            page = await self._client.send(request, asked)
            try:
                found += _events_in(page, calendar)
                token = text(page, "nextPageToken")
            except Malformed as exc:
                raise Transient("Google's answer is no list of events.", code="garbled") from exc
            if not token:
                return tuple(found)
            run.follow(token)
            request = self._client.events.list_next(request, page)
        logger.warning("a span has too many events", extra={"calendar": str(calendar)})
        return tuple(found[:MOST_EVENTS])

    async def _main(self, asked: Asked) -> CalendarInfo:
        request = self._client.events.list(
            calendarId=PRIMARY, quotaUser=quota_user(asked.owner), maxResults=1, fields=_ONE_FIELDS
        )
        page = await self._client.send(request, asked)
        try:
            name, role = text(page, "summary"), text(page, "accessRole")
        except Malformed as exc:
            raise Transient("Google's answer is no list of events.", code="garbled") from exc
        can_write = role in ("owner", "writer")
        return CalendarInfo(calendar_id=PRIMARY, name=name or asked.owner, can_write=can_write)


def _calendars_in(page: Mapping[str, Any], writing: frozenset[str]) -> Iterator[CalendarInfo]:
    for entry in sections(page, "items"):
        if flag(entry, "deleted"):
            continue
        own_id = needed(entry, "id")
        yield CalendarInfo(
            calendar_id=PRIMARY if flag(entry, "primary") else own_id,
            name=text(entry, "summaryOverride") or text(entry, "summary") or own_id,
            can_write=text(entry, "accessRole") in writing,
        )


def _events_in(page: Mapping[str, Any], calendar: CalendarKey) -> Iterator[Event]:
    facts = facts_in(page)
    for item in sections(page, "items"):
        if item.get("status") == "cancelled":
            continue
        try:
            yield event_in(item, calendar=calendar, facts=facts)
        except Malformed as exc:
            about = {"calendar": str(calendar), "problem": str(exc)}
            logger.warning("an event cannot be understood", extra=about)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
