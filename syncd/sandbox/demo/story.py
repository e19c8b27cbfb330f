"""How a story is told: what happens is waited for, timed, and told; a broken promise ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from syncd.sandbox.demo.entry import Entry
from syncd.sandbox.demo.person import Shown

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
    """Waits for what is promised, and keeps and tells what happened."""

    zoom: Zoom
    tell: Callable[[Told], None]
    patience: float = 25.0
    """Seconds; far above what any step takes, for the daemon polls every second here."""
    told: list[Told] = field(default_factory=list)

    async def told_when(
        self, step: str, entry: Entry, promise: str, look: Callable[[], Awaitable[str | None]]
    ) -> None:
        """Look until there is something to tell of; StoryBroken when there never is."""
        began = _seconds()
        what = await self._until(f"{entry.title!r}: {promise}", look)
        self._tell(step, entry, what, since=began)

    async def told_if_it_stays(
        self,
        step: str,
        entry: Entry,
        what: str,
        look: Callable[[], Awaitable[bool]],
        *,
        seconds: float,
    ) -> None:
        """Look for a while and tell that all stayed as it was; StoryBroken as soon as it did not."""
        began = _seconds()
        while await look():
            if _seconds() >= began + seconds:
                break
            await asyncio.sleep(0.2)
        else:
            raise StoryBroken(f"{entry.title!r} should have been: {what}")
        self._tell(step, entry, what, since=began)

    def meeting_of(self, link: str | None) -> dict[str, Any] | None:
        """Give the living meeting with this link."""
        return next((m for m in self.zoom()["meetings"] if m["join_url"] == link), None)

    async def _until(self, promise: str, look: Callable[[], Awaitable[str | None]]) -> str:
        end = _seconds() + self.patience
        while (seen := await look()) is None:
            if _seconds() >= end:
                raise StoryBroken(f"{promise}: not within {self.patience:.0f} seconds")
            await asyncio.sleep(0.1)
        return seen

    def _tell(self, step: str, entry: Entry, what: str, *, since: float) -> None:
        seconds = round(_seconds() - since, 1)
        told = Told(step, entry.person.name, entry.app, entry.title, what, seconds)
        self.told.append(told)
        self.tell(told)


async def seen(entry: Entry) -> Shown:
    """Give an event that must be there; StoryBroken when it is not."""
    shown = await entry.shown()
    if shown is None:
        raise StoryBroken(f"{entry.title!r} is gone")
    return shown


def in_short(link: str) -> str:
    """Write a link without its scheme and its secret half; of Teams' long ones only the site."""
    short = link.partition("?")[0].removeprefix("https://")
    return short.partition("/")[0] if "/meetup-join/" in short else short


def _seconds() -> float:
    return asyncio.get_running_loop().time()
