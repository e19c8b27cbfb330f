"""Events, calendars and users as Graph shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from syncd.sandbox.fakes.microsoft import body as bodies
from syncd.sandbox.fakes.microsoft import ids
from syncd.sandbox.fakes.microsoft.item import Item
from syncd.sandbox.fakes.microsoft.mailbox import Calendar, Mailbox
from syncd.sandbox.fakes.microsoft.moments import show_instant, show_moment
from syncd.sandbox.fakes.microsoft.prefer import Prefer

Json = dict[str, Any]
EVENT_TYPE = "#microsoft.graph.event"


def shown_id(item: Item, prefer: Prefer) -> str:
    """Give the id of an item in the form the reader prefers."""
    return key_id(item.key, item.calendar, prefer)


def key_id(key: str, calendar: str, prefer: Prefer) -> str:
    """Give the id of a key in the form the reader prefers."""
    return ids.immutable_id(key) if prefer.immutable else ids.regular_id(key, calendar)


def event(item: Item, *, prefer: Prefer, client: str = "") -> Json:
    """Write a whole event, without extended properties.

    `item` is a whole one: an exception laid over its master. `client` is the app that reads.
    """
    fields = item.fields
    return {
        "@odata.etag": ids.etag(item.change_key),
        "id": shown_id(item, prefer),
        "createdDateTime": show_instant(item.created),
        "lastModifiedDateTime": show_instant(item.modified),
        "changeKey": item.change_key,
        "transactionId": item.transaction if item.client == client else None,
        "originalStartTimeZone": item.start_zone,
        "originalEndTimeZone": item.end_zone,
        "iCalUId": item.uid,
        "hasAttachments": False,
        **{name: fields[name] for name in _AS_KEPT},
        "bodyPreview": bodies.preview(fields["body"]["content"]),
        "body": _body(fields["body"], prefer),
        "isOrganizer": item.is_organizer,
        "organizer": {"emailAddress": dict(item.organizer)},
        "webLink": f"https://outlook.office365.com/owa/?itemid={ids.immutable_id(item.key)}",
        "onlineMeetingUrl": None,
        "recurrence": item.recurrence,
        **_place_in_time(item, prefer),
    }


def stub(item: Item, *, prefer: Prefer) -> Json:
    """Write an occurrence as delta writes it: nothing but its place in the series and in time."""
    master = key_id(item.master or "", item.calendar, prefer)
    return {
        "@odata.type": EVENT_TYPE,
        "@odata.etag": ids.etag(item.change_key),
        "id": shown_id(item, prefer),
        "seriesMasterId": master,
        "type": "occurrence",
        "start": show_moment(item.start, zone=prefer.zone, name=prefer.zone_name),
        "end": show_moment(item.end, zone=prefer.zone, name=prefer.zone_name),
    }


def removed(key: str, calendar: str, *, prefer: Prefer) -> Json:
    """Write the line of delta that takes an item out of the window."""
    return {
        "@odata.type": EVENT_TYPE,
        "id": key_id(key, calendar, prefer),
        "@removed": {"reason": "deleted"},
    }


def cancelled_occurrences(item: Item, *, prefer: Prefer) -> list[str]:
    """Give the ids of the deleted occurrences of a series."""
    name = shown_id(item, prefer)
    return [f"OID.{name}.{start:%Y-%m-%d}" for start in sorted(item.dropped)]


def calendar(one: Calendar, mailbox: Mailbox, *, allowed: tuple[str, ...]) -> Json:
    """Write a calendar of the mailbox's owner."""
    return {
        "id": one.id,
        "name": one.name,
        "color": "auto",
        "hexColor": "",
        "isDefaultCalendar": one.is_default,
        "changeKey": ids.change_key(one.key, 0),
        "canShare": True,
        "canViewPrivateItems": True,
        "canEdit": True,
        "allowedOnlineMeetingProviders": list(allowed),
        "defaultOnlineMeetingProvider": allowed[0],
        "isTallyingResponses": one.is_default,
        "isRemovable": not one.is_default,
        "owner": {"name": mailbox.person.name, "address": mailbox.person.email},
    }


def user(mailbox: Mailbox) -> Json:
    """Write a user with the properties Graph gives when none are selected."""
    given, _, family = mailbox.person.name.partition(" ")
    return {
        "businessPhones": [],
        "displayName": mailbox.person.name,
        "givenName": given,
        "jobTitle": None,
        "mail": mailbox.person.email,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": None,
        "surname": family,
        "userPrincipalName": mailbox.person.email,
        "id": mailbox.person.microsoft_id,
    }


_AS_KEPT = (
    "subject",
    "categories",
    "importance",
    "sensitivity",
    "showAs",
    "isAllDay",
    "isCancelled",
    "isDraft",
    "isReminderOn",
    "reminderMinutesBeforeStart",
    "responseRequested",
    "allowNewTimeProposals",
    "hideAttendees",
    "isOnlineMeeting",
    "onlineMeetingProvider",
    "onlineMeeting",
    "responseStatus",
    "location",
    "locations",
    "attendees",
)


def _body(kept: Mapping[str, str], prefer: Prefer) -> Json:
    if prefer.text:
        return {"contentType": "text", "content": bodies.as_text(kept["content"])}
    return dict(kept)


def _place_in_time(item: Item, prefer: Prefer) -> Json:
    place: Json = {
        "type": item.kind,
        "seriesMasterId": key_id(item.master, item.calendar, prefer) if item.master else None,
        "start": show_moment(item.start, zone=prefer.zone, name=prefer.zone_name),
        "end": show_moment(item.end, zone=prefer.zone, name=prefer.zone_name),
    }
    if item.original_start is not None:
        place["originalStart"] = show_instant(item.original_start)
    return place
