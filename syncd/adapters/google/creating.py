"""A new event, made once however often it is asked for.

Google Calendar API, "Events: insert": a client may choose the id, of the letters of base32hex, and
an id that was used before is refused as a duplicate, for ever.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from syncd.adapters.google.client import Client, Request, quota_user
from syncd.adapters.google.cursor import EVENT_FIELDS
from syncd.adapters.google.errors import Asked
from syncd.adapters.google.writing import SendUpdates
from syncd.core.ids import CalendarKey, EventRef
from syncd.ports.calendar import NewEvent
from syncd.ports.errors import OutcomeUnknown, Stale

_KEY_BYTES = 32


class Creating:
    """Sends inserts; `send_updates` says whom Google mails an invitation."""

    def __init__(self, client: Client, *, send_updates: SendUpdates) -> None:
        self._client = client
        self._send_updates: SendUpdates = send_updates

    async def create(
        self, calendar: CalendarKey, new: NewEvent, *, key: str
    ) -> Mapping[str, Any] | EventRef:
        """Make it and give its resource; where the key was used before, tell where its event is."""
        event_id = id_of(key)
        request: Request = self._client.events.insert(
            calendarId=calendar.calendar_id,
            quotaUser=quota_user(calendar.owner),
            sendUpdates=self._send_updates,
            fields=EVENT_FIELDS,
            body=insert_body(new, event_id),
        )
        asked = Asked(calendar=calendar, target="calendar", writes=True)
        try:
            return await self._sent(request, asked)
        except Stale:
            return EventRef(calendar, event_id)

    async def _sent(self, request: Request, asked: Asked) -> Mapping[str, Any]:
        try:
            return await self._client.send(request, asked)
        except OutcomeUnknown:
            # The id lets it happen once only, so asking again tells what became of it.
            return await self._client.send(request, asked)


def id_of(key: str) -> str:
    """Write a key (64 hexadecimal digits) as an id of Google's; ValueError when it is none."""
    read = bytes.fromhex(key)
    if len(read) != _KEY_BYTES:
        raise ValueError("the key of a new event has 64 hexadecimal digits")
    return base64.b32hexencode(read).decode("ascii").rstrip("=").lower()


def insert_body(new: NewEvent, event_id: str) -> dict[str, Any]:
    """Write a new event as the body of events.insert; pure."""
    texts = {"description": new.text, "location": new.location}
    guests = [{"email": address} for address in new.attendees]
    return {
        "id": event_id,
        "summary": new.title,
        "start": _moment(new.start, new.zone),
        "end": _moment(new.end, new.zone),
        **{name: value for name, value in texts.items() if value},
        **({"attendees": guests} if guests else {}),
    }


def _moment(at: datetime, zone: str) -> dict[str, str]:
    return {"dateTime": at.astimezone(UTC).isoformat(timespec="seconds"), "timeZone": zone}
