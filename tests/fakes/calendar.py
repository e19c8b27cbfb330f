"""Calendars in memory: what people do in them, and what goes wrong."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Literal

from syncd.core.event import Attendee, Body, Event, EventChange, EventShape
from syncd.core.ids import CalendarKey, EventRef, Provider
from syncd.core.recurrence import Recurrence
from syncd.core.series import Instance
from syncd.ports.calendar import CalendarInfo, Change, Changed, ChangePage, Gone, NewEvent
from syncd.ports.clock import Clock
from syncd.ports.errors import (
    AuthLost,
    Forbidden,
    NotFound,
    OutcomeUnknown,
    ProviderError,
    Stale,
)
from tests.fakes.agenda import from_new, made_id, shown
from tests.fakes.calendar_events import applied, is_beyond, lasts, new_event, serial_of
from tests.fakes.conferences import FakeConferences
from tests.fakes.occurrences import instances, occurrence

Operation = Literal[
    "changes", "beyond", "get", "instances", "write", "calendars", "between", "create"
]

# What ended earlier is no part of a full read.
PAST = timedelta(days=1)


@dataclass
class _Slot:
    """One id of a calendar: the event as it is, as it was, and when it last changed."""

    event: Event | None
    former: Event | None
    serial: int


@dataclass
class _Calendar:
    slots: dict[str, _Slot] = field(default_factory=dict)
    generation: int = 0
    slipped_in: list[Change] = field(default_factory=list)


class FakeCalendars:
    """Any provider's calendars for any owners; keeps every promise of the port.

    A calendar exists once it is named. `writes` remembers every write that took effect. A listing
    has pages of `page_size` items, and is empty only when nothing changed. It ends at `window` from
    now, if there is one. `conferences` tells what becomes of a wish for a Meet, Teams or the Zoom button.
    """

    def __init__(self, clock: Clock, *, page_size: int = 2) -> None:
        self.writes: list[tuple[EventRef, EventChange]] = []
        self.calls: list[tuple[Operation, str]] = []
        self.full_read_due = False
        self.window: timedelta | None = None
        self.conferences = FakeConferences()
        self.others: list[CalendarInfo] = []
        """What everybody's list shows beside the main calendar."""
        self._clock = clock
        self._page_size = page_size
        self._calendars: defaultdict[CalendarKey, _Calendar] = defaultdict(_Calendar)
        self._serials = count(1)
        self._failures: defaultdict[Operation, deque[ProviderError]] = defaultdict(deque)
        self._lost_accounts: set[str] = set()
        self._lose_answer = False
        self._meanwhile: dict[EventRef, dict[str, Any]] = {}
        self._show_former: set[EventRef] = set()
        self._read_only: set[CalendarKey] = set()
        self._told: dict[CalendarKey, bool] = {}

    # What people do in the provider's own app.

    def add(
        self,
        calendar: CalendarKey,
        *,
        text: str = "",
        start: datetime | None = None,
        minutes: int = 30,
        guests: Collection[str] = (),
        **fields: Any,
    ) -> Event:
        """Make an event of the owner; `fields` are any other fields of `Event`."""
        serial = next(self._serials)
        event = new_event(calendar, serial, start or self._clock.now() + timedelta(days=1), minutes)
        event = replace(
            event,
            body=Body(text, event.body.format),
            attendees=tuple(Attendee(guest) for guest in guests),
            **fields,
        )
        return self._put(event)

    def add_series(
        self, calendar: CalendarKey, *, rule: str = "FREQ=WEEKLY", **fields: Any
    ) -> Event:
        """Make a series; the other arguments are those of `add`."""
        recurrence = Recurrence((rule,))
        return self.add(calendar, shape=EventShape.SERIES, recurrence=recurrence, **fields)

    def change_one(self, series: EventRef, original_start: datetime, **fields: Any) -> Event:
        """Change one occurrence by itself: it becomes an event with a copy of all fields."""
        return self._put(replace(occurrence(self._now(series), original_start), **fields))

    def cancel_one(self, series: EventRef, original_start: datetime) -> None:
        """Cancel one occurrence; Outlook tells of it only by its series, which is then a new version."""
        one = occurrence(self._now(series), original_start)
        is_told = series.calendar.provider is Provider.GOOGLE
        slots = self._calendars[series.calendar].slots
        slots[one.ref.event_id] = _Slot(
            None, self.event(one.ref) or one, next(self._serials) if is_told else 0
        )
        if not is_told:
            self._put(self._now(series))

    def split(self, series: EventRef, at: datetime, **fields: Any) -> Event:
        """Edit "this and following": the series ends before `at`, a new one with its fields begins."""
        old, serial = self._now(series), next(self._serials)
        until = f"UNTIL={at - timedelta(seconds=1):%Y%m%dT%H%M%SZ}"
        rule = old.recurrence.rules[0] if old.recurrence else ""
        self.edit(series, recurrence=Recurrence((f"{rule};{until}",)))
        fresh = new_event(series.calendar, serial, at, 30)
        new = replace(old, ref=fresh.ref, key=fresh.key, start=at, end=at + (old.end - old.start))
        return self._put(replace(new, **fields))

    def edit(self, ref: EventRef, **fields: Any) -> Event:
        """Change any fields of an event."""
        return self._put(replace(self._now(ref), **fields))

    def delete(self, ref: EventRef) -> None:
        slot = self._calendars[ref.calendar].slots[ref.event_id]
        slot.former, slot.event, slot.serial = slot.event, None, next(self._serials)

    def finish_conference(self, ref: EventRef) -> Event:
        """Let the provider decide about a pending conference, as `conferences` says by now."""
        return self._put(self.conferences.finished(self._now(ref)))

    def event(self, ref: EventRef) -> Event | None:
        """Give an event as it is now; None when it is deleted."""
        slot = self._calendars[ref.calendar].slots.get(ref.event_id)
        return slot.event if slot else None

    # What goes wrong.

    def fail_next(self, operation: Operation, error: ProviderError, *, times: int = 1) -> None:
        """Let the next calls raise instead of doing anything."""
        self._failures[operation].extend([error] * times)

    def lose_next_answer(self) -> None:
        """Let the next write or create take effect without its caller knowing."""
        self._lose_answer = True

    def change_meanwhile(self, ref: EventRef, **fields: Any) -> None:
        """Let a person change the event right before the next write of it."""
        self._meanwhile[ref] = fields

    def show_former(self, ref: EventRef) -> None:
        """Let the next `get` show the event as it was before its last change."""
        self._show_former.add(ref)

    def expire_cursors(self, calendar: CalendarKey) -> None:
        self._calendars[calendar].generation += 1

    def lose_account(self, owner: str) -> None:
        self._lost_accounts.add(owner)

    def restore_account(self, owner: str) -> None:
        self._lost_accounts.discard(owner)

    def share(self, calendar: CalendarKey, *, can_write: bool) -> None:
        """Give the right to write in a calendar or take it; the next listing tells."""
        if can_write:
            self._read_only.discard(calendar)
        else:
            self._read_only.add(calendar)

    def slip_in(self, calendar: CalendarKey, item: Change) -> None:
        """Let the next listing show one more item."""
        self._calendars[calendar].slipped_in.append(item)

    # The port.

    async def changes(self, calendar: CalendarKey, cursor: str | None) -> AsyncIterator[ChangePage]:
        self._enter("changes", calendar, str(calendar))
        self._told[calendar] = may_write = calendar not in self._read_only
        shelf = self._calendars[calendar]
        items, newest = self._since(shelf, serial_of(cursor, shelf.generation))
        shelf.slipped_in.clear()
        pages = [items[i : i + self._page_size] for i in range(0, len(items), self._page_size)]
        for page in pages[:-1]:
            yield ChangePage(tuple(page), None, may_write)
        last = tuple(pages[-1]) if pages else ()
        yield ChangePage(last, f"{shelf.generation}:{newest}", may_write)

    def needs_full_read(self, cursor: str) -> bool:
        return self.full_read_due

    async def beyond(self, calendar: CalendarKey) -> AsyncIterator[Change]:
        self._enter("beyond", calendar, str(calendar))
        edge = self._edge()
        for slot in list(self._calendars[calendar].slots.values()) if edge else ():
            if slot.event and (lasts(slot.event) or is_beyond(slot.event, edge)):
                yield Changed(slot.event)

    async def get(self, ref: EventRef) -> Event:
        self._enter("get", ref.calendar, str(ref))
        slot = self._calendars[ref.calendar].slots.get(ref.event_id)
        event = slot.event if slot else None
        if slot and ref in self._show_former:
            self._show_former.discard(ref)
            event = slot.former
        if event is None:
            raise NotFound("No such event.", code="event_gone")
        return replace(event, can_write=event.can_write and self._told.get(ref.calendar, True))

    async def instances(
        self, series: Event, *, begin: datetime, end: datetime
    ) -> tuple[Instance, ...]:
        self._enter("instances", series.ref.calendar, str(series.ref))
        slots = self._calendars[series.ref.calendar].slots
        changed = {event_id: slot.event for event_id, slot in slots.items()}
        return instances(self._now(series.ref), changed, begin=begin, end=end)

    async def write(self, event: Event, change: EventChange) -> Event:
        self._enter("write", event.ref.calendar, str(event.ref))
        if (fields := self._meanwhile.pop(event.ref, None)) is not None:
            self.edit(event.ref, **fields)
        now = self._now(event.ref)
        if now.version != event.version:
            raise Stale("Changed meanwhile.", code="event_changed")
        if event.ref.calendar in self._read_only:
            raise Forbidden("Nothing may be written.", code="read_only", remedy="Ask its owner.")
        if not now.can_write:
            raise Forbidden("Not this one.", code="forbidden")
        self.conferences.check(now, change)
        after = self._put(self.conferences.applied(applied(now, change), change))
        self.writes.append((event.ref, change))
        self.conferences.check_answer(after, change)
        return self._answered(after)

    async def calendars(self, owner: str) -> tuple[CalendarInfo, ...]:
        main = CalendarInfo(calendar_id="primary", name=owner, can_write=True)
        self._enter("calendars", CalendarKey(Provider.GOOGLE, owner, "primary"), owner)
        return (main, *self.others)

    async def between(
        self, calendar: CalendarKey, *, begin: datetime, end: datetime
    ) -> tuple[Event, ...]:
        self._enter("between", calendar, str(calendar))
        slots = self._calendars[calendar].slots
        return shown({one: slot.event for one, slot in slots.items()}, begin=begin, end=end)

    async def create(self, calendar: CalendarKey, new: NewEvent, *, key: str) -> Event:
        self._enter("create", calendar, str(calendar))
        if made_id(key) in self._calendars[calendar].slots:
            return self._now(EventRef(calendar, made_id(key)))
        return self._answered(self._put(from_new(calendar, new, key=key)))

    def mails(self, event: Event, *, quiet: bool = False) -> int:
        if quiet:
            return 0
        owner = event.ref.calendar.owner
        return sum(not a.is_resource and a.address != owner for a in event.attendees)

    def _answered(self, event: Event) -> Event:
        if self._lose_answer:
            self._lose_answer = False
            raise OutcomeUnknown("The answer was lost.", code="no_answer")
        return event

    def _enter(self, operation: Operation, calendar: CalendarKey, what: str) -> None:
        self.calls.append((operation, what))
        if calendar.owner in self._lost_accounts:
            raise AuthLost(f"No access for {calendar.owner}.", code="sign_in_refused")
        if self._failures[operation]:
            raise self._failures[operation].popleft()

    def _since(self, shelf: _Calendar, serial: int | None) -> tuple[list[Change], int]:
        newest = max((slot.serial for slot in shelf.slots.values()), default=0)
        items: list[Change] = []
        for event_id, slot in sorted(shelf.slots.items(), key=lambda pair: pair[1].serial):
            if is_beyond(slot.event, self._edge()):
                continue
            if serial is None:
                if slot.event and (lasts(slot.event) or slot.event.end > self._clock.now() - PAST):
                    items.append(Changed(slot.event))
            elif slot.serial > serial:
                items.append(Changed(slot.event) if slot.event else _gone(event_id, slot))
        return items + shelf.slipped_in, newest

    def _edge(self) -> datetime | None:
        return self._clock.now() + self.window if self.window is not None else None

    def _now(self, ref: EventRef) -> Event:
        event = self.event(ref)
        if event is None:
            raise NotFound("No such event.", code="event_gone")
        return event

    def _put(self, event: Event) -> Event:
        serial = next(self._serials)
        event = replace(event, version=f'"{serial}"', changed_at=self._clock.now())
        slots = self._calendars[event.ref.calendar].slots
        slot = slots.get(event.ref.event_id)
        slots[event.ref.event_id] = _Slot(event, slot.event if slot else None, serial)
        return event


def _gone(event_id: str, slot: _Slot) -> Gone:
    former = slot.former
    if former is None or former.ref.calendar.provider is not Provider.GOOGLE:
        return Gone(event_id)
    return Gone(event_id, former.series_id or "")
