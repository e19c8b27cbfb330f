"""Where things are below a person's mailbox, with the templates of Graph's reference; pure."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from syncd.adapters.microsoft.translate import MARK_ID
from syncd.core.ids import CalendarKey, EventRef

PRIMARY = "primary"
MARK = quote(f"singleValueExtendedProperties($filter=id eq '{MARK_ID}')", safe="$()'=")
"""What `$expand` is given to see our mark."""


@dataclass(frozen=True, slots=True)
class Place:
    """A path below a mailbox, and its template."""

    path: str
    template: str

    def below(self, path: str) -> Place:
        """Give a place further down."""
        return Place(f"{self.path}{path}", f"{self.template}{path}")


def folder(calendar: CalendarKey) -> Place:
    """Give a calendar."""
    if calendar.calendar_id == PRIMARY:
        return Place("/calendar", "/calendar")
    return Place(f"/calendars/{quote(calendar.calendar_id, safe='')}", "/calendars/{calendar-id}")


def view(calendar: CalendarKey) -> Place:
    """Give the view of a calendar; that of the main one needs no folder."""
    above = Place("", "") if calendar.calendar_id == PRIMARY else folder(calendar)
    return above.below("/calendarView")


def event(ref: EventRef) -> Place:
    """Give one event, wherever in the mailbox it is."""
    return Place(f"/events/{quote(ref.event_id, safe='')}", "/events/{event-id}")
