"""The events of the story: how each is marked, and how a person changes it afterwards."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime, timedelta

from syncd.sandbox.demo.person import Person, Shown, google_shown, outlook_shown

_GUEST = "guest@partner.example"


class Entry(ABC):
    """One event in one person's calendar."""

    app: str

    def __init__(self, person: Person, *, title: str, start: datetime, marked_by: str) -> None:
        self.person = person
        self.title = title
        self.start = start
        self.marked_by = marked_by
        self.event_id = ""
        self.before: Shown | None = None

    @abstractmethod
    async def create(self) -> None:
        """Make it, marked."""

    @abstractmethod
    async def shown(self) -> Shown | None:
        """Give it as everybody sees it; None when it is gone."""

    @abstractmethod
    async def move(self, *, by: timedelta, minutes: int) -> None:
        """Move it and change its length."""

    @abstractmethod
    async def delete(self) -> None:
        """Delete it."""


class GoogleEntry(Entry):
    """An event in Google Calendar."""

    app = "Google"

    def __init__(
        self, person: Person, *, title: str, start: datetime, marked_by: str, location: str = ""
    ) -> None:
        super().__init__(person, title=title, start=start, marked_by=marked_by)
        self._location = location

    async def create(self) -> None:
        """Make it, marked by its location or its title."""
        made = await self.person.google(
            "POST",
            body={
                "summary": self.title,
                "location": self._location,
                "description": "Agenda:\n1. where we are\n2. what is next",
                "attendees": [{"email": _GUEST}],
                **_google_times(self.start, 30),
            },
        )
        self.event_id, self.before = made["id"], google_shown(made)

    async def shown(self) -> Shown | None:
        """Give it as Google shows it."""
        event = await self.person.google("GET", self.event_id)
        return None if event["status"] == "cancelled" else google_shown(event)

    async def move(self, *, by: timedelta, minutes: int) -> None:
        """Drag it elsewhere."""
        self.start += by
        await self.person.google("PATCH", self.event_id, _google_times(self.start, minutes))

    async def delete(self) -> None:
        """Put it in the bin."""
        await self.person.google("DELETE", self.event_id)


class OutlookEntry(Entry):
    """An event in Outlook."""

    app = "Outlook"

    def __init__(
        self,
        person: Person,
        *,
        title: str,
        start: datetime,
        marked_by: str,
        text: str = "",
        category: str | None = None,
    ) -> None:
        super().__init__(person, title=title, start=start, marked_by=marked_by)
        self._text = text
        self._category = category

    async def create(self) -> None:
        """Make it, marked by a category or by a tag in its text."""
        made = await self.person.outlook(
            "POST",
            body={
                "subject": self.title,
                "body": {"contentType": "html", "content": f"<p>{self._text}</p>"},
                "categories": [self._category] if self._category else [],
                "attendees": [{"type": "required", "emailAddress": {"address": _GUEST}}],
                **_outlook_times(self.start, 30),
            },
        )
        self.event_id, self.before = made["id"], outlook_shown(made)

    async def shown(self) -> Shown | None:
        """Give it as Outlook shows it."""
        return outlook_shown(await self.person.outlook("GET", self.event_id))

    async def move(self, *, by: timedelta, minutes: int) -> None:
        """Drag it elsewhere."""
        self.start += by
        await self.person.outlook("PATCH", self.event_id, _outlook_times(self.start, minutes))

    async def unmark(self) -> None:
        """Take the category away."""
        await self.person.outlook("PATCH", self.event_id, {"categories": []})

    async def delete(self) -> None:
        """Put it in the bin."""
        await self.person.outlook("DELETE", self.event_id)


def _google_times(start: datetime, minutes: int) -> dict[str, dict[str, str]]:
    end = start + timedelta(minutes=minutes)
    zone = "Europe/Berlin"
    return {
        "start": {"dateTime": start.isoformat(), "timeZone": zone},
        "end": {"dateTime": end.isoformat(), "timeZone": zone},
    }


def _outlook_times(start: datetime, minutes: int) -> dict[str, dict[str, str]]:
    end = start + timedelta(minutes=minutes)
    return {
        "start": {"dateTime": f"{start:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
        "end": {"dateTime": f"{end:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
    }
