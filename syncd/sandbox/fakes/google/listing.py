"""events.list and events.instances: full and incremental, filtered, expanded and in pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from syncd.sandbox.fakes.google.access import AccessRole
from syncd.sandbox.fakes.google.calendars import TIME_ZONE, Calendar, Event, milliseconds
from syncd.sandbox.fakes.google.errors import GoogleError, invalid, updated_min_too_long_ago
from syncd.sandbox.fakes.google.filters import passes
from syncd.sandbox.fakes.google.moments import instant
from syncd.sandbox.fakes.google.parameters import Query
from syncd.sandbox.fakes.google.series import as_shown, instances
from syncd.sandbox.fakes.google.tokens import Items, Page, SyncTokens, shape_of
from syncd.sandbox.fakes.world import World

FORBIDDEN_WITH_SYNC = (
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin",
    "timeMax", "updatedMin",
)  # fmt: skip
"""Parameters that the documentation of `syncToken` forbids beside it."""

_HELD_FAST = ("singleEvents", "eventTypes", "showHiddenInvitations")
_MOST, _USUAL = 2500, 250
_HORIZON = timedelta(days=2 * 365)
_DELETIONS_KEPT = timedelta(days=28)


@dataclass(frozen=True, kw_only=True)
class Lister:
    """Makes the lists of events."""

    world: World
    tokens: SyncTokens
    empty_pages: bool

    def events(self, calendar: Calendar, query: Query, *, stale: bool) -> Page:
        """List a calendar. Raises GoogleError (400, 410)."""
        if "pageToken" in query:
            return self.tokens.next_page(query["pageToken"], calendar.id)
        shape = shape_of(query, _HELD_FAST)
        if "syncToken" in query:
            items, change = self._changes(calendar, query, shape=shape, stale=stale)
        else:
            items, change = self._everything(calendar, query, stale=stale)
        next_sync = self.tokens.issue(calendar.id, change, shape=shape)
        return self._pages(items, calendar.id, query, next_sync=_if_allowed(query, next_sync))

    def instances(self, calendar: Calendar, master: Event, query: Query) -> Page:
        """List the instances of a series. Raises GoogleError (400)."""
        list_id = f"{calendar.id} {master['id']}"
        if "pageToken" in query:
            return self.tokens.next_page(query["pageToken"], list_id)
        if "recurrence" not in master:
            raise invalid("The event is not recurring.", location="eventId")
        found = instances(calendar, master, until=self._horizon(query))
        kept = tuple(
            as_shown(one)
            for one in found
            if passes(one, query, start_is_inclusive=True)
            and (query.get("showDeleted") or one["status"] != "cancelled")
        )
        return self._pages(kept, list_id, query, next_sync=None)

    def _pages(self, items: Items, list_id: str, query: Query, *, next_sync: str | None) -> Page:
        size = min(query.get("maxResults", _USUAL), _MOST)
        return self.tokens.first_page(
            items, list_id=list_id, size=size, next_sync=next_sync, empty_first=self.empty_pages
        )

    def _changes(
        self, calendar: Calendar, query: Query, *, shape: str, stale: bool
    ) -> tuple[Items, int]:
        """Give what changed since the sync token; a stale replica has not heard of it yet."""
        _check_sync_parameters(query)
        token = self.tokens.read(query["syncToken"], calendar.id, shape=shape)
        if stale:
            return (), token.change
        changed = list(calendar.changed_since(token.change))
        if query.get("singleEvents"):
            changed = self._expanded(calendar, changed, query)
        kept = (as_shown(one) for one in changed if passes(one, query))
        return tuple(kept), calendar.changes

    def _everything(self, calendar: Calendar, query: Query, *, stale: bool) -> tuple[Items, int]:
        self._check_updated_min(query)
        if query.get("orderBy") == "startTime" and not query.get("singleEvents"):
            message = "The requested ordering is not available for the particular query."
            raise invalid(message, location="orderBy")
        stored = calendar.events.values()
        found = [one.previous if stale else one.current for one in stored]
        events = [one for one in found if one is not None]
        if query.get("singleEvents"):
            events = self._expanded(calendar, events, query)
        kept = [one for one in events if _is_shown(calendar, one, query) and passes(one, query)]
        ordered = tuple(as_shown(one) for one in _ordered(kept, query))
        return ordered, 0 if stale else calendar.changes

    def _expanded(self, calendar: Calendar, events: list[Event], query: Query) -> list[Event]:
        """Put the instances of each series in place of its master."""
        until = self._horizon(query)
        expanded: dict[str, Event] = {}
        for event in events:
            found = [event]
            if "recurrence" in event:
                found = instances(calendar, event, until=until)
            expanded.update((one["id"], one) for one in found)
        return list(expanded.values())

    def _horizon(self, query: Query) -> datetime:
        until: datetime = query.get("timeMax") or self.world.now() + _HORIZON
        return until

    def _check_updated_min(self, query: Query) -> None:
        oldest = self.world.now() - _DELETIONS_KEPT
        if "updatedMin" in query and query["updatedMin"] < oldest:
            raise updated_min_too_long_ago()


def _check_sync_parameters(query: Query) -> None:
    for name in FORBIDDEN_WITH_SYNC:
        if name in query:
            message = f"The parameter {name} cannot be used together with a sync token."
            raise GoogleError(400, "badRequest", message, location=name)
    if query.get("showDeleted") is False:
        message = "Deleted events cannot be left out together with a sync token."
        raise GoogleError(400, "badRequest", message, location="showDeleted")


def _is_shown(calendar: Calendar, event: Event, query: Query) -> bool:
    """Say whether a full list shows the event: live ones, and cancelled slots of live series."""
    if event["status"] != "cancelled" or query.get("showDeleted") or "updatedMin" in query:
        return True
    master = calendar.find(event.get("recurringEventId", ""))
    living = master is not None and master["status"] != "cancelled"
    return living and not query.get("singleEvents")


def _ordered(events: list[Event], query: Query) -> list[Event]:
    match query.get("orderBy"):
        case "updated":
            return sorted(events, key=lambda one: one["updated"])
        case "startTime":
            return sorted(events, key=lambda one: instant(one["start"], all_day_zone=TIME_ZONE))
        case _:
            return events


def _if_allowed(query: Query, next_sync: str) -> str | None:
    """Give the sync token only for lists that can be gone on with."""
    barred = ("orderBy", "q", "iCalUID", "updatedMin", "privateExtendedProperty")
    return None if any(name in query for name in barred) else next_sync


def list_answer(calendar: Calendar, page: Page, *, role: AccessRole, now: datetime) -> Event:
    """Give the body around a page of events."""
    answer = {
        "kind": "calendar#events",
        "etag": f'"p{calendar.changes}"',
        "summary": calendar.summary,
        "description": "",
        "updated": milliseconds(now),
        "timeZone": TIME_ZONE,
        "accessRole": role,
        "defaultReminders": [{"method": "popup", "minutes": 10}],
        "items": list(page.items),
    }
    if page.next_page is not None:
        answer["nextPageToken"] = page.next_page
    elif page.next_sync is not None:
        answer["nextSyncToken"] = page.next_sync
    return answer
