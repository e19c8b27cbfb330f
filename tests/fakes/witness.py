"""A witness of every call that the engine makes: it knows the rules that no call may ever break.

It stands between the engine and whatever goes wrong, so that it sees what the engine sees: an answer,
an error, or nothing at all because the process died. What it finds it only notes, in `violations`:
an error raised here would be one more that the engine is good at surviving.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from syncd.core.binding import IntentKind
from syncd.core.event import AskMeet, AskTeams, Event, EventChange
from syncd.core.ids import EventRef
from syncd.core.linkblock import FIRST_LINE, LAST_LINE
from syncd.core.marks import marker_in
from syncd.core.meeting import Meeting
from syncd.engine.deps import Timing
from syncd.ports.store import Store
from tests.fakes.calendar import FakeCalendars
from tests.fakes.clock import FakeClock
from tests.fakes.meetings import FakeMeetings

LINK = "zoom.us/j/"


@dataclass
class Post:
    """One create: when it was sent, on the monotonic clock, and its answer as the engine knows it."""

    sent_at: float
    answer: Literal["made", "refused", "unknown"] = "unknown"
    meeting_id: int | None = None


@dataclass
class Look:
    """One read of an event: when it was begun, and what it showed; `stale` is known here alone."""

    at: datetime
    event: Event | None
    stale: bool


@dataclass(kw_only=True)
class Witness:
    """Checks each call as it is made; `asks` tells whether an event as seen asks for its link.

    `calendars` and `meetings` are the world itself, `store` the database with nothing before it.
    """

    calendars: FakeCalendars
    meetings: FakeMeetings
    store: Store
    clock: FakeClock
    hold_off: timedelta
    timing: Timing = field(default_factory=Timing)
    asks: Callable[[Event], bool] = lambda event: not event.cancelled
    asks_own: Callable[[Event], bool] = lambda event: False
    """Whether an event as seen asks for a conference of its calendar's provider."""
    fresh: int = 0
    """How many fresh meetings people have asked for beside a living one."""
    violations: list[str] = field(default_factory=list)
    posts: defaultdict[str, list[Post]] = field(default_factory=lambda: defaultdict(list))
    """By marker."""
    empty_lists: dict[str, float] = field(default_factory=dict)
    """By marker: when the last complete list without it was begun."""
    looks: defaultdict[EventRef, list[Look]] = field(default_factory=lambda: defaultdict(list))

    def check(self, holds: object, rule: str) -> None:
        """Note a rule that was broken."""
        if not holds:
            self.violations.append(rule)

    async def may_create(self, host: str, marker: str) -> None:
        """A create has its committed intent, and follows none that may have worked."""
        intents = await self.store.run(lambda tx: tx.journal.all_open())
        mine = [i for i in intents if i.kind is IntentKind.CREATE and i.marker == marker]
        key = await self.store.run(lambda tx: tx.journal.marker_key(marker))
        bound = await self.store.run(lambda tx: tx.bindings.by_key(key) if key else None)
        covered = [i for i in mine if bound and i.binding_id == bound.id and i.host == host]
        self.check(len(mine) == len(covered) == 1, "created without a committed intent")
        if self.posts[marker]:
            self._may_repeat(marker, self.posts[marker][-1])

    def _may_repeat(self, marker: str, last: Post) -> None:
        if last.answer == "made":
            alive = [p for p in self.posts[marker] if p.meeting_id in self.meetings.alive]
            self.check(len(alive) <= self.fresh, "created a second meeting")
        if last.answer == "unknown":
            enough = (self.timing.request + self.timing.grace).total_seconds()
            listed_at = self.empty_lists.get(marker, float("-inf"))
            self.check(listed_at >= last.sent_at + enough, "repeated a create blindly")

    async def may_delete(self, meeting_id: int) -> None:
        """Only what is ours, no event shows, and two looks wanted gone is deleted."""
        await self.may_change(meeting_id)
        url = self._known(meeting_id).join_url
        shown = [e for e in self._living() if url in _visible(e)]
        self.check(not shown, "deleted a meeting that an event shows")
        for binding in await self.store.run(lambda tx: tx.bindings.all()):
            if binding.meeting_id == meeting_id:
                self._looked_twice(binding.ref)
            if binding.retired_meeting_id == meeting_id:
                self._saw_it_replaced(binding.ref, url)

    async def may_change(self, meeting_id: int) -> None:
        """Only what is ours is touched."""
        marker = marker_in(self._known(meeting_id).agenda) or ""
        key = await self.store.run(lambda tx: tx.journal.marker_key(marker))
        self.check(key is not None, "touched a meeting of somebody else")

    def may_write(self, event: Event, change: EventChange) -> None:
        """A write changes something, and nothing that a person wrote."""
        self.check(not change.is_empty, "wrote nothing")
        body = event.body if change.body is None else change.body
        same = _around_block(event.body.text) == _around_block(body.text)
        self.check(same, "changed what a person wrote")
        location = event.location if change.location is None else change.location
        if isinstance(change.native, AskMeet | AskTeams):
            self.check(self.asks_own(event), "asked for a conference that nobody wants")
        elif (LINK in _visible(event) or change.drop_native) and LINK not in location + body.text:
            self._looked_twice(self._series_that_goes(event) or event.ref)

    def _series_that_goes(self, event: Event) -> EventRef | None:
        """An occurrence loses its link with its series: then that one was looked at twice."""
        series = EventRef(event.ref.calendar, event.series_id or "")
        last = self.looks[series][-1:]
        goes = last and (last[0].event is None or not self.asks(last[0].event))
        return series if goes else None

    def _looked_twice(self, ref: EventRef) -> None:
        """Two looks, a hold-off apart, and none in between that saw the event ask for its link."""
        agreeing: list[datetime] = []
        for look in reversed(self.looks[ref]):
            if look.event is not None and not look.stale and self.asks(look.event):
                break
            if not look.stale:
                agreeing.append(look.at)
        long_enough = agreeing and agreeing[0] - agreeing[-1] >= self.hold_off
        self.check(long_enough, "removed without two looks that agree, a hold-off apart")

    def _saw_it_replaced(self, ref: EventRef, url: str) -> None:
        """A hold-off long the event showed another conference, or nothing that it should have."""
        agreeing: list[datetime] = []
        for look in reversed(self.looks[ref]):
            if look.event is not None and not look.stale and not self._is_replaced(look.event, url):
                break
            if not look.stale:
                agreeing.append(look.at)
        long_enough = agreeing and agreeing[0] - agreeing[-1] >= self.hold_off
        self.check(long_enough, "deleted a meeting that nothing has replaced")

    def _is_replaced(self, event: Event, url: str) -> bool:
        is_ready = event.native is not None and not event.native.pending
        has_other = is_ready or LINK in _visible(event)
        return url not in _visible(event) and (has_other or not self.asks(event))

    async def look_at_rows(self) -> None:
        """One binding per event and per meeting; one open intent per binding, and none without."""
        bindings = await self.store.run(lambda tx: tx.bindings.all())
        meetings = [b.meeting_id for b in bindings if b.meeting_id is not None]
        self.check(len({b.key for b in bindings}) == len(bindings), "bound an event twice")
        self.check(len(set(meetings)) == len(meetings), "bound a meeting twice")
        intents = await self.store.run(lambda tx: tx.journal.all_open())
        owners = {i.binding_id for i in intents}
        self.check(len(owners) == len(intents), "left two intents of one binding open")
        self.check(owners <= {b.id for b in bindings}, "left an intent without its binding")

    def _known(self, meeting_id: int) -> Meeting:
        return (self.meetings.deleted | self.meetings.alive)[meeting_id]

    def _living(self) -> list[Event]:
        slots = [s for c in self.calendars._calendars.values() for s in c.slots.values()]
        return [slot.event for slot in slots if slot.event is not None]


def _visible(event: Event) -> str:
    return f"{event.location} {event.body.text}".replace("&amp;", "&")


def _around_block(text: str) -> str:
    """What stands around the block, found without the code under test."""
    before, first, rest = text.partition(FIRST_LINE)
    if not first:
        return text
    after = rest.partition(LAST_LINE)[2]
    before = before.removesuffix("<div>").removesuffix("\n\n")
    return before + after.removeprefix("</div>")
