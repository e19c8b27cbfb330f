"""An event in Outlook."""

from __future__ import annotations

from datetime import datetime, timedelta

from syncd.sandbox.demo.entry import GUEST, Entry
from syncd.sandbox.demo.person import Shown, outlook_shown


class OutlookEntry(Entry):
    """An event in Outlook."""

    app = "Outlook"

    async def create(self) -> None:
        """Make it, marked by a category or by a tag in its text."""
        category = self.draft.category
        made = await self.person.outlook(
            "POST",
            body={
                "subject": self.title,
                "body": {"contentType": "html", "content": f"<p>{self.draft.text}</p>"},
                "categories": [category] if category else [],
                "attendees": [{"type": "required", "emailAddress": {"address": GUEST}}],
                **_times(self.start, 30),
            },
        )
        self.event_id, self.mail_key = made["id"], made["iCalUId"]
        self.before = outlook_shown(made)

    async def shown(self) -> Shown | None:
        """Give it as Outlook shows it."""
        return outlook_shown(await self.person.outlook("GET", self.event_id))

    async def move(self, *, by: timedelta, minutes: int) -> None:
        """Drag it elsewhere."""
        self.start += by
        await self.person.outlook("PATCH", self.event_id, _times(self.start, minutes))

    async def retext(self, old: str, new: str) -> None:
        """Edit its body."""
        body = (await self.person.outlook("GET", self.event_id))["body"]
        edited = {**body, "content": body["content"].replace(old, new)}
        await self.person.outlook("PATCH", self.event_id, {"body": edited})

    async def unmark(self) -> None:
        """Take the category away."""
        await self.person.outlook("PATCH", self.event_id, {"categories": []})

    async def delete(self) -> None:
        """Put it in the bin."""
        await self.person.outlook("DELETE", self.event_id)


def _times(start: datetime, minutes: int) -> dict[str, dict[str, str]]:
    end = start + timedelta(minutes=minutes)
    return {
        "start": {"dateTime": f"{start:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
        "end": {"dateTime": f"{end:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
    }
