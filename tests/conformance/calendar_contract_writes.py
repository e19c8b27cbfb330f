"""Promises of the calendar port about writes, to be kept by each adapter and by the fake."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.event import EventChange
from syncd.ports.calendar import Changed
from syncd.ports.errors import (
    NotFound,
    OutcomeUnknown,
    Stale,
    Transient,
)
from tests.conformance.calendar_contract import GUEST, CalendarStage, add, read, ref


class CalendarWriteContract:
    """Subclass it beside `CalendarContract`."""

    async def test_a_write_sets_what_it_names(self, stage: CalendarStage):
        event = await stage.provider.get(ref(stage, await add(stage)))
        change = EventChange(
            title="Dinner",
            location="https://zoom.example/j/1",
            body=replace(event.body, text="Join at https://zoom.example/j/1"),
            mark="v1.1.abc",
        )
        after = await stage.provider.write(event, change)
        assert after == await stage.provider.get(event.ref)
        assert (after.title, after.location) == ("Dinner", "https://zoom.example/j/1")
        assert "Join at https://zoom.example/j/1" in after.body.text
        assert after.mark == "v1.1.abc"
        assert after.version != event.version

    async def test_a_write_leaves_alone_what_it_does_not_name(self, stage: CalendarStage):
        event = await stage.provider.get(ref(stage, await add(stage, "Lunch", GUEST)))
        first = EventChange(location="Room 1", mark="v1.1.abc")
        marked = await stage.provider.write(event, first)
        after = await stage.provider.write(marked, EventChange(title="Dinner"))
        assert (after.location, after.mark) == ("Room 1", "v1.1.abc")
        assert (after.start, after.end, after.zone) == (event.start, event.end, event.zone)
        assert after.attendees == event.attendees
        assert (after.ref, after.key) == (event.ref, event.key)

    async def test_an_empty_text_empties_a_field_and_takes_the_mark_out(self, stage: CalendarStage):
        event = await stage.provider.get(ref(stage, await add(stage)))
        marked = await stage.provider.write(event, EventChange(location="Room 1", mark="v1.1.abc"))
        after = await stage.provider.write(marked, EventChange(location="", mark=""))
        assert (after.location, after.mark) == ("", None)
        assert (await stage.provider.get(event.ref)).mark is None

    async def test_our_own_write_comes_as_a_change(self, stage: CalendarStage):
        event = await stage.provider.get(ref(stage, await add(stage)))
        _, cursor = await read(stage, None)
        after = await stage.provider.write(event, EventChange(title="Dinner"))
        items, _ = await read(stage, cursor)
        assert items == {event.ref.event_id: Changed(after)}

    async def test_a_write_under_an_old_version_writes_nothing(self, stage: CalendarStage):
        event = await stage.provider.get(ref(stage, await add(stage)))
        await stage.edit(event.ref.event_id, title="Theirs")
        with pytest.raises(Stale):
            await stage.provider.write(event, EventChange(title="Ours", location="Room 1"))
        after = await stage.provider.get(event.ref)
        assert (after.title, after.location) == ("Theirs", "")

    async def test_a_deleted_event_is_not_written(self, stage: CalendarStage):
        event = await stage.provider.get(ref(stage, await add(stage)))
        await stage.delete(event.ref.event_id)
        with pytest.raises((NotFound, Stale)):
            await stage.provider.write(event, EventChange(title="Ours"))
        with pytest.raises(NotFound):
            await stage.provider.get(event.ref)

    async def test_a_lost_answer_of_a_write_is_never_taken_for_a_no(self, stage: CalendarStage):
        event = await stage.provider.get(ref(stage, await add(stage)))
        await stage.lose_next_write_answer()
        with pytest.raises(OutcomeUnknown):
            await stage.provider.write(event, EventChange(title="Ours"))
        assert (await stage.provider.get(event.ref)).title == "Ours"

    async def test_a_write_that_breaks_may_be_looked_at(self, stage: CalendarStage):
        event = await stage.provider.get(ref(stage, await add(stage)))
        await stage.break_next("write")
        with pytest.raises((Transient, OutcomeUnknown)):
            await stage.provider.write(event, EventChange(title="Ours"))
        assert (await stage.provider.get(event.ref)).title == "Lunch"

    async def test_a_write_mails_no_more_people_than_it_says(self, stage: CalendarStage):
        made = await add(stage, "Lunch", GUEST, "other@elsewhere.example")
        event = await stage.provider.get(ref(stage, made))
        before = await stage.mails_sent()
        await stage.provider.write(event, EventChange(location="Room 1"))
        assert await stage.mails_sent() - before <= stage.provider.mails(event)
