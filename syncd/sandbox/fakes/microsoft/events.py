"""The handlers of events: list, create, read, change, delete, cancel."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.fakes.microsoft import present
from syncd.sandbox.fakes.microsoft.call import Call, Reply
from syncd.sandbox.fakes.microsoft.errors import unreadable
from syncd.sandbox.fakes.microsoft.incoming import read_change
from syncd.sandbox.fakes.microsoft.item import Item
from syncd.sandbox.fakes.microsoft.properties import shown
from syncd.sandbox.fakes.microsoft.query import Query, read_query, selected
from syncd.sandbox.fakes.microsoft.writing import cancel, create, delete, finish_teams, patch

_CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#users('{}')/{}"


def list_events(call: Call) -> Reply:
    """Give single events and series, not unrolled."""
    query = read_query(call.request.query_params, page_size=call.prefer.page_size)
    several = (
        item
        for item in call.shelf.values()
        if not item.deleted
        and item.master is None
        and (call.calendar is None or item.calendar == call.calendar.key)
    )
    found = query.sorted(several, otherwise=lambda item: (-item.created.timestamp(), item.key))
    return page(call, found, query)


def create_event(call: Call) -> Reply:
    """Create an event in the calendar of the path, or in the default one."""
    call.check_may_write(call.shown_calendar.key)
    change = read_change(call.body)
    item = create(
        call.exchange,
        call.mailbox,
        calendar=call.shown_calendar,
        change=change,
        client=call.access.client,
    )
    return Reply(content=single(call, item, Query()), status=201)


def get_event(call: Call) -> Reply:
    """Give one event, occurrence or exception."""
    query = read_query(call.request.query_params, page_size=None)
    item = finish_teams(call.exchange, call.mailbox, item=call.item())
    return Reply(content=single(call, item, query))


def patch_event(call: Call) -> Reply:
    """Change one event, occurrence or exception, under If-Match when it is sent."""
    item = call.item()
    change = read_change(call.body)
    call.check_match(item)
    new = patch(call.exchange, call.mailbox, item=item, change=change)
    return Reply(content=single(call, new, Query()))


def delete_event(call: Call) -> Reply:
    """Delete an event from this mailbox."""
    item = call.item()
    call.check_match(item)
    delete(call.exchange, call.mailbox, item=item)
    return Reply(status=204)


def cancel_event(call: Call) -> Reply:
    """Cancel a meeting and tell its attendees; the comment is not kept."""
    body = call.body if call.body is not None else {}
    known = isinstance(body, dict) and {name.lower() for name in body} <= {"comment"}
    if not known:
        raise unreadable("The action 'cancel' takes a Comment.")
    cancel(call.exchange, call.mailbox, item=call.item())
    return Reply(status=202)


def page(call: Call, found: list[Item], query: Query) -> Reply:
    """Cut a page out of a list, with a nextLink when there is more."""
    end = query.skip + query.top
    content: dict[str, Any] = {
        "@odata.context": _CONTEXT.format(call.mailbox.person.microsoft_id, "events"),
        "value": [line(call, item, query) for item in found[query.skip : end]],
    }
    if call.request.query_params.get("$count") == "true":
        content["@odata.count"] = len(found)
    if end < len(found):
        content["@odata.nextLink"] = call.link(**{"$skip": str(end)})
    return Reply(content=content)


def single(call: Call, item: Item, query: Query) -> dict[str, Any]:
    """Write one event as the answer to a request for it."""
    context = _CONTEXT.format(call.mailbox.person.microsoft_id, "events/$entity")
    return {"@odata.context": context, **line(call, item, query)}


def line(call: Call, item: Item, query: Query) -> dict[str, Any]:
    """Write one event with what was selected and expanded."""
    content = whole_event(call, item)
    if query.expand is not None:
        held = shown(dict(item.properties), query.expand)
        content |= {"singleValueExtendedProperties": held} if held else {}
    if query.select and "cancelledOccurrences" in query.select:
        gone = present.cancelled_occurrences(item, prefer=call.prefer)
        content["cancelledOccurrences"] = gone
    return selected(content, query.select)


def whole_event(call: Call, item: Item) -> dict[str, Any]:
    """Write one event in full."""
    return present.event(item, prefer=call.prefer, client=call.access.client)
