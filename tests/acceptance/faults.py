"""Faults as the sandbox takes them, and people whose events go through them."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.acceptance.processes import Sandbox, google_event, outlook_event, syncd, until

GOOGLE_TOKEN = ("google", "POST /token")
GOOGLE_LIST = ("google", "GET /calendars/{calendarId}/events")
GOOGLE_GET = ("google", "GET /calendars/{calendarId}/events/{eventId}")
GOOGLE_PATCH = ("google", "PATCH /calendars/{calendarId}/events/{eventId}")
GRAPH_TOKEN = ("microsoft", "POST /{tenant}/oauth2/v2.0/token")
GRAPH_DELTA = ("microsoft", "GET /users/{user-id}/calendarView/delta")
GRAPH_GET = ("microsoft", "GET /users/{user-id}/events/{event-id}")
GRAPH_PATCH = ("microsoft", "PATCH /users/{user-id}/events/{event-id}")
ZOOM_TOKEN = ("zoom", "POST /oauth/token")
ZOOM_CREATE = ("zoom", "POST /users/{userId}/meetings")
ZOOM_GET = ("zoom", "GET /meetings/{meetingId}")
ZOOM_UPDATE = ("zoom", "PATCH /meetings/{meetingId}")
ZOOM_DELETE = ("zoom", "DELETE /meetings/{meetingId}")
ZOOM_LIST = ("zoom", "GET /users/{userId}/meetings")


def google_says(status: int, reason: str) -> dict[str, Any]:
    error = {"domain": "global", "reason": reason, "message": reason}
    body = {"error": {"errors": [error], "code": status, "message": reason}}
    return {"status": status, "body": body}


def graph_says(status: int, code: str) -> dict[str, Any]:
    return {"status": status, "body": {"error": {"code": code, "message": code}}}


def zoom_says(status: int, code: int, message: str) -> dict[str, Any]:
    return {"status": status, "body": {"code": code, "message": message}}


def strike(
    sandbox: Sandbox, where: tuple[str, str], kind: str = "status", count: int = 1, **more: Any
) -> None:
    sandbox.fault(provider=where[0], operation=where[1], kind=kind, count=count, **more)


def spared(sandbox: Sandbox) -> None:
    """End all faults."""
    sandbox.call("DELETE", sandbox.address["control"] + "/faults")


def advance(sandbox: Sandbox, seconds: int) -> None:
    sandbox.call("POST", sandbox.address["control"] + "/advance", {"seconds": seconds})


def calls(sandbox: Sandbox) -> Counter[tuple[str, str]]:
    requests = sandbox.state()["requests"]
    return Counter({(name, one): n for name, ones in requests.items() for one, n in ones.items()})


def status(sandbox: Sandbox) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(syncd("status", "--json", "--config", str(sandbox.config)))
    return told


def unwell(sandbox: Sandbox) -> dict[str, Any]:
    """Give what is not as it should be: accounts, calendars and waiting events by name."""
    told = status(sandbox)
    accounts = {f"{a['provider']}:{a['address']}": a for a in told["accounts"]}
    lines = accounts | {c["calendar"]: c for c in told["calendars"]}
    waiting = {line["event"]: line for line in told["waiting"]}
    return {name: line for name, line in lines.items() if line["state"] != "ok"} | waiting


def well(sandbox: Sandbox) -> None:
    until("nothing is wrong any more", lambda: None if unwell(sandbox) else True)


@dataclass
class Marked:
    """An event somebody marked."""

    sandbox: Sandbox
    person: int
    app: str
    event_id: str = field(default="")

    def __post_init__(self) -> None:
        if self.app == "google":
            body = google_event(location="zoom")
            self.event_id = self.sandbox.google(self.person, "POST", body=body)["id"]
        else:
            body = outlook_event(categories=["Zoom"])
            self.event_id = self.sandbox.outlook(self.person, "POST", body=body)["id"]

    def location(self) -> str:
        if self.app == "google":
            shown: str = self.sandbox.google(self.person, "GET", self.event_id).get("location", "")
            return shown
        event = self.sandbox.outlook(self.person, "GET", self.event_id)
        return str(event["location"]["displayName"])

    def link(self) -> str:
        """Wait for the link, and give it."""

        def seen() -> str | None:
            location = self.location()
            return location if location.startswith("https://") else None

        return until("the link", seen)

    def rename(self, title: str) -> None:
        call = self.sandbox.google if self.app == "google" else self.sandbox.outlook
        key = "summary" if self.app == "google" else "subject"
        call(self.person, "PATCH", self.event_id, {key: title})

    def delete(self) -> None:
        call = self.sandbox.google if self.app == "google" else self.sandbox.outlook
        call(self.person, "DELETE", self.event_id)


def links_are_alive(sandbox: Sandbox, *marked: Marked) -> None:
    """See that every event shows the link of a living meeting of its own."""
    shown = [one.link() for one in marked]
    living = {meeting["join_url"] for meeting in sandbox.meetings()}
    assert set(shown) <= living
    assert len(set(shown)) == len(shown)
