"""The methods of calendarList, and calendars.get."""

from __future__ import annotations

from syncd.sandbox.fakes.google.calendars import TIME_ZONE, Calendar, Event
from syncd.sandbox.fakes.google.calls import Action, Call
from syncd.sandbox.fakes.google.errors import GoogleError
from syncd.sandbox.fakes.google.tokens import Page, shape_of

_MOST, _USUAL = 250, 100
_FORBIDDEN_WITH_SYNC = ("minAccessRole", "showOwnOrganizationOnly")


async def list_calendars(call: Call) -> Event:
    """Answer calendarList.list; nothing in it ever changes, so later lists are empty."""
    list_id = f"calendarList {call.person.email}"
    page = _calendar_page(call, list_id)
    answer: Event = {
        "kind": "calendar#calendarList",
        "etag": '"p1"',
        "items": list(page.items),
    }
    if page.next_page is not None:
        return {**answer, "nextPageToken": page.next_page}
    return {**answer, "nextSyncToken": page.next_sync}


async def get_list_entry(call: Call) -> Event:
    """Answer calendarList.get."""
    return _entry(call, call.calendar())


async def get_calendar(call: Call) -> Event:
    """Answer calendars.get."""
    calendar = call.calendar()
    return {**_common(call, calendar), "kind": "calendar#calendar"}


CALENDAR_ACTIONS: dict[str, Action] = {
    "calendar.calendarList.list": list_calendars,
    "calendar.calendarList.get": get_list_entry,
    "calendar.calendars.get": get_calendar,
}


def _calendar_page(call: Call, list_id: str) -> Page:
    core, query = call.core, call.query
    if "pageToken" in query:
        return core.tokens.next_page(query["pageToken"], list_id)
    shape = shape_of(query, ("showHidden",))
    entries = tuple(_entry(call, one) for one in core.calendars.of(call.person))
    if "syncToken" in query:
        _check_sync_parameters(call)
        core.tokens.read(query["syncToken"], list_id, shape=shape)
        entries = ()
    return core.tokens.first_page(
        entries,
        list_id=list_id,
        size=min(query.get("maxResults", _USUAL), _MOST),
        next_sync=core.tokens.issue(list_id, 0, shape=shape),
        empty_first=core.knobs.empty_pages,
    )


def _check_sync_parameters(call: Call) -> None:
    for name in _FORBIDDEN_WITH_SYNC:
        if name in call.query:
            message = f"The parameter {name} cannot be used together with a sync token."
            raise GoogleError(400, "badRequest", message, location=name)


def _common(call: Call, calendar: Calendar) -> Event:
    solutions = ["hangoutsMeet"] if call.core.knobs.meet_allowed else []
    return {
        "etag": calendar.etag,
        "id": calendar.id,
        "summary": calendar.summary,
        "timeZone": TIME_ZONE,
        "conferenceProperties": {"allowedConferenceSolutionTypes": solutions},
    }


def _entry(call: Call, calendar: Calendar) -> Event:
    entry = {
        **_common(call, calendar),
        "kind": "calendar#calendarListEntry",
        "colorId": "14",
        "selected": True,
        "accessRole": call.core.role(calendar),
        "defaultReminders": [{"method": "popup", "minutes": 10}],
    }
    return {**entry, "primary": True} if calendar.primary else entry
