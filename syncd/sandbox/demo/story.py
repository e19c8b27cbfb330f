"""The story itself: marked in four ways, linked, one moved, one unmarked, one deleted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from syncd.sandbox.demo.events import Entry, GoogleEntry, OutlookEntry
from syncd.sandbox.demo.person import Person

# Far above what any step takes: the daemon polls every second here.
_PATIENCE = 30.0

Zoom = Callable[[], dict[str, Any]]
"""The state of the sandbox's Zoom: `meetings` and `deleted`."""


class StoryBroken(Exception):
    """Something that was promised did not happen; the message says what."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened, and how many seconds after its cause."""

    step: str
    person: str
    app: str
    title: str
    what: str
    seconds: float


@dataclass(slots=True)
class Story:
    """Plays the story and collects what happened."""

    people: Sequence[Person]
    zoom: Zoom
    tell: Callable[[Told], None]
    now: datetime
    told: list[Told] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    async def play(self) -> None:
        """Play it to the end; StoryBroken when a promise is not kept."""
        first, second, third, fourth = self._cast()
        self.entries += (first, second, third, fourth)
        await asyncio.gather(*(self._linked(entry) for entry in self.entries))
        await self._moved(first)
        await asyncio.gather(self._unmarked(third), self._deleted(fourth))

    def _cast(self) -> tuple[GoogleEntry, GoogleEntry, OutlookEntry, OutlookEntry]:
        ana, bo, cem, dana = self.people
        base = self.now.replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
        return (
            GoogleEntry(
                ana,
                title="Design review",
                start=base,
                marked_by="the word 'zoom' in the location",
                location="zoom",
            ),
            GoogleEntry(
                bo,
                title="Sprint planning #zoom",
                start=base + timedelta(hours=1),
                marked_by="the tag #zoom in the title",
                location="Room 4.12",
            ),
            OutlookEntry(
                cem,
                title="Budget",
                start=base + timedelta(hours=2),
                marked_by="the category Zoom",
                text="Please read the draft.",
                category="Zoom",
            ),
            OutlookEntry(
                dana,
                title="Interview",
                start=base + timedelta(hours=3),
                marked_by="the tag #zoom in the text",
                text="With two of us, #zoom please.",
            ),
        )

    async def _linked(self, entry: Entry) -> None:
        began = _seconds()
        await entry.create()
        link = await self._until(f"{entry.title!r} has its link", lambda: self._link_of(entry))
        self._note("linked", entry, link, since=began)

    async def _link_of(self, entry: Entry) -> str | None:
        shown = await entry.shown()
        return shown.link if shown else None

    async def _moved(self, entry: Entry) -> None:
        began = _seconds()
        await entry.move(by=timedelta(days=1), minutes=45)
        wanted = (f"{entry.start:%Y-%m-%dT%H:%M:%SZ}", 45)

        async def followed() -> str | None:
            meeting = self._meeting_of(await self._link_of(entry))
            times = meeting and (meeting["start_time"], meeting["duration"])
            return f"meeting now at {wanted[0]}, {wanted[1]} minutes" if times == wanted else None

        what = await self._until("the meeting follows", followed)
        self._note("rescheduled", entry, what, since=began)

    async def _unmarked(self, entry: OutlookEntry) -> None:
        began = _seconds()
        link = await self._link_of(entry)
        await entry.unmark()

        async def gone() -> str | None:
            left = await self._link_of(entry) is None and self._meeting_of(link) is None
            return "link taken out, meeting deleted" if left else None

        self._note("unmarked", entry, await self._until("the link goes", gone), since=began)

    async def _deleted(self, entry: Entry) -> None:
        began = _seconds()
        link = await self._link_of(entry)
        await entry.delete()

        async def gone() -> str | None:
            return "meeting deleted" if self._meeting_of(link) is None else None

        self._note("deleted", entry, await self._until("the meeting goes", gone), since=began)

    def _meeting_of(self, link: str | None) -> dict[str, Any] | None:
        return next((m for m in self.zoom()["meetings"] if m["join_url"] == link), None)

    async def _until(self, what: str, look: Callable[[], Awaitable[str | None]]) -> str:
        """Look again and again until there is something to see."""
        end = _seconds() + _PATIENCE
        while _seconds() < end:
            if (seen := await look()) is not None:
                return seen
            await asyncio.sleep(0.1)
        raise StoryBroken(f"{what}: not within {_PATIENCE:.0f} seconds")

    def _note(self, step: str, entry: Entry, what: str, *, since: float) -> None:
        told = Told(
            step, entry.person.name, entry.app, entry.title, what, round(_seconds() - since, 1)
        )
        self.told.append(told)
        self.tell(told)


def _seconds() -> float:
    return asyncio.get_running_loop().time()
