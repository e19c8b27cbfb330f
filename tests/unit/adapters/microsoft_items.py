"""Graph's events and answers as the service shows them, for the tests of its adapter."""

from __future__ import annotations

import json
from typing import Any

from syncd.adapters.http import Answer
from syncd.core.ids import CalendarKey, EventRef, Provider

ANA = CalendarKey(Provider.MICROSOFT, "ana@example.com", "primary")
EVENT_1 = EventRef(ANA, "ev1")


def at(text: str, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": text, "timeZone": zone}


def person(address: str, **fields: Any) -> dict[str, Any]:
    return {"emailAddress": {"address": address, "name": address}, **fields}


def item(**fields: Any) -> dict[str, Any]:
    """A single event of Ana's own; OUT takes a field out."""
    whole = {
        "@odata.etag": 'W/"v1"',
        "id": "ev1",
        "iCalUId": "uid-1",
        "lastModifiedDateTime": "2026-11-30T08:00:00.1234567Z",
        "type": "singleInstance",
        "subject": "Lunch",
        "body": {"contentType": "html", "content": "<html><body>Hi</body></html>"},
        "location": {"displayName": "zoom", "locationType": "default"},
        "start": at("2026-12-02T11:00:00.0000000"),
        "end": at("2026-12-02T12:00:00.0000000"),
        "originalStartTimeZone": "W. Europe Standard Time",
        "isAllDay": False,
        "isOrganizer": True,
        "isCancelled": False,
        "isDraft": False,
        "sensitivity": "normal",
        "organizer": person("Ana@Example.com"),
        "attendees": [],
        "categories": [],
        "isOnlineMeeting": False,
        "onlineMeetingProvider": "unknown",
        "onlineMeeting": None,
        "webLink": "https://outlook.example/ev1",
    }
    return {name: value for name, value in (whole | fields).items() if value is not OUT}


OUT = object()
"""Stands for a field that is not there."""


def answer(status: int, body: Any = None, **headers: str) -> Answer:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, named, content)


def graph_error(code: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": "Sorry.", "innerError": {"request-id": "r1"}}}
