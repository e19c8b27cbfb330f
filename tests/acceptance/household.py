"""One sandbox and one daemon for a whole file of tests: several people, and everybody looks."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from tests.acceptance.processes import (
    Daemon,
    Sandbox,
    google_event,
    outlook_event,
    syncd,
    until,
)

ANA, BO, CEM, DANA, EVA = range(5)
NOBODY = "nobody@example.com"

App = Literal["google", "outlook"]

_LISTINGS = {
    "google": ("google", "GET /calendars/{calendarId}/events"),
    "outlook": ("microsoft", "GET /users/{user-id}/calendarView/delta"),
}
_LINK = re.compile(r"https://[a-z0-9.]+/j/[0-9]+[^\s<>\"';,]*")
FIRST_LINE, LAST_LINE = "──────── Join Zoom meeting ────────", "──────── added by syncd ────────"


@dataclass(frozen=True)
class Shown:
    """An event as anybody sees who opens it; `raw` is what the provider's API gives."""

    title: str
    location: str
    text: str
    raw: dict[str, Any]

    @property
    def link(self) -> str | None:
        """The join link, if one stands anywhere."""
        found = _LINK.search(f"{self.location}\n{html.unescape(self.text)}")
        return found.group() if found else None

    @property
    def own_text(self) -> str:
        """What people wrote: the text around our block."""
        before, _, rest = self.text.partition(FIRST_LINE)
        return before + rest.partition(LAST_LINE)[2]


class Household:
    """People, their apps, and the daemon that serves them."""

    def __init__(self, sandbox: Sandbox, app: App, daemon: Daemon | None = None) -> None:
        self.sandbox = sandbox
        self._daemon = daemon
        self._app = app
        self._own: Counter[str] = Counter()

    @property
    def daemon(self) -> Daemon:
        assert self._daemon is not None, "this household has no daemon"
        return self._daemon

    def email(self, person: int) -> str:
        email: str = self.sandbox.people[person]["email"]
        return email

    def add(self, person: int, **fields: Any) -> str:
        """Let a person make an event, and give its id."""
        event = google_event if self._app == "google" else outlook_event
        made: str = self._do(person, "POST", "", event(**fields))["id"]
        return made

    def edit(self, person: int, event_id: str, **fields: Any) -> None:
        """Let a person change an event."""
        self._do(person, "PATCH", event_id, fields)

    def delete(self, person: int, event_id: str) -> None:
        """Let a person delete an event."""
        self._do(person, "DELETE", event_id, None)

    def cancel(self, person: int, event_id: str) -> None:
        """Let an organiser cancel an event in Outlook, with a word to the guests."""
        url = f"{self.sandbox.address['microsoft']['api_base']}/me/events/{event_id}/cancel"
        token = self.sandbox.people[person]["microsoft"]["token"]
        self.sandbox.call("POST", url, {"comment": "Sorry"}, token=token)

    def seen(self, person: int, event_id: str) -> Shown:
        """Give an event as this person sees it."""
        if self._app == "google":
            raw = self.sandbox.google(person, "GET", event_id)
            return Shown(
                raw.get("summary", ""), raw.get("location", ""), raw.get("description", ""), raw
            )
        raw = self.sandbox.outlook(person, "GET", event_id)
        return Shown(raw["subject"], raw["location"]["displayName"], raw["body"]["content"], raw)

    def _do(self, person: int, method: str, event_id: str, body: Any) -> dict[str, Any]:
        if self._app == "outlook":
            return self.sandbox.outlook(person, method, event_id, body)
        path = "/calendars/{calendarId}/events" + ("/{eventId}" if event_id else "")
        self._own[f"google {method} {path}"] += 1
        return self.sandbox.google(person, method, event_id, body)

    def linked(
        self, person: int, event_id: str, *, other_than: Collection[str | None] = ()
    ) -> Shown:
        """Wait for the link of a living meeting in an event, and give the event."""

        def look() -> Shown | None:
            shown = self.seen(person, event_id)
            is_new = shown.link is not None and shown.link not in other_than
            return shown if is_new and shown.link in self.meetings() else None

        return until(f"the link in {event_id}", look)

    def all_linked(self, events: Iterable[tuple[int, str]]) -> list[Shown]:
        """Wait for the links of several events."""
        return [self.linked(person, event_id) for person, event_id in events]

    def meetings(self) -> dict[str, dict[str, Any]]:
        """Give the living meetings by their join links."""
        return {meeting["join_url"]: meeting for meeting in self.sandbox.meetings()}

    def gone(self, links: Iterable[str | None]) -> None:
        """Wait until none of these meetings lives any more."""
        wanted = set(links)
        until("the meetings are deleted", lambda: wanted.isdisjoint(self.meetings()) or None)

    def polls(self, count: int) -> None:
        """Let every calendar be read so many times: each read ends the work of the one before."""
        wanted = self._read() + count * len(self.sandbox.people) + 2
        until(f"{count} polls", lambda: self._read() >= wanted or None)

    def _read(self) -> int:
        provider, operation = _LISTINGS[self._app]
        count: int = self.sandbox.state()["requests"].get(provider, {}).get(operation, 0)
        return count

    def writes(self) -> Counter[str]:
        """Count what the daemon has written so far, by provider and operation."""
        done: Counter[str] = Counter()
        for provider, operations in self.sandbox.state()["requests"].items():
            for operation, count in operations.items():
                is_read = operation.startswith("GET") or "token" in operation
                is_ours = "/me/" not in operation and "_knobs" not in operation
                if is_ours and not is_read:
                    done[f"{provider} {operation}"] = count
        return done - self._own

    @contextmanager
    def spending(self) -> Iterator[Counter[str]]:
        """Give what the daemon writes during the block and the polls after it."""
        before, spent = self.writes(), Counter[str]()
        yield spent
        self.polls(2)
        spent.update(self.writes() - before)

    def mails(self, event_id: str) -> list[tuple[str, str]]:
        """Give the mails about an event: to whom, and why."""
        names = {event_id}
        if self._app == "outlook":
            names = {event["iCalUId"] for event in self.every_copy(event_id)}
        return [
            (m["to"], m["reason"]) for m in self.sandbox.state()["mails"] if m["event"] in names
        ]

    def every_copy(self, event_id: str) -> list[dict[str, Any]]:
        """Give all that the sandbox keeps of an event under this id."""
        provider = "google" if self._app == "google" else "microsoft"
        calendars = self.sandbox.state()[provider]["calendars"].values()
        return [e for calendar in calendars for e in calendar["events"] if e["id"] == event_id]

    def waiting(self) -> dict[str, dict[str, Any]]:
        """Give the events that wait, by id, as `syncd status` tells them."""
        return {line["event"]: line for line in self.ask("status")["waiting"]}

    def states(self) -> dict[str, str]:
        """Give the state of every event that `syncd links` tells of."""
        return {line["event"]: line["state"] for line in self.ask("links")}

    def ask(self, *words: str) -> Any:
        return json.loads(syncd(*words, "--json", "--config", str(self.sandbox.config)))

    def told(self, message: str, event_id: str) -> None:
        """Wait until the log says this of an event."""
        until(
            f"{message!r} of {event_id}",
            lambda: (
                any(
                    record["message"] == message and record.get("event") == event_id
                    for record in self.daemon.records()
                )
                or None
            ),
        )


@contextmanager
def household(
    directory: Path, app: App, configure: Callable[[Sandbox], None] = lambda _: None
) -> Iterator[Household]:
    """Give five people with one calendar each, polled every second, and a daemon that is ready."""
    sandbox = Sandbox(directory / "sandbox", people=5)
    try:
        sandbox.set('interval: "2s"', 'interval: "1s"')
        # What is counted here is counted at once, and without the one try of Google's button.
        sandbox.set('hold_off: "5s"', 'hold_off: "5s"\n  debounce: "0s"')
        sandbox.set("google:\n", 'google:\n  conference_data: "never"\n')
        only = "google:primary" if app == "google" else "microsoft:primary"
        sandbox.set('["google:primary", "microsoft:primary"]', f'["{only}"]')
        configure(sandbox)
        daemon = Daemon(sandbox.config)
        try:
            yield Household(sandbox, app, daemon.ready())
        finally:
            daemon.stop()
    finally:
        sandbox.stop()


def person_setting(sandbox: Sandbox, email: str, setting: str) -> None:
    """Write one more setting, as JSON without its braces, under a person."""
    sandbox.set(f'"{email}", ', f'"{email}", {setting}, ')
