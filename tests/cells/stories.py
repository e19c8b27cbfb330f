"""What people do while a call fails, and what they must find when it no longer does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.behaviour.ground import AppName
from tests.cells.calls import ROWS
from tests.cells.stage import Row
from tests.cells.whole import WholePlay
from tests.cells.wire import Seen, Target


@dataclass(frozen=True)
class Story:
    """`begin` gives the event, `act` is what a person does to it, `end` what must have come of it.

    `mails` is how many the guest gets for it.
    """

    name: str
    begin: Callable[[WholePlay], Awaitable[str]]
    act: Callable[[WholePlay, str], Awaitable[object]]
    end: Callable[[WholePlay, str], Awaitable[None]]
    mails: int


@dataclass(frozen=True)
class Struck:
    """One call of the engine in one story, and the faults it meets; `row` says in whose words."""

    app: AppName
    story: Story
    row: Row
    target: Target
    faults: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.row} - {self.story.name}"


async def _bare(play: WholePlay) -> str:
    return await play.add(hours=240)


async def _linked(play: WholePlay) -> str:
    event = await play.linked(hours=240)
    play.clock.advance(7200)
    return event


async def _flag(play: WholePlay, event: str) -> None:
    await play.edit(event, title="Review #zoom")


async def _rename(play: WholePlay, event: str) -> None:
    await play.edit(event, title="Dinner")


async def _unflag(play: WholePlay, event: str) -> None:
    await play.edit(event, title="Review #nozoom")


async def _delete(play: WholePlay, event: str) -> None:
    await play.delete(event)


async def _wait(play: WholePlay, _event: str) -> None:
    await play.swept()


async def _shows(play: WholePlay, event: str) -> None:
    shown = await play.seen(event)
    [meeting] = (await play.meetings()).values()
    assert shown.link == meeting["join_url"]
    assert shown.has_block
    assert meeting["topic"] == shown.title


async def _shows_none(play: WholePlay, event: str) -> None:
    shown = await play.seen(event)
    assert shown.link is None
    assert not shown.has_block
    await _none_left(play, event)


async def _none_left(play: WholePlay, _event: str) -> None:
    assert not await play.meetings()


COMES = Story("a link comes", _bare, _flag, _shows, mails=1)
FOLLOWS = Story("the meeting follows", _linked, _rename, _shows, mails=0)
GOES = Story("the link goes", _linked, _unflag, _shows_none, mails=1)
ENDS = Story("the meeting goes", _linked, _delete, _none_left, mails=0)
RESTS = Story("the sweep comes", _linked, _wait, _shows, mails=0)

_NAMED = {str(row): row for row in ROWS}


_READ = ("401", "429 10^9", "503", "HTML", "wrong types")
_LIST = (*_READ, "404", "empty list", "slow drip", "gzip bomb", "depth 500", "302 elsewhere")
_WRITE = ("400", "403 not allowed", "412", "429 ISO 8601", "504", "read timeout", "100 MB")
_EVENT = (*_WRITE, "missing id", "307 elsewhere", "the handshake failed")


def _on(story: Story, row: str, request: str, faults: tuple[str, ...]) -> Struck:
    """Take the requests whose path begins and ends as `request` says."""
    method, _, path = request.partition(" ")
    head, _, end = path.partition("*")

    def hit(seen: Seen) -> bool:
        return seen.method == method and seen.path.startswith(head) and seen.path.endswith(end)

    app: AppName = "outlook" if row.startswith("Microsoft") else "google"
    return Struck(app, story, _NAMED[row], hit, faults)


_EVENTS = "/google/calendar/v3/calendars/primary/events"
_USERS = "/zoom/v2/users/"
_MEETING = "/zoom/v2/meetings/"
_GRAPH = "/microsoft/v1.0/users/ana@example.com/events/"

CALLS = (
    _on(COMES, "Google token (service account)", "POST /google/oauth/token*", _READ),
    _on(COMES, "Google events.list sync", f"GET {_EVENTS}*/events", _LIST),
    _on(COMES, "Google events.get", f"GET {_EVENTS}/*", _READ),
    _on(COMES, "Google events.patch", f"PATCH {_EVENTS}/*", _EVENT),
    _on(GOES, "Google events.patch", f"PATCH {_EVENTS}/*", _EVENT),
    _on(COMES, "Zoom token (server to server)", "POST /zoom/oauth/token*", _READ),
    _on(COMES, "Zoom meeting POST", f"POST {_USERS}*/meetings", _EVENT),
    _on(FOLLOWS, "Zoom meeting", f"GET {_MEETING}*", _READ),
    _on(FOLLOWS, "Zoom meeting PATCH", f"PATCH {_MEETING}*", _WRITE),
    _on(GOES, "Zoom meeting DELETE", f"DELETE {_MEETING}*", _WRITE),
    _on(ENDS, "Zoom meeting DELETE", f"DELETE {_MEETING}*", ("400", "504")),
    _on(RESTS, "Zoom meetings (list)", f"GET {_USERS}*/meetings", _LIST),
    _on(COMES, "Microsoft calendarView/delta", "GET /microsoft/*/delta", _LIST),
    _on(COMES, "Microsoft event", f"GET {_GRAPH}*", _READ),
    _on(COMES, "Microsoft event PATCH", f"PATCH {_GRAPH}*", _EVENT),
    _on(GOES, "Microsoft event PATCH", f"PATCH {_GRAPH}*", ("412", "read timeout")),
)
