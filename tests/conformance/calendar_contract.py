"""Every promise of the calendar port, to be kept by each adapter and by the fake.

A runner subclasses `CalendarContract` and gives the fixture `stage`: one calendar behind a
provider, and the person who owns it, working in the provider's own app.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, Protocol

import pytest

from syncd.core.event import EventShape
from syncd.core.ids import CalendarKey, EventRef
from syncd.ports.calendar import CalendarProvider, Change, Changed, ChangePage, Gone
from syncd.ports.errors import (
    AuthLost,
    CursorExpired,
    Forbidden,
    NotFound,
    Transient,
)

GUEST = "guest@elsewhere.example"


class CalendarStage(Protocol):
    """What the contract needs of a world behind a provider; it starts with an empty calendar."""

    @property
    def provider(self) -> CalendarProvider: ...

    @property
    def calendar(self) -> CalendarKey: ...

    @property
    def stranger(self) -> CalendarKey:
        """A calendar whose owner gives no access."""
        ...

    async def now(self) -> datetime:
        """Give the time of that world, UTC."""
        ...

    async def add(
        self, *, title: str, start: datetime, minutes: int, guests: tuple[str, ...] = ()
    ) -> str:
        """Make a single event as the owner does; gives its id."""
        ...

    async def edit(self, event_id: str, *, title: str) -> None: ...

    async def delete(self, event_id: str) -> None: ...

    async def expire_cursors(self) -> None: ...

    async def break_next(self, operation: Literal["changes", "get", "write"]) -> None:
        """Let the next call fail with 503 however often it is repeated, without any effect."""
        ...

    async def lose_next_write_answer(self) -> None:
        """Let the next write take effect and its answer get lost."""
        ...

    async def mails_sent(self) -> int:
        """Count the mails to attendees so far."""
        ...


async def pages(stage: CalendarStage, cursor: str | None) -> list[ChangePage]:
    return [page async for page in stage.provider.changes(stage.calendar, cursor)]


async def read(stage: CalendarStage, cursor: str | None) -> tuple[dict[str, Change], str]:
    """Read a whole run: the last item of each id, and the new cursor."""
    run = await pages(stage, cursor)
    newest = run[-1].cursor
    assert newest is not None
    return {_id_of(item): item for page in run for item in page.items}, newest


def _id_of(item: Change) -> str:
    return item.event.ref.event_id if isinstance(item, Changed) else item.event_id


async def add(stage: CalendarStage, title: str = "Lunch", *guests: str) -> str:
    start = await tomorrow(stage)
    return await stage.add(title=title, start=start, minutes=45, guests=guests)


async def tomorrow(stage: CalendarStage) -> datetime:
    return (await stage.now() + timedelta(days=1)).replace(minute=0, second=0, microsecond=0)


def ref(stage: CalendarStage, event_id: str) -> EventRef:
    return EventRef(stage.calendar, event_id)


class CalendarContract:
    async def test_a_full_read_of_an_empty_calendar_gives_a_cursor(self, stage: CalendarStage):
        items, cursor = await read(stage, None)
        assert items == {}
        assert cursor

    async def test_a_full_read_shows_every_event_over_its_pages(self, stage: CalendarStage):
        made = {await add(stage, f"Event {number}") for number in range(5)}
        items, _ = await read(stage, None)
        assert set(items) == made
        assert all(isinstance(item, Changed) for item in items.values())

    async def test_only_the_last_page_carries_a_cursor(self, stage: CalendarStage):
        for number in range(5):
            await add(stage, f"Event {number}")
        run = await pages(stage, None)
        assert len(run) > 1
        assert all(page.cursor is None for page in run[:-1])
        assert run[-1].cursor is not None

    async def test_nothing_changed_means_no_items_and_a_good_cursor(self, stage: CalendarStage):
        await add(stage)
        _, first = await read(stage, None)
        items, second = await read(stage, first)
        assert items == {}
        items, _ = await read(stage, second)
        assert items == {}

    async def test_a_new_event_comes_after_the_cursor(self, stage: CalendarStage):
        await add(stage, "Old")
        _, cursor = await read(stage, None)
        made = await add(stage, "New")
        items, _ = await read(stage, cursor)
        assert set(items) == {made}

    async def test_an_edited_event_comes_as_it_is_now(self, stage: CalendarStage):
        made = await add(stage, "Old")
        _, cursor = await read(stage, None)
        await stage.edit(made, title="New")
        items, _ = await read(stage, cursor)
        item = items[made]
        assert isinstance(item, Changed)
        assert item.event.title == "New"

    async def test_a_deleted_event_comes_as_gone(self, stage: CalendarStage):
        made = await add(stage)
        _, cursor = await read(stage, None)
        await stage.delete(made)
        items, _ = await read(stage, cursor)
        assert items == {made: Gone(made)}

    async def test_a_cursor_can_be_used_again(self, stage: CalendarStage):
        _, cursor = await read(stage, None)
        made = await add(stage)
        first, _ = await read(stage, cursor)
        second, _ = await read(stage, cursor)
        assert set(first) == set(second) == {made}

    async def test_an_expired_cursor_asks_for_a_full_read(self, stage: CalendarStage):
        made = await add(stage)
        _, cursor = await read(stage, None)
        await stage.expire_cursors()
        with pytest.raises(CursorExpired):
            await read(stage, cursor)
        items, _ = await read(stage, None)
        assert set(items) == {made}

    @pytest.mark.parametrize("cursor", ["", "nonsense", "{}", '{"epoch":"1","token":"2"}', "1:x"])
    async def test_a_cursor_of_no_known_form_asks_for_a_full_read(
        self, stage: CalendarStage, cursor: str
    ):
        with pytest.raises(CursorExpired):
            await read(stage, cursor)

    async def test_a_fresh_cursor_is_not_due_to_be_replaced(self, stage: CalendarStage):
        _, cursor = await read(stage, None)
        assert not stage.provider.needs_full_read(cursor)

    async def test_a_listing_that_breaks_raises(self, stage: CalendarStage):
        await stage.break_next("changes")
        with pytest.raises(Transient):
            await read(stage, None)

    async def test_get_shows_what_the_listing_shows(self, stage: CalendarStage):
        made = await add(stage, "Lunch", GUEST)
        items, _ = await read(stage, None)
        assert items[made] == Changed(await stage.provider.get(ref(stage, made)))

    async def test_an_event_is_read_as_it_was_made(self, stage: CalendarStage):
        start = await tomorrow(stage)
        made = await stage.add(title="Lunch", start=start, minutes=45, guests=(GUEST,))
        event = await stage.provider.get(ref(stage, made))
        assert (event.title, event.shape) == ("Lunch", EventShape.SINGLE)
        assert (event.start, event.end) == (start, start + timedelta(minutes=45))
        assert event.start.tzinfo is UTC
        assert event.changed_at.tzinfo is UTC
        assert GUEST in {attendee.address for attendee in event.attendees}
        assert (event.is_organiser, event.can_write) == (True, True)
        assert event.organiser == stage.calendar.owner
        assert (event.cancelled, event.locked, event.private) == (False, False, False)
        assert (event.all_day, event.draft, event.mark) == (False, False, None)

    async def test_an_event_keeps_its_key_when_it_changes(self, stage: CalendarStage):
        made = await add(stage)
        before = await stage.provider.get(ref(stage, made))
        await stage.edit(made, title="Dinner")
        after = await stage.provider.get(ref(stage, made))
        assert after.key == before.key
        assert after.version != before.version
        assert after.changed_at >= before.changed_at

    async def test_an_unknown_event_is_not_found(self, stage: CalendarStage):
        with pytest.raises(NotFound):
            await stage.provider.get(ref(stage, "0" * 26))

    async def test_a_deleted_event_is_not_found(self, stage: CalendarStage):
        made = await add(stage)
        await stage.delete(made)
        with pytest.raises(NotFound):
            await stage.provider.get(ref(stage, made))

    async def test_a_read_that_breaks_is_passing(self, stage: CalendarStage):
        made = await add(stage)
        await stage.break_next("get")
        with pytest.raises(Transient):
            await stage.provider.get(ref(stage, made))

    async def test_a_lost_account_does_not_disturb_another(self, stage: CalendarStage):
        made = await add(stage)
        with pytest.raises((AuthLost, Forbidden, NotFound)):
            await stage.provider.get(EventRef(stage.stranger, made))
        assert (await stage.provider.get(ref(stage, made))).title == "Lunch"
