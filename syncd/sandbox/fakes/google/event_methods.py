"""The methods of events."""

from __future__ import annotations

from starlette.responses import Response

from syncd.sandbox.fakes.google.access import as_role_shows
from syncd.sandbox.fakes.google.body import read_event
from syncd.sandbox.fakes.google.calendars import Calendar, Event
from syncd.sandbox.fakes.google.calls import Action, Call
from syncd.sandbox.fakes.google.conference import ConferenceRules
from syncd.sandbox.fakes.google.errors import not_found, required
from syncd.sandbox.fakes.google.listing import list_answer
from syncd.sandbox.fakes.google.mails import send_updates
from syncd.sandbox.fakes.google.rendering import rendered
from syncd.sandbox.fakes.google.series import as_shown, find_event
from syncd.sandbox.fakes.google.shaping import new_event, patched_event, replaced_event
from syncd.sandbox.fakes.google.tokens import Page


async def list_events(call: Call) -> Event:
    """Answer events.list."""
    calendar = call.calendar()
    call.core.writer().finish_meets(calendar)
    page = call.core.lister().events(calendar, call.query, stale=call.stale)
    return _listed(call, calendar, page)


async def list_instances(call: Call) -> Event:
    """Answer events.instances."""
    calendar, master = _find(call)
    return _listed(call, calendar, call.core.lister().instances(calendar, master, call.query))


async def get_event(call: Call) -> Event | Response:
    """Answer events.get; a stale one as the event was before its last change."""
    calendar = call.calendar()
    call.core.writer().finish_meets(calendar)
    event = _previous(call, calendar) if call.stale else _find(call)[1]
    if call.has(event):
        return Response(status_code=304, headers={"ETag": event["etag"]})
    return rendered(as_role_shows(as_shown(event), call.core.role(calendar)), call.query)


async def insert_event(call: Call) -> Event:
    """Answer events.insert."""
    calendar = call.calendar()
    body = await read_event(call.request)
    event = new_event(call.core.world, calendar, body, _rules(call))
    stored = call.core.writer().insert(calendar, event, send=send_updates(call.query))
    return rendered(stored, call.query)


async def patch_event(call: Call) -> Event:
    """Answer events.patch."""
    return await _change(call, replace=False)


async def update_event(call: Call) -> Event:
    """Answer events.update."""
    return await _change(call, replace=True)


async def delete_event(call: Call) -> Response:
    """Answer events.delete."""
    calendar, event = _find(call)
    call.check_if_match(event)
    call.core.writer().delete(calendar, event, send=send_updates(call.query))
    return Response(status_code=204)


async def move_event(call: Call) -> Event:
    """Answer events.move, between calendars of the caller."""
    calendar, event = _find(call)
    if "destination" not in call.query:
        raise required("Required parameter: destination")
    destination = call.own_calendar(call.query["destination"])
    send = send_updates(call.query)
    return rendered(call.core.mover().move(calendar, event, destination, send=send), call.query)


EVENT_ACTIONS: dict[str, Action] = {
    "calendar.events.list": list_events,
    "calendar.events.get": get_event,
    "calendar.events.insert": insert_event,
    "calendar.events.patch": patch_event,
    "calendar.events.update": update_event,
    "calendar.events.delete": delete_event,
    "calendar.events.instances": list_instances,
    "calendar.events.move": move_event,
}


async def _change(call: Call, *, replace: bool) -> Event:
    body = await read_event(call.request)
    calendar, event = _find(call)
    call.check_if_match(event)
    if "organizer" not in event:
        raise not_found()
    shape = replaced_event if replace else patched_event
    new = shape(event, body, _rules(call))
    stored = call.core.writer().change(calendar, event, new, send=send_updates(call.query))
    return rendered(as_shown(stored), call.query)


def _rules(call: Call) -> ConferenceRules:
    knobs = call.core.knobs
    return ConferenceRules(
        version=call.query.get("conferenceDataVersion", 0),
        mode=knobs.conference_mode,
        meet_allowed=knobs.meet_allowed,
    )


def _find(call: Call) -> tuple[Calendar, Event]:
    calendar = call.calendar()
    event = find_event(calendar, call.path["eventId"])
    if event is None:
        raise not_found()
    return calendar, event


def _previous(call: Call, calendar: Calendar) -> Event:
    stored = calendar.events.get(call.path["eventId"])
    event = stored.previous if stored else None
    if event is None:
        raise not_found()
    return event


def _listed(call: Call, calendar: Calendar, page: Page) -> Event:
    role = call.core.role(calendar)
    answer = list_answer(calendar, page, role=role, now=call.core.world.now())
    shown = (as_role_shows(one, role) for one in page.items)
    return {**answer, "items": [rendered(one, call.query) for one in shown]}
