"""What a client sent as an event: checked against the type, and put into stored form.

Unknown property names and wrong types are refused as Graph refuses them; properties that only
the service writes are read over, as Graph reads over them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from syncd.sandbox.fakes.microsoft import body as bodies
from syncd.sandbox.fakes.microsoft.errors import invalid_property, unreadable
from syncd.sandbox.fakes.microsoft.location import from_location, from_locations
from syncd.sandbox.fakes.microsoft.moments import Moment, read_moment
from syncd.sandbox.fakes.microsoft.properties import read_properties
from syncd.sandbox.fakes.microsoft.recurrence import Recurrence, read_recurrence

_ENUMS: Mapping[str, tuple[str, ...]] = {
    "importance": ("low", "normal", "high"),
    "sensitivity": ("normal", "personal", "private", "confidential"),
    "showAs": ("unknown", "free", "tentative", "busy", "oof", "workingElsewhere"),
    "onlineMeetingProvider": (
        "unknown",
        "skypeForBusiness",
        "skypeForConsumer",
        "teamsForBusiness",
    ),
}
_FLAGS = frozenset(
    {
        "allowNewTimeProposals",
        "hideAttendees",
        "isAllDay",
        "isDraft",
        "isOnlineMeeting",
        "isReminderOn",
        "responseRequested",
    }
)
_SERVICE_SET = frozenset(
    {
        "id",
        "bodyPreview",
        "calendar",
        "cancelledOccurrences",
        "changeKey",
        "createdDateTime",
        "hasAttachments",
        "iCalUId",
        "isCancelled",
        "isOrganizer",
        "lastModifiedDateTime",
        "onlineMeeting",
        "onlineMeetingUrl",
        "organizer",
        "originalEndTimeZone",
        "originalStart",
        "originalStartTimeZone",
        "responseStatus",
        "seriesMasterId",
        "type",
        "uid",
        "webLink",
    }
)
_ATTENDEE_TYPES = ("required", "optional", "resource")
_NEVER = "0001-01-01T00:00:00Z"


@dataclass(frozen=True, kw_only=True)
class Change:
    """A checked POST or PATCH of an event."""

    sent: frozenset[str]
    """The names the client sent that a client may write."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    start: Moment | None = None
    end: Moment | None = None
    recurrence: Recurrence | None = None
    properties: dict[str, str | None] = field(default_factory=dict)
    transaction: str | None = None


def read_change(body: Any) -> Change:
    """Read the body of a POST or PATCH; raise GraphError 400 when it does not fit the type."""
    if not isinstance(body, dict):
        raise unreadable("The request body must be an event.")
    fields: dict[str, Any] = {}
    for name, value in body.items():
        fields |= _read_field(name, value)
    return Change(
        sent=frozenset(name for name in body if name not in _SERVICE_SET and "@" not in name),
        fields=fields,
        start=read_moment("start", body["start"]) if "start" in body else None,
        end=read_moment("end", body["end"]) if "end" in body else None,
        recurrence=read_recurrence(body["recurrence"]) if body.get("recurrence") else None,
        properties=read_properties(body.get("singleValueExtendedProperties", [])),
        transaction=_text("transactionId", body.get("transactionId")) or None,
    )


def defaults() -> dict[str, Any]:
    """Give the fields of an event of which nothing was said."""
    return {
        "subject": "",
        "body": {"contentType": "html", "content": ""},
        "attendees": [],
        "categories": [],
        "importance": "normal",
        "sensitivity": "normal",
        "showAs": "busy",
        "isAllDay": False,
        "isCancelled": False,
        "isDraft": False,
        "isReminderOn": True,
        "reminderMinutesBeforeStart": 15,
        "responseRequested": True,
        "allowNewTimeProposals": True,
        "hideAttendees": False,
        "isOnlineMeeting": False,
        "onlineMeetingProvider": "unknown",
        "onlineMeeting": None,
        "responseStatus": {"response": "organizer", "time": _NEVER},
        **from_location(None),
    }


def _read_field(name: str, value: Any) -> dict[str, Any]:
    if name in _SPECIAL:
        return _SPECIAL[name](value)
    if name in _FLAGS:
        return {name: _flag(name, value)}
    if name in _ENUMS:
        return {name: _one_of(name, value, _ENUMS[name])}
    if name in _ELSEWHERE or name in _SERVICE_SET or "@" in name:
        return {}
    raise unreadable(
        f"The property '{name}' does not exist on type 'microsoft.graph.event'. Make sure to only "
        "use property names that are defined by the type or mark the type as open type."
    )


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str | None):
        raise unreadable(f"Cannot convert '{name}' to the expected type 'Edm.String'.")
    return value or ""


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool | None):
        raise unreadable(f"Cannot convert '{name}' to the expected type 'Edm.Boolean'.")
    return bool(value)


def _number(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | None):
        raise unreadable(f"Cannot convert '{name}' to the expected type 'Edm.Int32'.")
    return value or 0


def _one_of(name: str, value: Any, allowed: tuple[str, ...]) -> str:
    if value is None:
        return str(defaults()[name])
    if value not in allowed:
        raise unreadable(f"Requested value '{value}' was not found.")
    return str(value)


def _read_subject(value: Any) -> dict[str, Any]:
    return {"subject": _text("subject", value)}


def _read_reminder(value: Any) -> dict[str, Any]:
    name = "reminderMinutesBeforeStart"
    return {name: _number(name, value)}


def _read_body(value: Any) -> dict[str, Any]:
    if value is None:
        value = {}
    if not isinstance(value, dict) or set(value) - {"contentType", "content", "@odata.type"}:
        raise unreadable("The property 'body' needs a contentType and a content.")
    kind = str(value.get("contentType") or "text").lower()
    if kind not in ("text", "html"):
        raise unreadable(f"Requested value '{kind}' was not found.")
    content = bodies.as_stored(_text("content", value.get("content")), is_html=kind == "html")
    return {"body": {"contentType": "html", "content": content}}


def _read_categories(value: Any) -> dict[str, Any]:
    if not isinstance(value, list | None) or not all(isinstance(one, str) for one in value or []):
        raise unreadable("The property 'categories' must be a collection of 'Edm.String'.")
    return {"categories": list(dict.fromkeys(value or []))}


def _read_attendees(value: Any) -> dict[str, Any]:
    if not isinstance(value, list | None):
        raise unreadable("The property 'attendees' must be a collection.")
    return {"attendees": [_read_attendee(one) for one in value or []]}


def _read_attendee(one: Any) -> dict[str, Any]:
    mailbox = one.get("emailAddress") if isinstance(one, dict) else None
    if not isinstance(mailbox, dict):
        raise unreadable("An attendee needs an emailAddress.")
    address = _text("address", mailbox.get("address"))
    if "@" not in address:
        raise invalid_property("At least one recipient is not valid.")
    kind = one.get("type") or "required"
    if kind not in _ATTENDEE_TYPES:
        raise unreadable(f"Requested value '{kind}' was not found.")
    return {
        "type": kind,
        "status": {"response": "none", "time": _NEVER},
        "emailAddress": {"name": _text("name", mailbox.get("name")) or address, "address": address},
    }


_SPECIAL: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "subject": _read_subject,
    "body": _read_body,
    "location": from_location,
    "locations": from_locations,
    "attendees": _read_attendees,
    "categories": _read_categories,
    "reminderMinutesBeforeStart": _read_reminder,
}
_ELSEWHERE = frozenset(
    {"start", "end", "recurrence", "singleValueExtendedProperties", "transactionId"}
)
