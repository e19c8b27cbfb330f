"""The routes of Microsoft Graph, below `/v1.0`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from starlette.routing import Route

from syncd.sandbox.fakes.microsoft import directory, events, views
from syncd.sandbox.fakes.microsoft.call import Endpoint, Handle
from syncd.sandbox.fakes.microsoft.exchange import Exchange

_READ = frozenset({"Calendars.Read", "Calendars.ReadWrite"})
_WRITE = frozenset({"Calendars.ReadWrite"})
_USER = frozenset({"User.Read", "User.Read.All", "User.ReadBasic.All"})


class _Operation(NamedTuple):
    method: str
    path: str
    """The documented template, with braces and hyphens as the reference writes them."""
    handle: Handle


_OF_CONTAINER = (
    _Operation("GET", "/events", events.list_events),
    _Operation("POST", "/events", events.create_event),
    _Operation("GET", "/events/{event-id}", events.get_event),
    _Operation("PATCH", "/events/{event-id}", events.patch_event),
    _Operation("DELETE", "/events/{event-id}", events.delete_event),
    _Operation("POST", "/events/{event-id}/cancel", events.cancel_event),
    _Operation("GET", "/events/{event-id}/instances", views.instances),
    _Operation("GET", "/calendarView", views.calendar_view),
    _Operation("GET", "/calendarView/delta", views.calendar_view_delta),
)
_CONTAINERS = ("", "/calendar", "/calendars/{calendar-id}")
_OF_OWNER = (
    _Operation("GET", "/calendar", directory.get_calendar),
    _Operation("GET", "/calendars", directory.list_calendars),
    _Operation("GET", "/calendars/{calendar-id}", directory.get_calendar),
)
_OWNERS = ("/me", "/users/{user-id}")


def graph_routes(exchange: Exchange) -> list[Route]:
    """Give every supported operation under each path by which Graph offers it."""
    users = [
        _route(exchange, _Operation("GET", owner, directory.get_user), is_user=True)
        for owner in _OWNERS
    ]
    return users + [route for one in _operations() for route in _routes(exchange, one)]


def _operations() -> Iterator[_Operation]:
    for owner in _OWNERS:
        for one in _OF_OWNER:
            yield one._replace(path=owner + one.path)
        for container in _CONTAINERS:
            for one in _OF_CONTAINER:
                yield one._replace(path=owner + container + one.path)


def _routes(exchange: Exchange, operation: _Operation) -> Iterator[Route]:
    yield _route(exchange, operation)
    if operation.path.endswith("/delta"):
        # SDKs write the function's brackets, hand-made clients leave them out.
        yield _route(exchange, operation, suffix="()")


def _route(
    exchange: Exchange, operation: _Operation, *, is_user: bool = False, suffix: str = ""
) -> Route:
    calendars = _READ if operation.method == "GET" else _WRITE
    endpoint = Endpoint(
        exchange,
        operation.handle,
        needs=_USER if is_user else calendars,
        needs_mailbox=not is_user,
    )
    path = operation.path.replace("-id}", "_id}")
    return Route(
        f"/v1.0{path}{suffix}",
        endpoint.respond,
        methods=[operation.method],
        name=f"{operation.method} {operation.path}",
    )
