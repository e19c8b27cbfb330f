"""The calendar apps of people: what a human does in Google Calendar or Outlook, by the same API."""

from __future__ import annotations

import html
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import httpx

from syncd.sandbox.fakes.world import Mail, Person, World

FIRST_LINE, LAST_LINE = "──────── Join Zoom meeting ────────", "──────── added by syncd ────────"
_LINK = re.compile(r"https://[a-z0-9.]+/j/[0-9]+[^\s<>\"';,]*")
ZONE = "Europe/Berlin"


@dataclass(frozen=True)
class Shown:
    """An event as a person sees it; `raw` is what the provider's API gives."""

    title: str
    location: str
    text: str
    conference: str | None
    """The link of the provider's own conference."""
    raw: dict[str, Any]

    @property
    def link(self) -> str | None:
        """The Zoom link, if one stands in location or text."""
        found = _LINK.search(f"{self.location}\n{html.unescape(self.text)}")
        return found.group() if found else None

    @property
    def own_text(self) -> str:
        """What people wrote: the text around our block."""
        before, _, rest = self.text.partition(FIRST_LINE)
        return before + rest.partition(LAST_LINE)[2]

    @property
    def has_block(self) -> bool:
        """Whether our block stands in the text."""
        return FIRST_LINE in self.text


class App(ABC):
    """One person's calendar app."""

    uid: ClassVar[str]
    """The name of the field with the iCalendar id."""

    def __init__(self, client: httpx.AsyncClient, world: World, person: Person) -> None:
        self.client = client
        self.person = person
        self._world = world
        self.calendar: str | None = None
        """The id of the calendar that is open; None for the first one."""
        self.writes: Counter[str] = Counter()
        """What this person wrote, as the sandbox counts it."""
        self.mails = 0
        """How many mails this person's own writes sent."""
        self.sent: list[Mail] = []
        """Those mails."""

    async def add(
        self,
        *,
        start: datetime,
        minutes: float = 30,
        title: str = "Review",
        text: str = "",
        location: str = "",
        guests: Collection[str] = (),
        **own: Any,
    ) -> str:
        """Make an event and give its id; `own` are the provider's own fields (recurrence, ...).

        Such as have a name that is used here already, like `start`, stand in a field `own`.
        """
        end = start + timedelta(minutes=minutes)
        fields = {"start": start, "end": end, "title": title, "text": text, "location": location}
        given = own.pop("own", {}) | own
        made = await self.write("POST", "", self.fields(guests=guests, **fields) | given)
        event_id: str = made["id"]
        return event_id

    async def edit(self, event_id: str, **fields: Any) -> None:
        """Change title, text, location, start and end, guests, or any of the provider's own fields."""
        known = {"title", "text", "location", "start", "end", "guests"}
        plain = {name: fields.pop(name) for name in known & fields.keys()}
        await self.write("PATCH", f"/{event_id}", self.fields(**plain) | fields)

    async def delete(self, event_id: str) -> None:
        """Delete the event."""
        await self.write("DELETE", f"/{event_id}", None)

    async def raw(self, event_id: str) -> dict[str, Any]:
        """Give the event as the API gives it."""
        return await self.write("GET", f"/{event_id}", None)

    @abstractmethod
    async def cancel(self, event_id: str) -> None:
        """Cancel the event as its organiser."""

    @abstractmethod
    async def copies(self, theirs: dict[str, Any]) -> list[Shown]:
        """Give what this person has of an event that is somebody else's."""

    async def copy(self, uid: str) -> Shown:
        """Give this person's copy of the event with this iCalendar id."""
        [found] = [each for each in await self.all() if each[self.uid] == uid]
        return await self.seen(found["id"])

    @abstractmethod
    async def all(self) -> list[dict[str, Any]]:
        """Give all events of the calendar as the API gives them."""

    @abstractmethod
    def fields(self, **fields: Any) -> dict[str, Any]:
        """Write plain fields as the provider has them."""

    @abstractmethod
    async def seen(self, event_id: str) -> Shown:
        """Give the event as this person sees it."""

    @abstractmethod
    async def write(self, method: str, path: str, body: Any) -> dict[str, Any]:
        """Do anything by the provider's own API, at a path below this person's events."""

    async def _send(self, method: str, url: str, token: str, body: Any) -> dict[str, Any]:
        before = len(self._world.mails)
        answer = await self.client.request(
            method,
            url,
            json=body,
            # Outlook's ids as syncd knows them; Google has no such wish.
            headers={"authorization": f"Bearer {token}", "prefer": 'IdType="ImmutableId"'},
        )
        self.mails += len(self._world.mails) - before
        self.sent += self._world.mails[before:]
        assert answer.is_success, f"{method} {url}: {answer.status_code} {answer.text[:300]}"
        read: dict[str, Any] = answer.json() if answer.content else {}
        return read


class GoogleApp(App):
    """Google Calendar."""

    uid = "iCalUID"

    async def all(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.write("GET", "", None))["items"]
        return items

    def fields(self, **fields: Any) -> dict[str, Any]:
        names = {"title": "summary", "text": "description", "location": "location"}
        body: dict[str, Any] = {names[n]: fields[n] for n in names.keys() & fields.keys()}
        for name in {"start", "end"} & fields.keys():
            body[name] = {"dateTime": fields[name].isoformat(), "timeZone": ZONE}
        if "guests" in fields:
            body["attendees"] = [{"email": guest} for guest in fields["guests"]]
        return body

    async def cancel(self, event_id: str) -> None:
        await self.write("PATCH", f"/{event_id}", {"status": "cancelled"})

    async def copies(self, theirs: dict[str, Any]) -> list[Shown]:
        found = await self.write("GET", f"?iCalUID={theirs['iCalUID']}", None)
        return [self.shown(raw) for raw in found["items"]]

    async def seen(self, event_id: str) -> Shown:
        return self.shown(await self.raw(event_id))

    def shown(self, raw: dict[str, Any]) -> Shown:
        """Read an event as the API gives it."""
        return Shown(
            raw.get("summary", ""),
            raw.get("location", ""),
            raw.get("description", ""),
            raw.get("hangoutLink") or None,
            raw,
        )

    async def write(self, method: str, path: str, body: Any) -> dict[str, Any]:
        operation = f"{method} /calendars/{{calendarId}}/events{'/{eventId}' if path else ''}"
        if method != "GET":
            self.writes[f"google {operation}"] += 1
        url = f"/google/calendar/v3/calendars/{self.calendar or 'primary'}/events{path}"
        query = "" if method == "GET" else "?sendUpdates=none&conferenceDataVersion=1"
        if method == "DELETE":
            query = "?sendUpdates=none"
        return await self._send(method, url + query, self.person.google_token, body)


class OutlookApp(App):
    """Outlook, on the web or on a desk."""

    uid = "iCalUId"

    async def all(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self.write("GET", "", None))["value"]
        return items

    def fields(self, **fields: Any) -> dict[str, Any]:
        body: dict[str, Any] = {}
        if "title" in fields:
            body["subject"] = fields["title"]
        if "text" in fields:
            text = fields["text"]
            is_html = text.lstrip().startswith("<")
            body["body"] = {"contentType": "html" if is_html else "text", "content": text}
        if "location" in fields:
            body["location"] = {"displayName": fields["location"]}
        for name in {"start", "end"} & fields.keys():
            stamp = fields[name].astimezone(UTC).replace(tzinfo=None).isoformat()
            body[name] = {"dateTime": stamp, "timeZone": "UTC"}
        if "guests" in fields:
            body["attendees"] = [
                {"type": "required", "emailAddress": {"address": guest}}
                for guest in fields["guests"]
            ]
        return body

    async def cancel(self, event_id: str) -> None:
        await self.write("POST", f"/{event_id}/cancel", {"comment": "Sorry"})

    async def copies(self, theirs: dict[str, Any]) -> list[Shown]:
        found = await self.write("GET", "?$top=100", None)
        own = [raw for raw in found["value"] if raw["iCalUId"] == theirs["iCalUId"]]
        return [self.shown(raw) for raw in own]

    async def seen(self, event_id: str) -> Shown:
        return self.shown(await self.raw(event_id))

    def shown(self, raw: dict[str, Any]) -> Shown:
        """Read an event as the API gives it."""
        meeting = raw.get("onlineMeeting") or {}
        return Shown(
            raw["subject"],
            raw["location"]["displayName"],
            raw["body"]["content"],
            meeting.get("joinUrl") or None,
            raw,
        )

    async def write(self, method: str, path: str, body: Any) -> dict[str, Any]:
        place = "" if self.calendar is None else f"calendars/{self.calendar}/"
        url = f"/microsoft/v1.0/me/{place}events{path}"
        return await self._send(method, url, self.person.microsoft_token, body)
