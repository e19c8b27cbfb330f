"""Promises of the calendar port about what a person sees and makes on the page."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import pytest

from syncd.core.event import EventShape
from syncd.core.ids import CalendarKey
from syncd.ports.calendar import NewEvent
from syncd.ports.errors import AuthLost, Forbidden, NotFound, OutcomeUnknown
from tests.conformance.calendar_contract import GUEST, CalendarStage, add, ref, tomorrow

KEY, OTHER_KEY = "0f" * 32, "a1" * 32


class AgendaStage(CalendarStage, Protocol):
    """A stage whose next create can lose its answer."""

    async def lose_next_create_answer(self) -> None:
        """Let the next create take effect and its answer get lost once."""
        ...


async def review(stage: CalendarStage) -> NewEvent:
    start = await tomorrow(stage)
    return NewEvent(
        title="Review",
        start=start,
        end=start + timedelta(minutes=30),
        zone="Europe/Berlin",
        attendees=(GUEST,),
        text="Please read the draft.",
        location="Room 1",
    )


class CalendarAgendaContract:
    """Subclass it beside `CalendarContract`."""

    async def test_the_main_calendar_is_listed_first_and_can_be_written(self, stage: AgendaStage):
        first, *others = await stage.provider.calendars(stage.calendar.owner)
        assert (first.calendar_id, first.can_write) == ("primary", True)
        assert first.name
        assert "primary" not in {one.calendar_id for one in others}

    async def test_every_listed_calendar_can_be_read_by_its_id(self, stage: AgendaStage):
        now = await stage.now()
        for one in await stage.provider.calendars(stage.calendar.owner):
            key = CalendarKey(stage.calendar.provider, stage.calendar.owner, one.calendar_id)
            shown = await stage.provider.between(key, begin=now, end=now + timedelta(days=1))
            assert shown == ()

    async def test_the_calendars_of_a_stranger_are_not_listed(self, stage: AgendaStage):
        with pytest.raises((AuthLost, Forbidden, NotFound)):
            await stage.provider.calendars(stage.stranger.owner)

    async def test_the_events_of_a_span_come_in_order_of_start(self, stage: AgendaStage):
        start = await tomorrow(stage)
        hours = [5, 1, 3, 2, 4]
        made = {
            hour: await stage.add(
                title=f"Event {hour}", start=start + timedelta(hours=hour), minutes=30
            )
            for hour in hours
        }
        shown = await stage.provider.between(
            stage.calendar, begin=start, end=start + timedelta(hours=4)
        )
        assert [event.ref.event_id for event in shown] == [made[hour] for hour in (1, 2, 3)]
        assert shown[0] == await stage.provider.get(ref(stage, made[1]))

    async def test_an_event_that_only_touches_the_span_is_in_it(self, stage: AgendaStage):
        start = await tomorrow(stage)
        made = await stage.add(title="Long", start=start, minutes=120)
        inside = start + timedelta(minutes=60)
        span = {"begin": inside, "end": inside + timedelta(minutes=5)}
        [shown] = await stage.provider.between(stage.calendar, **span)
        assert shown.ref.event_id == made
        after = start + timedelta(minutes=120)
        span = {"begin": after, "end": after + timedelta(minutes=5)}
        assert await stage.provider.between(stage.calendar, **span) == ()

    async def test_a_deleted_event_is_not_in_the_span(self, stage: AgendaStage):
        made, start = await add(stage), await tomorrow(stage)
        await stage.delete(made)
        end = start + timedelta(days=1)
        assert await stage.provider.between(stage.calendar, begin=start, end=end) == ()

    async def test_an_event_is_made_as_it_was_asked_for(self, stage: AgendaStage):
        new = await review(stage)
        event = await stage.provider.create(stage.calendar, new, key=KEY)
        assert (event.title, event.location, event.zone) == (new.title, new.location, new.zone)
        assert (event.start, event.end) == (new.start, new.end)
        assert new.text in event.body.text
        assert GUEST in {attendee.address for attendee in event.attendees}
        assert event.shape is EventShape.SINGLE
        assert (event.is_organiser, event.can_write, event.mark) == (True, True, None)
        assert event == await stage.provider.get(event.ref)

    async def test_a_guest_is_invited_once(self, stage: AgendaStage):
        before = await stage.mails_sent()
        await stage.provider.create(stage.calendar, await review(stage), key=KEY)
        once = await stage.mails_sent()
        await stage.provider.create(stage.calendar, await review(stage), key=KEY)
        assert await stage.mails_sent() == once
        assert once - before <= 1

    async def test_one_key_makes_one_event_and_another_key_another(self, stage: AgendaStage):
        new = await review(stage)
        first = await stage.provider.create(stage.calendar, new, key=KEY)
        again = await stage.provider.create(stage.calendar, new, key=KEY)
        other = await stage.provider.create(stage.calendar, new, key=OTHER_KEY)
        assert again.ref == first.ref != other.ref
        end = new.end + timedelta(days=1)
        shown = await stage.provider.between(stage.calendar, begin=new.start, end=end)
        assert len(shown) == 2

    async def test_a_key_gives_the_event_as_it_is_now(self, stage: AgendaStage):
        new = await review(stage)
        first = await stage.provider.create(stage.calendar, new, key=KEY)
        await stage.edit(first.ref.event_id, title="Renamed")
        assert (await stage.provider.create(stage.calendar, new, key=KEY)).title == "Renamed"

    async def test_a_lost_answer_makes_no_second_event(self, stage: AgendaStage):
        new = replace(await review(stage), attendees=(), text="", location="")
        await stage.lose_next_create_answer()
        with contextlib.suppress(OutcomeUnknown):
            await stage.provider.create(stage.calendar, new, key=KEY)
        event = await stage.provider.create(stage.calendar, new, key=KEY)
        end = new.end + timedelta(days=1)
        shown = await stage.provider.between(stage.calendar, begin=new.start, end=end)
        assert [one.ref for one in shown] == [event.ref]
