"""The pages as an admin serves them, and what people do in their own calendars meanwhile."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.acceptance.processes import Daemon, Sandbox, until


class Site:
    """A sandbox, a daemon on its configuration for people, and the address of the pages."""

    def __init__(self, folder: Path) -> None:
        self.sandbox = Sandbox(folder / "box", people=3)
        self.config = Path(self.sandbox.address["people_config_file"])
        text = self.config.read_text().replace('interval: "2s"', 'interval: "1s"')
        self.config.write_text(text)
        found = re.search(r'public_url: "([^"]+)"', text)
        assert found
        self.url = found[1]
        self.daemon = Daemon(self.config).ready()
        self._first = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)

    def event(
        self, person: int = 0, *, hours: float = 2, title: str = "Review", **fields: Any
    ) -> dict[str, Any]:
        """Let a person make an event in Google Calendar, so many hours from this one on."""
        start = self._first + timedelta(hours=hours)
        times = {
            name: {"dateTime": moment.isoformat(), "timeZone": "Europe/Vienna"}
            for name, moment in (("start", start), ("end", start + timedelta(minutes=45)))
        }
        return self.sandbox.google(person, "POST", body={"summary": title, **times, **fields})

    @property
    def hour(self) -> int:
        """The hour, UTC, that events are counted from."""
        return self._first.hour

    def day(self, hours: float) -> str:
        """Give the day of an event so many hours from then."""
        return (self._first + timedelta(hours=hours)).date().isoformat()

    def event_in(
        self, calendar: str, person: int, *, title: str, hours: float = 2, mark: str = ""
    ) -> dict[str, Any]:
        """Let a person make an event in Google Calendar or in Outlook."""
        if calendar == "google":
            return self.event(person, hours=hours, title=title, location=mark)
        start = self._first + timedelta(hours=hours)
        body = {
            "subject": title,
            "location": {"displayName": mark},
            "start": {"dateTime": start.isoformat()[:19], "timeZone": "UTC"},
            "end": {
                "dateTime": (start + timedelta(minutes=45)).isoformat()[:19],
                "timeZone": "UTC",
            },
        }
        return self.sandbox.outlook(person, "POST", body=body)

    def place_of(self, calendar: str, person: int, event: dict[str, Any]) -> str:
        """Give the location of an event as it is now."""
        if calendar == "google":
            return str(self.now(event, person).get("location", ""))
        found = self.sandbox.outlook(person, "GET", event["id"])
        return str(found["location"]["displayName"])

    def text_of(self, calendar: str, person: int, event: dict[str, Any]) -> str:
        """Give all that an event says, as JSON."""
        if calendar == "google":
            return json.dumps(self.now(event, person))
        return json.dumps(self.sandbox.outlook(person, "GET", event["id"]))

    def meetings_of(self, person: int) -> list[dict[str, Any]]:
        """Give the living meetings of one host."""
        email = self.sandbox.people[person]["email"]
        return [one for one in self.sandbox.meetings() if one["host_email"] == email]

    def now(self, event: dict[str, Any], person: int = 0) -> dict[str, Any]:
        return self.sandbox.google(person, "GET", event["id"])

    def linked(self, event: dict[str, Any], person: int = 0) -> str:
        """Wait for the link of an event, and give it."""

        def look() -> str | None:
            place = str(self.now(event, person).get("location", ""))
            found = re.search(r"https://\S+zoom\.us/j/\S+", place)
            return found[0] if found else None

        return until("the link", look)

    def meeting_ids(self) -> set[int]:
        return {int(one["id"]) for one in self.sandbox.meetings()}

    def knob(self, provider: str, **turns: Any) -> None:
        """Turn knobs of a stand-in."""
        base = self.sandbox.address["base"]
        self.sandbox.call("POST", f"{base}/{provider}/_knobs", turns)

    def stop(self) -> None:
        self.daemon.stop()
        self.sandbox.stop()
