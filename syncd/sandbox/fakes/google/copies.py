"""The copies of an event: one per attendee of the sandbox, kept in step with the organiser's."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

from syncd.sandbox.fakes.google.calendars import Calendar, Calendars, Event
from syncd.sandbox.fakes.google.series import tombstone

PRIVATE = ("reminders", "colorId", "transparency", "visibility", "eventLabelId")
"""Fields that each copy has for itself, beside `extendedProperties.private`."""

STAMPS = ("etag", "updated", "htmlLink")


def as_seen(event: Event, calendar: Calendar) -> Event:
    """Give the event with the marks of whose copy it is: `self` and the link."""
    organiser = event["organizer"]["email"]
    seen = {
        **event,
        "organizer": _person(event["organizer"], calendar),
        "creator": _person(event["creator"], calendar),
        "htmlLink": _link(event["id"], calendar),
    }
    if "attendees" in event:
        seen["attendees"] = [_attendee(one, organiser, calendar) for one in event["attendees"]]
    return seen


def attendee_emails(event: Event | None) -> list[str]:
    """Give the addresses of the attendees in order, the organiser apart."""
    if event is None or event["status"] == "cancelled" or "organizer" not in event:
        return []
    organiser = event["organizer"]["email"]
    emails = [one["email"] for one in event.get("attendees", ()) if not one.get("resource")]
    return [email for email in emails if email != organiser]


def spread(calendars: Calendars, event: Event, old: Event | None) -> None:
    """Bring the attendees' copies in step with the organiser's event; `old` is what it was.

    A copy that its attendee has declined by deleting it stays away.
    """
    now = attendee_emails(event)
    stays = {*now, event.get("organizer", {}).get("email")}
    gone = [email for email in attendee_emails(old) if email not in stays]
    for calendar in _calendars(calendars, now):
        _renew(calendars, calendar, event)
    for calendar in _calendars(calendars, gone):
        copy = calendar.find(event["id"])
        if copy is not None:
            calendars.put(calendar, tombstone(copy))


def collides(calendars: Calendars, event: Event) -> bool:
    """Say whether an attendee's calendar has another event under this id."""
    others = (one.find(event["id"]) for one in _calendars(calendars, attendee_emails(event)))
    return any(one is not None and one.get("iCalUID") != event["iCalUID"] for one in others)


def own_properties(event: Event) -> dict[str, Any]:
    """Give the private extended properties of a copy."""
    found: dict[str, Any] = event.get("extendedProperties", {}).get("private", {})
    return found


def _renew(calendars: Calendars, calendar: Calendar, event: Event) -> None:
    copy = calendar.find(event["id"])
    if copy is not None and copy["status"] == "cancelled" and _declined(event, calendar.id):
        return
    calendars.put(calendar, as_seen(_copy(event, copy or {}), calendar))


def _copy(event: Event, copy: Event) -> Event:
    shared = {key: value for key, value in event.items() if key not in PRIVATE}
    kept = {key: copy[key] for key in PRIVATE if key in copy}
    properties = {
        "shared": event.get("extendedProperties", {}).get("shared", {}),
        "private": own_properties(copy),
    }
    filled = {key: value for key, value in properties.items() if value}
    shared.pop("extendedProperties", None)
    more = {"extendedProperties": filled} if filled else {}
    return {**shared, "reminders": {"useDefault": True}, **kept, **more}


def _declined(event: Event, email: str) -> bool:
    return any(
        one["email"] == email and one["responseStatus"] == "declined"
        for one in event.get("attendees", ())
    )


def _calendars(calendars: Calendars, emails: list[str]) -> Iterator[Calendar]:
    for email in emails:
        calendar = calendars.get(email)
        if calendar is not None and calendar.primary:
            yield calendar


def _person(person: dict[str, Any], calendar: Calendar) -> dict[str, Any]:
    plain = {key: value for key, value in person.items() if key != "self"}
    return {**plain, "self": True} if person["email"] == calendar.id else plain


def _attendee(one: dict[str, Any], organiser: str, calendar: Calendar) -> dict[str, Any]:
    plain = {key: value for key, value in one.items() if key not in ("self", "organizer")}
    email = one["email"].casefold()
    seen = {"responseStatus": "needsAction", **plain, "email": email}
    if email == organiser:
        seen["organizer"] = True
    if email == calendar.id:
        seen["self"] = True
    return seen


def _link(event_id: str, calendar: Calendar) -> str:
    raw = f"{event_id} {calendar.id}".encode()
    return "https://www.google.com/calendar/event?eid=" + base64.urlsafe_b64encode(raw).decode()
