"""The body of a write: read, checked against the schema, stripped of what is read-only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from syncd.sandbox.fakes.google.calendars import Event
from syncd.sandbox.fakes.google.discovery import schema
from syncd.sandbox.fakes.google.errors import GoogleError, invalid, required

READ_ONLY = (
    "kind", "etag", "htmlLink", "created", "updated", "creator", "organizer", "sequence",
    "recurringEventId", "originalStartTime", "hangoutLink", "locked", "privateCopy",
    "attendeesOmitted",
)  # fmt: skip
"""Fields that clients may send back and that Google passes over."""

DESCRIPTION_LENGTH = 8192
"""Characters of a description; more is an error."""

_PROPERTY_KEY, _PROPERTY_VALUE, _PROPERTY_COUNT, _PROPERTY_BYTES = 44, 1024, 300, 32 * 1024
_TYPES: Mapping[str, Any] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
}


async def read_event(request: Request) -> Event:
    """Read an event from the body; nulls are kept. Raises GoogleError (400)."""
    try:
        body = await request.json()
    except ValueError:
        raise GoogleError(400, "parseError", "Parse Error") from None
    if not isinstance(body, dict):
        raise GoogleError(400, "parseError", "Parse Error")
    _check_object(body, schema("Event"), at="")
    return {key: value for key, value in body.items() if key not in READ_ONLY}


def _check_object(value: Mapping[str, Any], spec: Mapping[str, Any], *, at: str) -> None:
    """Check types only; keys the schema does not know are passed over, as Google does."""
    known = spec.get("properties", {})
    for key, one in value.items():
        inner = known.get(key, spec.get("additionalProperties"))
        if one is not None and inner is not None:
            _check(one, inner, at=f"{at}.{key}" if at else key)


def _check(value: Any, spec: Mapping[str, Any], *, at: str) -> None:
    if "$ref" in spec:
        spec = schema(spec["$ref"])
    kind = spec.get("type", "any")
    wanted = _TYPES.get(kind, object)
    if not isinstance(value, wanted) or (isinstance(value, bool) and kind in ("integer", "number")):
        raise invalid(f"Invalid value for: {at}", location=at)
    if kind == "object":
        _check_object(value, spec, at=at)
    elif kind == "array":
        for index, one in enumerate(value):
            _check(one, spec["items"], at=f"{at}[{index}]")


def check_event(event: Event) -> None:
    """Check an event as it would be stored, times apart. Raises GoogleError (400)."""
    if len(event.get("description", "")) > DESCRIPTION_LENGTH:
        raise invalid("The description is too long.", location="description")
    for kind in ("private", "shared"):
        _check_properties(event.get("extendedProperties", {}).get(kind, {}))
    for attendee in event.get("attendees", ()):
        _check_attendee(attendee)
    _check_words(event)


def _check_attendee(attendee: Mapping[str, Any]) -> None:
    email = attendee.get("email")
    if not email:
        raise required("Missing attendee email.")
    if "@" not in email:
        raise invalid("Invalid attendee email.", location="attendees")


def _check_properties(properties: Mapping[str, str]) -> None:
    size = sum(len(key.encode()) + len(value.encode()) for key, value in properties.items())
    if (
        len(properties) > _PROPERTY_COUNT
        or size > _PROPERTY_BYTES
        or any(len(key) > _PROPERTY_KEY for key in properties)
        or any(len(value) > _PROPERTY_VALUE for value in properties.values())
    ):
        raise invalid("Invalid extended properties.", location="extendedProperties")


_WORDS = {
    "status": ("confirmed", "tentative", "cancelled"),
    "transparency": ("opaque", "transparent"),
    "visibility": ("default", "public", "private", "confidential"),
    "eventType": ("default", "focusTime", "outOfOffice", "workingLocation"),
}


def _check_words(event: Event) -> None:
    for field, words in _WORDS.items():
        if event.get(field, words[0]) not in words:
            raise invalid(f"Invalid value for: {field}", location=field)
