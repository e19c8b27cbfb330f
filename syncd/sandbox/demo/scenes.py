"""The scenes of the story: what people do with their events, and what must follow from it.

All are played at the same time, each with an event of its own.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from syncd.sandbox.demo.cast import Cast
from syncd.sandbox.demo.entry import Entry
from syncd.sandbox.demo.google_entry import GoogleEntry
from syncd.sandbox.demo.outlook_entry import OutlookEntry
from syncd.sandbox.demo.story import Story, StoryBroken, in_short, seen

# Longer than an edit is held back and than any poll takes: by then a reaction would have come.
_LONG_ENOUGH = 7.0


async def play_all(story: Story, cast: Cast, add: list[Entry]) -> None:
    """Play all scenes; `add` gets the events that come up on the way.

    StoryBroken names every promise that was not kept.
    """
    results = await asyncio.gather(
        _rescheduled(story, cast.rescheduled),
        _series(story, cast.series),
        _copied(story, cast.copied, add),
        _opted_out(story, cast.opted_out),
        _to_meet_and_back(story, cast.to_meet),
        _unmarked(story, cast.unmarked),
        _deleted(story, cast.deleted),
        _to_teams(story, cast.to_teams),
        _linked(story, cast.ruled),
        _left_alone(story, cast.bystander),
        return_exceptions=True,
    )
    broken = [one for one in results if isinstance(one, StoryBroken)]
    for one in results:
        if isinstance(one, BaseException) and not isinstance(one, StoryBroken):
            raise one
    if broken:
        raise StoryBroken("; ".join(str(one) for one in broken))


async def _linked(story: Story, entry: Entry) -> str:
    """Make the event and wait for its link."""
    await entry.create()
    await _has_link(story, entry, "linked")
    return (await seen(entry)).link or ""


async def _has_link(story: Story, entry: Entry, step: str, *, other_than: str = "") -> None:
    async def look() -> str | None:
        link = (await seen(entry)).zoom
        is_new = link is not None and link != other_than and story.meeting_of(link) is not None
        return in_short(link) if link is not None and is_new else None

    await story.told_when(step, entry, "gets the link of a meeting", look)


async def _rescheduled(story: Story, entry: Entry) -> None:
    link = await _linked(story, entry)
    await entry.move(by=timedelta(days=1), minutes=45)
    wanted = (f"{entry.start:%Y-%m-%dT%H:%M:%SZ}", 45)

    async def look() -> str | None:
        meeting = story.meeting_of(link)
        times = meeting and (meeting["start_time"], meeting["duration"])
        same = (await seen(entry)).link == link
        told = f"same link, meeting now on {entry.start:%d %B at %H:%M} UTC, 45 minutes"
        return told if times == wanted and same else None

    await story.told_when("rescheduled", entry, "its meeting follows and keeps its link", look)


async def _series(story: Story, entry: GoogleEntry) -> None:
    link = await _linked(story, entry)
    meeting = story.meeting_of(link)
    one = await entry.move_second(by=timedelta(hours=2))

    async def look() -> bool:
        alone = [m for m in story.zoom()["meetings"] if m["topic"] == entry.title]
        return one.link == link and alone == [meeting]

    what = "one occurrence moved: same link, still one meeting, nothing to do at Zoom"
    await story.told_if_it_stays("series", entry, what, look, seconds=_LONG_ENOUGH)


async def _copied(story: Story, entry: GoogleEntry, add: list[Entry]) -> None:
    link = await _linked(story, entry)
    original = await seen(entry)
    copy = await entry.duplicate()
    add.append(copy)
    await _has_link(story, copy, "copied", other_than=link)
    if await seen(entry) != original or story.meeting_of(link) is None:
        raise StoryBroken(f"{entry.title!r} was changed by a copy of it")


async def _opted_out(story: Story, entry: GoogleEntry) -> None:
    link = await _linked(story, entry)
    await entry.strip()
    what = "link taken out by hand, meeting deleted"
    await _is_gone(story, entry, step="opted out", link=link, what=what)


async def _unmarked(story: Story, entry: OutlookEntry) -> None:
    link = await _linked(story, entry)
    await entry.unmark()
    what = "category taken away: link and meeting gone"
    await _is_gone(story, entry, step="unmarked", link=link, what=what)


async def _is_gone(story: Story, entry: Entry, *, step: str, link: str, what: str) -> None:
    async def look() -> str | None:
        gone = (await seen(entry)).link is None and story.meeting_of(link) is None
        return what if gone else None

    await story.told_when(step, entry, "loses link and meeting", look)


async def _deleted(story: Story, entry: Entry) -> None:
    link = await _linked(story, entry)
    await entry.delete()

    async def look() -> str | None:
        return "event deleted, meeting deleted" if story.meeting_of(link) is None else None

    await story.told_when("deleted", entry, "its meeting is deleted", look)


async def _to_meet_and_back(story: Story, entry: GoogleEntry) -> None:
    await _to_native(story, entry, "#meet", "Meet")
    meet = (await seen(entry)).native or ""
    await entry.retext("#meet", "#zoom")

    async def look() -> str | None:
        shown = await seen(entry)
        is_back = shown.native is None and story.meeting_of(shown.zoom) is not None
        return f"back to Zoom: {in_short(shown.zoom)}" if shown.zoom and is_back else None

    await story.told_when("switched", entry, f"gets a Zoom link in place of {meet}", look)


async def _to_teams(story: Story, entry: OutlookEntry) -> None:
    await _to_native(story, entry, "#teams", "Teams")


async def _to_native(story: Story, entry: Entry, tag: str, name: str) -> None:
    zoom = await _linked(story, entry)
    await entry.retext("#zoom", tag)

    async def look() -> str | None:
        shown = await seen(entry)
        is_over = shown.zoom is None and story.meeting_of(zoom) is None
        told = f"from Zoom to {name}, Zoom meeting deleted: {in_short(shown.native or '')}"
        return told if shown.native and is_over else None

    await story.told_when("switched", entry, f"gets {name} and its Zoom meeting goes", look)


async def _left_alone(story: Story, entry: Entry) -> None:
    await entry.create()
    before = await seen(entry)

    async def look() -> bool:
        return await seen(entry) == before

    what = "nobody asked, nothing was done"
    await story.told_if_it_stays("left alone", entry, what, look, seconds=_LONG_ENOUGH)
