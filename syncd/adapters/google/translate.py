"""Google's event resource and the event of core, each made from the other; pure."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from syncd.adapters.google.moments import instant, moment
from syncd.adapters.google.native import native_conference
from syncd.adapters.google.reading import Malformed, flag, listed, needed, section, sections, text
from syncd.adapters.google.recurrence import recurrence_in
from syncd.core.event import Attendee, Body, BodyFormat, Event, EventChange, EventShape
from syncd.core.ids import CalendarKey, EventKey, EventRef, Provider
from syncd.core.recurrence import Recurrence
from syncd.ports.calendar import Change, Changed, Gone, Unreadable

logger = logging.getLogger(__name__)

PROPERTY = "syncd"
"""The name of our private extended property; only the organiser's own copy carries it."""

_WRITING_ROLES = frozenset({"owner", "writer"})


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """What only a listing tells: the caller's access role, and the calendar's IANA zone."""

    role: str
    zone: str

    @property
    def can_write(self) -> bool:
        """Whether events of the calendar may be written at all."""
        return self.role in _WRITING_ROLES


def change_in(item: Any, *, calendar: CalendarKey, facts: CalendarFacts) -> Change:
    """Read one item of a listing; never raises.

    Deleted events and cancelled occurrences are guaranteed to have no more than their id.
    """
    event_id = item.get("id") if isinstance(item, dict) else None
    if not isinstance(event_id, str) or not event_id:
        return Unreadable("", "an item without an id")
    if item.get("status") == "cancelled":
        series_id = item.get("recurringEventId")
        return Gone(event_id, series_id if isinstance(series_id, str) else "")
    try:
        return Changed(event_in(item, calendar=calendar, facts=facts))
    except Malformed as exc:
        return Unreadable(event_id, str(exc))
    except Exception as exc:
        # A mistake of ours about one event must not keep its calendar from being read.
        logger.exception("event failed unexpectedly", extra={"event": event_id})
        return Unreadable(event_id, f"syncd failed at it: {type(exc).__name__}")


def event_in(item: Mapping[str, Any], *, calendar: CalendarKey, facts: CalendarFacts) -> Event:
    """Read an event resource; Malformed when it lacks what an event must have.

    A day starts at its midnight in the event's zone, or else the calendar's.
    """
    start = moment(section(item, "start"), home=facts.zone)
    end = moment(section(item, "end"), home=facts.zone)
    organiser = section(item, "organizer")
    is_organiser = flag(organiser, "self")
    may_change = is_organiser or flag(item, "guestsCanModify")
    return Event(
        ref=EventRef(calendar, needed(item, "id")),
        key=EventKey(Provider.GOOGLE, needed(item, "iCalUID"), _original_start(item)),
        version=version_in(item),
        changed_at=instant(needed(item, "updated")),
        shape=_shape(item),
        title=text(item, "summary"),
        location=text(item, "location"),
        body=Body(text(item, "description"), BodyFormat.TEXT),
        start=start.at,
        end=end.at,
        zone=start.zone,
        all_day=start.all_day,
        organiser=text(organiser, "email").lower(),
        is_organiser=is_organiser,
        can_write=facts.can_write and may_change,
        cancelled=text(item, "status") == "cancelled",
        draft=False,
        locked=flag(item, "locked") or flag(item, "privateCopy"),
        private=text(item, "visibility") in ("private", "confidential"),
        special=_special(item),
        attendees=_attendees(item),
        categories=(),
        mark=text(section(section(item, "extendedProperties"), "private"), PROPERTY) or None,
        native=native_conference(item),
        url=text(item, "htmlLink"),
        recurrence=_recurrence(item, start.zone),
        series_id=text(item, "recurringEventId") or None,
    )


def version_in(item: Mapping[str, Any]) -> str:
    """Read the etag of an event resource; Malformed when it cannot be sent back in a header."""
    etag = needed(item, "etag")
    if not (etag.isascii() and etag.isprintable()):
        raise Malformed("etag cannot stand in a header")
    return etag


def patch_body(change: EventChange) -> dict[str, Any]:
    """Write a change as the body of events.patch: what is left out stays, null takes out.

    A conference that is asked for is not in it.
    """
    body: dict[str, Any] = {}
    if change.title is not None:
        body["summary"] = change.title
    if change.location is not None:
        body["location"] = change.location
    if change.body is not None:
        body["description"] = change.body.text
    if change.mark is not None:
        body["extendedProperties"] = {"private": {PROPERTY: change.mark or None}}
    if change.drop_native:
        body["conferenceData"] = None
    return body


def _shape(item: Mapping[str, Any]) -> EventShape:
    if text(item, "recurringEventId"):
        return EventShape.OCCURRENCE
    return EventShape.SERIES if listed(item, "recurrence") else EventShape.SINGLE


def _recurrence(item: Mapping[str, Any], zone: str | None) -> Recurrence | None:
    if _shape(item) is not EventShape.SERIES:
        return None
    return recurrence_in(listed(item, "recurrence"), zone=zone)


def _original_start(item: Mapping[str, Any]) -> datetime | None:
    """Give the immutable key of an occurrence.

    A day counts from midnight UTC, so that the key outlives a change of the calendar's zone.
    """
    if not text(item, "recurringEventId"):
        return None
    return moment(section(item, "originalStartTime"), home="UTC").at


def _special(item: Mapping[str, Any]) -> str | None:
    kind = text(item, "eventType")
    return None if kind in ("", "default") else kind


def _attendees(item: Mapping[str, Any]) -> tuple[Attendee, ...]:
    return tuple(
        Attendee(address.lower(), is_resource=flag(entry, "resource"))
        for entry in sections(item, "attendees")
        if (address := text(entry, "email"))
    )
