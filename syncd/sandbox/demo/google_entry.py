"""An event in Google Calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from syncd.sandbox.demo.entry import GUEST, Draft, Entry
from syncd.sandbox.demo.person import Person, Shown, google_shown

_LENGTH = 30


class GoogleEntry(Entry):
    """An event in Google Calendar."""

    app = "Google"

    def __init__(self, person: Person, draft: Draft) -> None:
        super().__init__(person, draft)
        self._text = draft.text or "Agenda:\n1. where we are\n2. what is next"

    async def create(self) -> None:
        """Make it, marked by its location, its title or its text."""
        made = await self.person.google(
            "POST",
            body={
                "summary": self.title,
                "location": self.draft.location,
                "description": self._text,
                "attendees": [{"email": GUEST}],
                "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=6"] if self.draft.weekly else None,
                **_times(self.start, _LENGTH),
            },
        )
        self.event_id = self.mail_key = made["id"]
        self.before = google_shown(made)

    async def shown(self) -> Shown | None:
        """Give it as Google shows it."""
        event = await self.person.google("GET", self.event_id)
        return None if event["status"] == "cancelled" else google_shown(event)

    async def move(self, *, by: timedelta, minutes: int) -> None:
        """Drag it elsewhere."""
        self.start += by
        await self.person.google("PATCH", self.event_id, _times(self.start, minutes))

    async def move_second(self, *, by: timedelta) -> Shown:
        """Drag the second occurrence of the series elsewhere, and give it as Google shows it."""
        start = self.start + timedelta(weeks=1)
        one = f"{self.event_id}_{start.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        return google_shown(await self.person.google("PATCH", one, _times(start + by, _LENGTH)))

    async def retext(self, old: str, new: str) -> None:
        """Edit its description."""
        event = await self.person.google("GET", self.event_id)
        text = event["description"].replace(old, new)
        await self.person.google("PATCH", self.event_id, {"description": text})

    async def strip(self) -> None:
        """Take the link out of location and description."""
        fields = {"location": "", "description": self._text}
        await self.person.google("PATCH", self.event_id, fields)

    async def duplicate(self) -> GoogleEntry:
        """Make a copy of it as it stands, with what Google's own "Duplicate" takes along."""
        event = await self.person.google("GET", self.event_id)
        copy = GoogleEntry(
            self.person,
            Draft(
                title=event["summary"],
                start=self.start + timedelta(days=7),
                marked_by="nobody: a copy with our link in it",
                location=event.get("location", ""),
                text=event["description"],
            ),
        )
        await copy.create()
        return copy

    async def delete(self) -> None:
        """Put it in the bin."""
        await self.person.google("DELETE", self.event_id)


def _times(start: datetime, minutes: int) -> dict[str, dict[str, str]]:
    end = start + timedelta(minutes=minutes)
    zone = "Europe/Berlin"
    return {
        "start": {"dateTime": start.isoformat(), "timeZone": zone},
        "end": {"dateTime": end.isoformat(), "timeZone": zone},
    }
