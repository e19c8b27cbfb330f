"""The handlers of views: calendarView, its delta, and the instances of a series."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.fakes.microsoft import delta, present
from syncd.sandbox.fakes.microsoft.call import Call, Reply
from syncd.sandbox.fakes.microsoft.errors import GraphError, bad_query
from syncd.sandbox.fakes.microsoft.events import page, whole_event
from syncd.sandbox.fakes.microsoft.item import Item
from syncd.sandbox.fakes.microsoft.query import read_query, read_window
from syncd.sandbox.fakes.microsoft.rounds import Entry, Token
from syncd.sandbox.fakes.microsoft.series import lookup, unrolled

_NOT_FOR_DELTA = ("$select", "$expand", "$filter", "$orderby", "$search", "$top", "$skip")


def calendar_view(call: Call) -> Reply:
    """Give what happens in a window, series unrolled, in order of time."""
    query = read_query(call.request.query_params, page_size=call.prefer.page_size)
    start, end = read_window(call.request.query_params.multi_items())
    found: list[Item] = []
    for item in call.shelf.values():
        if item.calendar != call.shown_calendar.key or item.master is not None or item.deleted:
            continue
        if item.recurrence is not None:
            found.extend(unrolled(call.shelf, item, start=start, end=end))
        elif item.overlaps(start, end):
            found.append(item)
    return page(call, query.sorted(found, otherwise=lambda one: (one.start, one.key)), query)


def instances(call: Call) -> Reply:
    """Give the occurrences and exceptions of a series in a window, each in full."""
    query = read_query(call.request.query_params, page_size=call.prefer.page_size)
    start, end = read_window(call.request.query_params.multi_items())
    master = call.item()
    if master.recurrence is None:
        message = "Your request can't be completed. The event is not a series master."
        raise GraphError(400, "ErrorInvalidRequest", message)
    found = unrolled(call.shelf, master, start=start, end=end)
    return page(call, query.sorted(found, otherwise=lambda one: (one.start, one.key)), query)


def calendar_view_delta(call: Call) -> Reply:
    """Give one page of a delta round."""
    token = _token(call)
    turned = delta.turn(
        call.exchange,
        call.mailbox,
        token=token,
        page_size=call.prefer.page_size,
        stale=call.stale,
    )
    name, link = ("$deltatoken", "deltaLink") if turned.over else ("$skiptoken", "nextLink")
    address = call.link().partition("?")[0]
    return Reply(
        content={
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#Collection(event)",
            f"@odata.{link}": f"{address}?{name}={turned.token}",
            "value": [_line(call, entry, token) for entry in turned.entries],
        }
    )


def _token(call: Call) -> Token:
    params = call.request.query_params
    for name in _NOT_FOR_DELTA:
        if name in params:
            raise bad_query(f"The query parameter '{name}' is not supported with delta.")
    text = params.get("$skiptoken") or params.get("$deltatoken")
    if text is None:
        start, end = read_window(params.multi_items())
        calendar = call.shown_calendar.key
        return delta.first_token(
            call.exchange, call.mailbox, calendar=calendar, start=start, end=end
        )
    token = call.exchange.rounds.read(text, now=call.exchange.world.now())
    if (token.mailbox, token.calendar) != (call.mailbox.person.email, call.shown_calendar.key):
        raise GraphError(400, "ErrorInvalidUrlQuery", "The token is of another calendar.")
    return token


def _line(call: Call, entry: Entry, token: Token) -> dict[str, Any]:
    item = None if entry.removed else lookup(call.shelf, entry.key)
    if item is None:
        return present.removed(entry.key, entry.calendar or token.calendar, prefer=call.prefer)
    if item.kind == "occurrence":
        return present.stub(item, prefer=call.prefer)
    return {"@odata.type": present.EVENT_TYPE, **whole_event(call, item)}
