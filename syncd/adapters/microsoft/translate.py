"""Graph's event and the event of core, each made from the other; pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from syncd.adapters.microsoft.reading import (
    Part,
    Unclear,
    flag,
    instant,
    midnight,
    moment,
    needed,
    part,
    parts,
    text,
    texts,
)
from syncd.adapters.microsoft.recurrence import recurrence_in
from syncd.adapters.microsoft.zones import iana
from syncd.core.event import (
    Attendee,
    Body,
    BodyFormat,
    Event,
    EventChange,
    EventShape,
    NativeConference,
    NativeKind,
)
from syncd.core.ids import CalendarKey, EventKey, EventRef, Provider

# The GUID is ours alone; every property name costs the mailbox one of its named properties.
MARK_ID = "String {5b1d7c0e-8a4f-4e0b-9a39-d2f6c3e81b57} Name syncd"

# An empty value is not taken everywhere, and a property cannot be deleted by a PATCH of the event.
_NO_MARK = "-"

# Between the names of several places in an event's one `location`.
SEVERAL = "; "

_SHAPES = {
    "singleInstance": EventShape.SINGLE,
    "seriesMaster": EventShape.SERIES,
    "occurrence": EventShape.OCCURRENCE,
    "exception": EventShape.OCCURRENCE,
}


def event_in(item: Part, *, calendar: CalendarKey) -> Event:
    """Read an event resource; Unclear when it lacks what an event must have.

    An all-day event lies between midnights of its own zone, or of UTC if that is unknown. `mark` is
    None unless the extended property was asked for.
    """
    shape = _shape(item)
    zone = iana(text(item, "originalStartTimeZone"))
    all_day = flag(item, "isAllDay")
    is_organiser = _is_organiser(item)
    return Event(
        ref=EventRef(calendar, needed(item, "id")),
        key=_key(item, shape),
        version=_version(item),
        changed_at=instant(needed(item, "lastModifiedDateTime")),
        shape=shape,
        title=_title(item),
        location=text(part(item, "location"), "displayName"),
        body=_body(item),
        start=midnight(item, "start", zone=zone) if all_day else moment(item, "start"),
        end=midnight(item, "end", zone=zone) if all_day else moment(item, "end"),
        zone=zone,
        all_day=all_day,
        organiser=_address(part(item, "organizer")),
        is_organiser=is_organiser,
        can_write=is_organiser,
        cancelled=flag(item, "isCancelled"),
        draft=flag(item, "isDraft"),
        locked=False,
        private=text(item, "sensitivity") in ("private", "confidential"),
        special=None,
        attendees=_attendees(item),
        categories=texts(item, "categories"),
        mark=_mark(item),
        native=_native(item),
        url=text(item, "webLink"),
        recurrence=recurrence_in(item, zone=zone) if shape is EventShape.SERIES else None,
        series_id=text(item, "seriesMasterId") or None,
    )


def patch_of(change: EventChange) -> dict[str, Any]:
    """Write the fields of a PATCH, and no others: what is not sent stays as it is."""
    patch: dict[str, Any] = {}
    if change.title is not None:
        patch["subject"] = change.title
    if change.location is not None:
        patch["location"] = _location(change.location)
    if change.body is not None:
        content_type = "html" if change.body.format is BodyFormat.HTML else "text"
        patch["body"] = {"contentType": content_type, "content": change.body.text}
    if change.mark is not None:
        value = change.mark or _NO_MARK
        patch["singleValueExtendedProperties"] = [{"id": MARK_ID, "value": value}]
    return patch


def locations_of(item: Part, name: str) -> list[dict[str, Any]]:
    """Give the places named in a location text: as they are in the event, rooms with their address.

    `item` is the event with its `locations`; a place that is not among them is a text or a link.
    Unclear when it has no such list: to write without it would take the rooms out.
    """
    if not isinstance(item.get("locations"), list):
        raise Unclear("locations are missing")
    known = {text(one, "displayName"): dict(one) for one in parts(item, "locations")}
    return [known.get(place) or _location(place) for place in name.split(SEVERAL) if place]


def after_write(item: Part, *, before: Event, change: EventChange) -> Event:
    """Read the answer to a PATCH; Unclear as for `event_in`.

    It never holds extended properties, so the mark is the one that was written or was there.
    """
    mark = before.mark if change.mark is None else change.mark or None
    return replace(event_in(item, calendar=before.ref.calendar), mark=mark)


def _version(item: Part) -> str:
    etag = needed(item, "@odata.etag")
    if not (etag.isascii() and etag.isprintable()):
        raise Unclear("the etag cannot stand in a header")
    return etag


def _shape(item: Part) -> EventShape:
    shape = _SHAPES.get(text(item, "type"))
    if shape is None:
        raise Unclear("type is missing or unknown")
    return shape


def _is_organiser(item: Part) -> bool:
    if not isinstance(item.get("isOrganizer"), bool):
        raise Unclear("isOrganizer is missing")
    return flag(item, "isOrganizer")


def _title(item: Part) -> str:
    if "subject" not in item:
        raise Unclear("subject is missing")
    return text(item, "subject")


def _key(item: Part, shape: EventShape) -> EventKey:
    """Give what the event is; an occurrence by its series' immutable id.

    Graph, event resource: "iCalUId is different for each occurrence in a series", though shared ones
    were seen as well; `seriesMasterId` and `originalStart` stay when the occurrence is moved.
    """
    uid = needed(item, "iCalUId")
    if shape is EventShape.OCCURRENCE:
        uid = text(item, "seriesMasterId") or uid
    return EventKey(Provider.MICROSOFT, uid, _original_start(item, shape))


def _original_start(item: Part, shape: EventShape) -> datetime | None:
    if shape is not EventShape.OCCURRENCE:
        return None
    return instant(needed(item, "originalStart"))


def _body(item: Part) -> Body:
    body = item.get("body")
    if not isinstance(body, dict):
        raise Unclear("body is missing")
    is_html = text(body, "contentType").lower() == "html"
    return Body(text(body, "content"), BodyFormat.HTML if is_html else BodyFormat.TEXT)


def _address(recipient: Part) -> str:
    return text(part(recipient, "emailAddress"), "address").lower()


def _attendees(item: Part) -> tuple[Attendee, ...]:
    several = (
        Attendee(_address(one), is_resource=text(one, "type") == "resource")
        for one in parts(item, "attendees")
    )
    return tuple(one for one in several if one.address)


def _mark(item: Part) -> str | None:
    for one in parts(item, "singleValueExtendedProperties"):
        # The GUID comes back in the spelling of Exchange.
        if text(one, "id").lower() == MARK_ID.lower():
            value = text(one, "value")
            return None if value in ("", _NO_MARK) else value
    return None


def _native(item: Part) -> NativeConference | None:
    """Find the meeting Exchange made: Teams, or Skype in tenants that still have it.

    Exchange may say that an event is an online meeting before it has the link.
    """
    url = text(part(item, "onlineMeeting"), "joinUrl")
    provider = text(item, "onlineMeetingProvider").lower()
    is_online = flag(item, "isOnlineMeeting")
    if not (is_online or url or provider.startswith("teams")):
        return None
    kind = NativeKind.OTHER if provider.startswith("skype") else NativeKind.TEAMS
    return NativeConference(kind, url, pending=is_online and not url)


def _location(name: str) -> dict[str, str]:
    """Give a location that is a link or a text; all three fields, so that no old link stays."""
    is_link = name.startswith(("https://", "http://"))
    return {
        "displayName": name,
        "locationUri": name if is_link else "",
        "locationType": "default",
    }
