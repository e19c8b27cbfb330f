"""How a calendar is listed, and the cursor that goes on from there.

A sync token is only good for the parameters of the listing it came from (Google Calendar API,
"Synchronize resources efficiently"), so the cursor carries a digest of them.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from syncd.ports.errors import CursorExpired

EVENT_FIELDS = (
    "id,etag,status,eventType,summary,description,location,start,end,recurrence,recurringEventId,"
    "originalStartTime,organizer,attendees(email,self,organizer,resource,responseStatus),"
    "attendeesOmitted,iCalUID,sequence,created,updated,htmlLink,hangoutLink,conferenceData,"
    "extendedProperties/private,guestsCanModify,locked,privateCopy,visibility"
)
FACT_FIELDS = "timeZone,accessRole"

# Series come as masters and exceptions: a sync token of expanded ones misses deleted series.
_LISTING: dict[str, Any] = {
    "singleEvents": False,
    "showDeleted": True,
    "maxResults": 500,
    "fields": f"kind,etag,updated,{FACT_FIELDS},nextPageToken,nextSyncToken,items({EVENT_FIELDS})",
}
_EPOCH = hashlib.sha256(json.dumps(_LISTING, sort_keys=True).encode()).hexdigest()[:12]

# The bound is on an event's end: what ended yesterday needs no link any more.
_PAST = timedelta(days=1)


def listing(cursor: str | None, *, now: datetime) -> dict[str, Any]:
    """Give the parameters of events.list from a cursor on, or for everything when it is None.

    CursorExpired when the cursor was not written for this kind of listing.
    """
    if cursor is not None:
        return {**_LISTING, "syncToken": _sync_token(cursor)}
    return {**_LISTING, "timeMin": (now - _PAST).isoformat(timespec="seconds")}


def cursor_text(sync_token: str) -> str:
    """Write a sync token as a cursor."""
    return json.dumps({"epoch": _EPOCH, "token": sync_token}, separators=(",", ":"))


def _sync_token(cursor: str) -> str:
    try:
        read = json.loads(cursor)
        epoch, token = read["epoch"], read["token"]
    except (ValueError, TypeError, KeyError) as exc:
        raise CursorExpired("This cursor cannot be read.", code="cursor_expired") from exc
    if epoch != _EPOCH or not isinstance(token, str):
        raise CursorExpired("This cursor is of another listing.", code="cursor_expired")
    return token
