"""What a person may see and do in a calendar that somebody shares with her (Google, "Acl resource")."""

from __future__ import annotations

from typing import Any, Literal

AccessRole = Literal["owner", "writer", "reader", "freeBusyReader"]

# When somebody is busy, and nothing about what with.
_OF_TIME = frozenset(
    {
        "kind",
        "etag",
        "id",
        "status",
        "created",
        "updated",
        "start",
        "end",
        "iCalUID",
        "sequence",
        "eventType",
        "recurrence",
        "recurringEventId",
        "originalStartTime",
    }
)


def may_write(role: AccessRole) -> bool:
    """Tell whether this role may write events."""
    return role in ("owner", "writer")


def as_role_shows(event: dict[str, Any], role: AccessRole) -> dict[str, Any]:
    """Give an event as this role sees it: readers see no details of private ones."""
    is_private = event.get("visibility") in ("private", "confidential")
    if may_write(role) or (role == "reader" and not is_private):
        return event
    return {name: event[name] for name in event if name in _OF_TIME} | {"visibility": "private"}
