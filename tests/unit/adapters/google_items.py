"""Event resources as Google lists them."""

from __future__ import annotations

from typing import Any

from syncd.adapters.google.translate import CalendarFacts
from syncd.core.ids import CalendarKey, Provider

CALENDAR = CalendarKey(Provider.GOOGLE, "ana@example.com", "primary")
FACTS = CalendarFacts("owner", "Europe/Berlin")


def item(**fields: Any) -> dict[str, Any]:
    """A single event as Google lists it; a field given as None is left out."""
    made: dict[str, Any] = {
        "id": "ev1",
        "etag": '"3181161784712000"',
        "status": "confirmed",
        "iCalUID": "ev1@google.com",
        "updated": "2026-11-20T08:00:00.123Z",
        "summary": "Lunch",
        "start": {"dateTime": "2026-12-02T12:00:00+01:00", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-12-02T12:45:00+01:00", "timeZone": "Europe/Berlin"},
        "organizer": {"email": "Ana@Example.com", "self": True},
        "htmlLink": "https://www.google.com/calendar/event?eid=x",
        "eventType": "default",
    }
    made.update(fields)
    return {name: value for name, value in made.items() if value is not None}


def conference(kind: str, *entries: tuple[str, str]) -> dict[str, Any]:
    return {
        "conferenceSolution": {"key": {"type": kind}, "name": "any"},
        "entryPoints": [{"entryPointType": type_, "uri": uri} for type_, uri in entries],
    }


def requested(kind: str, status: str) -> dict[str, Any]:
    key = {"type": kind}
    return {
        "createRequest": {
            "requestId": "r",
            "conferenceSolutionKey": key,
            "status": {"statusCode": status},
        }
    }
