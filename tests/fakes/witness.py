"""A witness of every call that the engine makes: it knows the rules that no call may ever break.

It stands between the engine and whatever goes wrong, so that it sees what the engine sees: an answer,
an error, or nothing at all because the process died. What it finds it only notes, in `violations`:
an error raised here would be one more that the engine is good at surviving.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from syncd.core.binding import IntentKind
from syncd.core.event import AskMeet, AskTeams, Event, EventChange
from syncd.core.ids import CalendarKey, EventRef
from syncd.core.linkblock import FIRST_LINE, LAST_LINE
from syncd.core.marks import marker_in
from syncd.core.meeting import Host, ListedMeeting, Meeting, MeetingChange, MeetingSpec
from syncd.core.series import Instance
from syncd.engine.deps import Timing
from syncd.ports.calendar import CalendarProvider, ChangePage
from syncd.ports.errors import NotFound, OutcomeUnknown, ProviderError
from syncd.ports.meetings import MeetingProvider
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


class WitnessedCalendars:
    """Calendars under a witness."""

    def __init__(self, inner: CalendarProvider, witness: Witness) -> None:
        self._inner = inner
        self._witness = witness

    def changes(self, calendar: CalendarKey, cursor: str | None) -> AsyncIterator[ChangePage]:
        return self._inner.changes(calendar, cursor)

    def needs_full_read(self, cursor: str) -> bool:
        return self._inner.needs_full_read(cursor)

    async def get(self, ref: EventRef) -> Event:
        at, event = self._witness.clock.now(), None
        try:
            event = await self._inner.get(ref)
        except NotFound:
            self._note(at, ref, None)
            raise
        self._note(at, ref, event)
        return event

    async def instances(
        self, series: Event, *, begin: datetime, end: datetime
    ) -> tuple[Instance, ...]:
        return await self._inner.instances(series, begin=begin, end=end)

    async def write(self, event: Event, change: EventChange) -> Event:
        self._witness.may_write(event, change)
        after = await self._inner.write(event, change)
        self._note(self._witness.clock.now(), event.ref, after)
        return after

    def mails(self, event: Event, *, quiet: bool = False) -> int:
        return self._inner.mails(event, quiet=quiet)

    def _note(self, at: datetime, ref: EventRef, event: Event | None) -> None:
        is_stale = event != self._witness.calendars.event(ref)
        self._witness.looks[ref].append(Look(at, event, is_stale))


class WitnessedMeetings:
    """Zoom under a witness."""

    def __init__(self, inner: MeetingProvider, witness: Witness) -> None:
        self._inner = inner
        self._witness = witness

    async def create(self, host: str, spec: MeetingSpec, *, send_by: float) -> Meeting:
        witness, marker = self._witness, marker_in(spec.agenda) or ""
        if witness.clock.monotonic() > send_by:
            return await self._inner.create(host, spec, send_by=send_by)
        await witness.may_create(host, marker)
        post = Post(witness.clock.monotonic())
        witness.posts[marker].append(post)
        try:
            meeting = await self._inner.create(host, spec, send_by=send_by)
        except ProviderError as error:
            post.answer = "unknown" if isinstance(error, OutcomeUnknown) else "refused"
            raise
        post.answer, post.meeting_id = "made", meeting.id
        return meeting

    async def get(self, meeting_id: int) -> Meeting:
        return await self._inner.get(meeting_id)

    async def update(self, meeting_id: int, change: MeetingChange) -> None:
        await self._witness.may_change(meeting_id)
        await self._inner.update(meeting_id, change)

    async def update_occurrence(
        self, meeting_id: int, occurrence_id: str, *, start: datetime, duration_minutes: int
    ) -> None:
        await self._witness.may_change(meeting_id)
        await self._inner.update_occurrence(
            meeting_id, occurrence_id, start=start, duration_minutes=duration_minutes
        )

    async def delete_occurrence(self, meeting_id: int, occurrence_id: str) -> None:
        await self._witness.may_change(meeting_id)
        await self._inner.delete_occurrence(meeting_id, occurrence_id)

    async def invitation(self, meeting_id: int) -> str:
        return await self._inner.invitation(meeting_id)

    async def delete(self, meeting_id: int) -> None:
        await self._witness.may_delete(meeting_id)
        await self._inner.delete(meeting_id)

    async def listing(self, host: str) -> tuple[ListedMeeting, ...]:
        began = self._witness.clock.monotonic()
        listed = await self._inner.listing(host)
        present = {marker_in(meeting.agenda) for meeting in listed if not self._is_made(meeting)}
        for marker in self._witness.posts.keys() - present:
            self._witness.empty_lists[marker] = began
        for meeting in listed:
            self._found(meeting)
        return listed

    def _is_made(self, meeting: ListedMeeting) -> bool:
        """Tell whether an answer told of this meeting; a fresh one carries the same marker."""
        posts = self._witness.posts.get(marker_in(meeting.agenda) or "", [])
        return any(post.meeting_id == meeting.id for post in posts)

    def _found(self, meeting: ListedMeeting) -> None:
        """What was found in a list is no longer unknown."""
        if self._is_made(meeting):
            return
        for post in self._witness.posts.get(marker_in(meeting.agenda) or "", [])[-1:]:
            if post.answer == "unknown":
                post.answer, post.meeting_id = "made", meeting.id

    async def host(self, address: str) -> Host:
        return await self._inner.host(address)


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
