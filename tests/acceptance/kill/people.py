"""People who mark, unmark, rename, move and delete events, whatever the daemon does meanwhile."""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any, Literal

from tests.acceptance.processes import Sandbox

App = Literal["google", "outlook"]
Deed = Literal["mark", "rename", "move", "unmark", "mark again", "wipe", "delete"]
Style = Literal["location", "text", "title", "category"]

_STYLES: dict[App, tuple[Style, ...]] = {
    "google": ("location", "text", "title"),
    "outlook": ("location", "category"),
}
TITLE_MARK = " #zoom"
# What people do, and how often.
_DEEDS: dict[Deed, int] = {
    "mark": 8,
    "rename": 3,
    "move": 3,
    "unmark": 2,
    "mark again": 2,
    "wipe": 1,
    "delete": 2,
}


@dataclass
class Entry:
    """An event that somebody made, and what is to become of it."""

    person: int
    app: App
    style: Style
    number: int
    hour: int = 9
    id: str = ""
    is_wanted: bool = True
    is_deleted: bool = False
    is_wiped: bool = False
    says_no: bool = False
    name: int = 0

    @property
    def title(self) -> str:
        """Its title without a mark; a word against links is part of it."""
        return f"Talk {self.number}.{self.name}" + (" #nozoom" if self.says_no else "")

    @property
    def own_text(self) -> str:
        """What its person wrote into it."""
        if self.is_wiped:
            return ""
        return f"Please read draft {self.number}." + (" #zoom" if self.style == "text" else "")


class People:
    """All who use the sandbox's calendars. Each deed writes only what that person has in mind."""

    def __init__(self, sandbox: Sandbox, moments: random.Random) -> None:
        self._sandbox = sandbox
        self._moments = moments
        self.entries: list[Entry] = []
        self.done: Counter[str] = Counter()

    def act(self) -> None:
        """Let somebody do something."""
        deed = self._moments.choices([*_DEEDS], weights=[*_DEEDS.values()])[0]
        if deed == "mark":
            self._mark()
            return
        candidates = [entry for entry in self.entries if _fits(deed, entry)]
        if not candidates:
            return
        entry = self._moments.choice(candidates)
        _change(deed, entry, self._moments)
        if deed == "delete":
            self._call(entry, "DELETE", None)
        else:
            self._call(entry, "PATCH", _fields(deed, entry))
        self.done[deed] += 1

    def _mark(self) -> None:
        app = self._moments.choice([*_STYLES])
        entry = Entry(
            person=self._moments.randrange(len(self._sandbox.people)),
            app=app,
            style=self._moments.choice(_STYLES[app]),
            number=len(self.entries),
        )
        body = _times(entry) | _title(entry) | _text(entry) | _location(entry)
        if entry.style == "category":
            body["categories"] = ["Zoom"]
        entry.id = self._call(entry, "POST", body)["id"]
        self.entries.append(entry)
        self.done["mark"] += 1

    def _call(self, entry: Entry, method: str, body: object) -> dict[str, Any]:
        call = self._sandbox.google if entry.app == "google" else self._sandbox.outlook
        return call(entry.person, method, entry.id, body)


def _fits(deed: Deed, entry: Entry) -> bool:
    if entry.is_deleted:
        return False
    if deed == "mark again":
        return not entry.is_wanted
    if deed == "wipe":
        return entry.is_wanted and entry.style == "location"
    return deed != "unmark" or entry.is_wanted


def _change(deed: Deed, entry: Entry, moments: random.Random) -> None:
    match deed:
        case "rename":
            entry.name += 1
        case "move":
            entry.hour = moments.randint(6, 20)
        case "unmark":
            entry.is_wanted, entry.says_no = False, entry.style != "category"
        case "mark again":
            entry.is_wanted, entry.says_no = True, False
        case "wipe":
            entry.is_wanted, entry.is_wiped = False, True
        case "delete":
            entry.is_wanted, entry.is_deleted = False, True
        case "mark":
            entry.is_wanted = True


def _fields(deed: Deed, entry: Entry) -> dict[str, Any]:
    if deed == "move":
        return _times(entry)
    if deed == "rename":
        return _title(entry)
    if deed == "wipe":
        return _text(entry) | _place(entry, "")
    # Marking again is like marking, unmarking is a word against it or one category less.
    if entry.style == "category":
        return {"categories": ["Zoom"] if entry.is_wanted else []}
    return _title(entry) | (_location(entry) if entry.is_wanted else {})


def _title(entry: Entry) -> dict[str, Any]:
    mark = TITLE_MARK if entry.style == "title" and entry.is_wanted else ""
    return {"summary" if entry.app == "google" else "subject": entry.title + mark}


def _text(entry: Entry) -> dict[str, Any]:
    if entry.app == "google":
        return {"description": entry.own_text}
    content = f"<p>{entry.own_text}</p>" if entry.own_text else ""
    return {"body": {"contentType": "html", "content": content}}


def _location(entry: Entry) -> dict[str, Any]:
    return _place(entry, "zoom") if entry.style == "location" else {}


def _place(entry: Entry, place: str) -> dict[str, Any]:
    return {"location": place if entry.app == "google" else {"displayName": place}}


def _times(entry: Entry) -> dict[str, Any]:
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 2 * 86_400))
    return {
        name: {"dateTime": f"{day}T{entry.hour:02}:{minute}:00", "timeZone": "UTC"}
        for name, minute in (("start", "00"), ("end", "30"))
    }
