"""What a consent covers, by Zoom's granular scopes; pure.

Sources: Zoom Meeting API and User API reference (scopes of each operation), Granular scopes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

USER = "user:read:user"
UPDATE = "meeting:update:meeting"
LIST = "meeting:read:list_meetings"

REQUIRED: Mapping[str, str] = MappingProxyType(
    {
        "meeting:write:meeting": "makes a meeting for an event that asks for one",
        "meeting:read:meeting": "sees whether the meeting is still as its event wants it",
        "meeting:delete:meeting": "deletes a meeting when its event no longer wants it",
        USER: "shows which Zoom account is connected, and whether it is a Basic one",
    }
)
"""The scopes without which nothing works, and what each is for, as people read it."""

OPTIONAL: Mapping[str, str] = MappingProxyType(
    {
        UPDATE: "lets a meeting follow its event; else one that is moved gets a new link",
        LIST: "finds a meeting again whose making was interrupted",
        "meeting:read:invitation": "copies Zoom's own invitation, where the administrator wants it",
        "user:read:settings": "reads the host's own settings, where the administrator wants it",
    }
)
"""Those that can be lived without: without the first a new meeting takes the place of one that
would have to be changed, without the second an interrupted create waits for a person."""

USUAL = (*REQUIRED, UPDATE, LIST)
"""What the app asks for unless something else is configured."""

_OF = {
    "POST /users/{userId}/meetings": "meeting:write:meeting",
    "GET /users/{userId}/meetings": LIST,
    "GET /users/{userId}": USER,
    "GET /meetings/{meetingId}": "meeting:read:meeting",
    "PATCH /meetings/{meetingId}": UPDATE,
    "DELETE /meetings/{meetingId}": "meeting:delete:meeting",
    "GET /meetings/{meetingId}/invitation": "meeting:read:invitation",
}


def lacking(operation: str, granted: frozenset[str]) -> str | None:
    """Name the scope of an operation that was not granted; None when it may be tried."""
    scope = _OF.get(operation)
    return None if scope is None or covers(granted, scope) else scope


def covers(granted: frozenset[str], scope: str) -> bool:
    """Tell whether a scope was granted, in the form for one user or for the whole account.

    Where Zoom told of no granular scope (an app made lately tells of none for a while, one made
    long ago has others) its own answer to the call decides.
    """
    return not any(map(_is_granular, granted)) or not granted.isdisjoint(
        {scope, f"{scope}:admin", f"{scope}:master"}
    )


def _is_granular(scope: str) -> bool:
    """Tell `meeting:update:meeting` from the classic `meeting:write` and `meeting:write:admin`."""
    parts = scope.split(":")
    return len(parts) > 2 and parts[2] not in ("admin", "master")  # noqa: PLR2004 - resource, action, what
