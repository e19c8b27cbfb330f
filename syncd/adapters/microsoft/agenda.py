"""What a person sees before choosing: her calendars, and the events of some days, read live."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from syncd.adapters.microsoft import paths
from syncd.adapters.microsoft.client import Graph, Request
from syncd.adapters.microsoft.errors import Purpose, garbled
from syncd.adapters.microsoft.paging import items_in, pages
from syncd.adapters.microsoft.reading import Unclear, flag, needed, part, text
from syncd.adapters.microsoft.translate import event_in
from syncd.core.event import Event
from syncd.core.ids import AccountKey, CalendarKey, Provider
from syncd.core.stamps import utc_stamp
from syncd.ports.calendar import CalendarInfo

logger = logging.getLogger(__name__)

MOST_EVENTS = 2500
"""Of one span. A page that shows days has no use for more."""

_FIELDS = "id,name,canEdit,isDefaultCalendar,owner"


class Agenda:
    """Reads lists of calendars and spans of events; it keeps nothing of them."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    async def calendars(self, owner: str) -> tuple[CalendarInfo, ...]:
        """List the calendars of a person, the main one first.

        Graph lists those of others among them, which `Calendars.ReadWrite` does not open (Graph
        permissions reference: that takes `Calendars.ReadWrite.Shared`).
        """
        request = Request(
            purpose=Purpose.READ,
            account=AccountKey(Provider.MICROSOFT, owner),
            path=f"/calendars?$select={_FIELDS}&$top=100",
            template="/calendars",
        )
        found = [item async for page in pages(self._graph, request) for item in items_in(page)]
        entries = [one for one in found if isinstance(one, dict)]
        whose = next((_owner(one) for one in entries if flag(one, "isDefaultCalendar")), "")
        try:
            listed = [_calendar_in(one, whose=whose) for one in entries]
        except Unclear as exc:
            raise garbled(Purpose.READ) from exc
        return tuple(sorted(listed, key=lambda one: one.calendar_id != paths.PRIMARY))

    async def between(
        self, calendar: CalendarKey, *, begin: datetime, end: datetime
    ) -> tuple[Event, ...]:
        """Read the events that touch a span, in order of start, series as their occurrences."""
        place = paths.view(calendar)
        window = f"startDateTime={utc_stamp(begin)}&endDateTime={utc_stamp(end)}"
        request = Request(
            purpose=Purpose.LISTING,
            account=calendar.account,
            path=f"{place.path}?{window}&$orderby=start/dateTime&$top=250&$expand={paths.MARK}",
            template=place.template,
        )
        found = list[Event]()
        async for page in pages(self._graph, request):
            events = (_event_in(item, calendar) for item in items_in(page))
            found += [one for one in events if one is not None and not one.cancelled]
            if len(found) >= MOST_EVENTS:
                logger.warning("a span has too many events", extra={"calendar": str(calendar)})
                break
        return tuple(sorted(found[:MOST_EVENTS], key=lambda one: one.start))


def _calendar_in(entry: Mapping[str, Any], *, whose: str) -> CalendarInfo:
    own_id = needed(entry, "id")
    return CalendarInfo(
        calendar_id=paths.PRIMARY if flag(entry, "isDefaultCalendar") else own_id,
        name=text(entry, "name") or own_id,
        can_write=flag(entry, "canEdit") and _owner(entry) == whose,
    )


def _owner(entry: Mapping[str, Any]) -> str:
    return text(part(entry, "owner"), "address").lower()


def _event_in(item: Any, calendar: CalendarKey) -> Event | None:
    try:
        return event_in(item if isinstance(item, dict) else {}, calendar=calendar)
    except Unclear as exc:
        about = {"calendar": str(calendar), "problem": str(exc)}
        logger.warning("an event cannot be understood", extra=about)
        return None
