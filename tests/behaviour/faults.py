"""What goes wrong at a provider, as the stand-ins take it."""

from __future__ import annotations

from typing import Any

from syncd.sandbox.fakes.world import Fault, ProviderName
from tests.behaviour.world import Play

ZOOM_CREATE: tuple[ProviderName, str] = ("zoom", "POST /users/{userId}/meetings")
_LISTINGS: dict[str, tuple[ProviderName, str]] = {
    "google": ("google", "GET /calendars/{calendarId}/events"),
    "outlook": ("microsoft", "GET /users/{user-id}/calendarView/delta"),
}
_WRITES: dict[str, tuple[ProviderName, str]] = {
    "google": ("google", "PATCH /calendars/{calendarId}/events/{eventId}"),
    "outlook": ("microsoft", "PATCH /users/{user-id}/events/{event-id}"),
}


def listing(play: Play) -> tuple[ProviderName, str]:
    """Name the operation that reads a calendar's changes."""
    return _LISTINGS[play.app_name]


def writing(play: Play) -> tuple[ProviderName, str]:
    """Name the operation that writes an event."""
    return _WRITES[play.app_name]


def strike(play: Play, where: tuple[Any, str], kind: Any = "status", **more: Any) -> None:
    """Let the next requests of this operation fail, as many as `count` says."""
    play.world.faults.append(Fault(provider=where[0], operation=where[1], kind=kind, **more))


def zoom_says(status: int, code: int, message: str) -> dict[str, Any]:
    """Give the answer of a Zoom that refuses."""
    return {"status": status, "body": {"code": code, "message": message}}


def consent_gone(play: Play) -> dict[str, Any]:
    """Give the answer of a calendar's provider that no longer lets us in."""
    if play.app_name == "google":
        reason = "insufficientPermissions"
        error = {"domain": "global", "reason": reason, "message": reason}
        body = {"error": {"errors": [error], "code": 403, "message": reason}}
        return {"status": 403, "body": body}
    code = "NoPermissionsInAccessToken"
    return {"status": 401, "body": {"error": {"code": code, "message": code}}}
