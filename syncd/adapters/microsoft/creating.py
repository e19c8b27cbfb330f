"""A new event, made once however often it is asked for.

Graph, event resource, `transactionId`: the server makes one event of repeated POSTs with the same
id. It was seen to answer a repeat with `ErrorDuplicateTransactionId` as well (alcionai/corso, issue
2490), where the event has become another meanwhile; a property of ours finds it then.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from tzlocal.windows_tz import tz_win

from syncd.adapters.microsoft import errors, paths
from syncd.adapters.microsoft.client import Graph, Request
from syncd.adapters.microsoft.errors import Purpose
from syncd.adapters.microsoft.paging import items_in
from syncd.adapters.microsoft.reading import Part, Unclear, needed
from syncd.core.ids import CalendarKey
from syncd.ports.calendar import NewEvent
from syncd.ports.errors import OutcomeUnknown, Stale

# Beside the mark, in the same GUID.
_KEY_ID = "String {5b1d7c0e-8a4f-4e0b-9a39-d2f6c3e81b57} Name syncd-key"
_KEY_BYTES = 32


async def create(graph: Graph, calendar: CalendarKey, new: NewEvent, *, key: str) -> str:
    """Make it, and give its id; where the key was used before, that of the event made then.

    OutcomeUnknown when the answer was lost twice, or the event that has the key cannot be found.
    """
    place = paths.folder(calendar).below("/events")
    transaction = transaction_of(key)
    request = Request(
        purpose=Purpose.CREATE,
        account=calendar.account,
        method="POST",
        path=place.path,
        template=place.template,
        body=body_of(new, transaction=transaction),
    )
    try:
        try:
            item = await graph.ask(request)
        except OutcomeUnknown:
            # The id lets it happen once only, so asking again tells what became of it.
            item = await graph.ask(request)
    except Stale:
        item = await _made_before(graph, calendar, transaction)
    try:
        return needed(item, "id")
    except Unclear as exc:
        raise errors.garbled(Purpose.CREATE) from exc


def transaction_of(key: str) -> str:
    """Write a key (64 hexadecimal digits) as a UUID; ValueError when it is none."""
    read = bytes.fromhex(key)
    if len(read) != _KEY_BYTES:
        raise ValueError("the key of a new event has 64 hexadecimal digits")
    return str(UUID(bytes=read[:16]))


def body_of(new: NewEvent, *, transaction: str) -> dict[str, Any]:
    """Write a new event as the body of a POST; pure."""
    zone = _zone_for(new)
    guests = [
        {"type": "required", "emailAddress": {"address": address}} for address in new.attendees
    ]
    return {
        "transactionId": transaction,
        "subject": new.title,
        "start": _moment(new.start, zone),
        "end": _moment(new.end, zone),
        "singleValueExtendedProperties": [{"id": _KEY_ID, "value": transaction}],
        **({"body": {"contentType": "text", "content": new.text}} if new.text else {}),
        **({"location": {"displayName": new.location}} if new.location else {}),
        **({"attendees": guests} if guests else {}),
    }


async def _made_before(graph: Graph, calendar: CalendarKey, transaction: str) -> Part:
    place = paths.folder(calendar).below("/events")
    test = f"ep/id eq '{_KEY_ID}' and ep/value eq '{transaction}'"
    wanted = quote(f"singleValueExtendedProperties/Any(ep: {test})", safe="/():'")
    request = Request(
        purpose=Purpose.READ,
        account=calendar.account,
        path=f"{place.path}?$filter={wanted}&$select=id",
        template=place.template,
    )
    for item in items_in(await graph.ask(request)):
        if isinstance(item, dict):
            return item
    raise OutcomeUnknown(
        "Outlook says that this event was made before, and does not show it.",
        code="no_certain_answer",
    )


def _zone_for(new: NewEvent) -> str:
    """Give the zone the event is made in: UTC where Graph has no such zone, or an hour is twice.

    The hour that comes twice in autumn cannot be told apart in a zone's own time.
    """
    if new.zone not in tz_win:
        return "UTC"
    zone = ZoneInfo(new.zone)
    local = (new.start.astimezone(zone), new.end.astimezone(zone))
    is_twice = any(
        one.replace(fold=0).utcoffset() != one.replace(fold=1).utcoffset() for one in local
    )
    return "UTC" if is_twice else new.zone


def _moment(at: datetime, zone: str) -> dict[str, str]:
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return {"dateTime": local.isoformat(timespec="seconds"), "timeZone": zone}
