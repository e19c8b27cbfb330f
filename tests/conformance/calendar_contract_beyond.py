"""What the calendar port promises of events far ahead: `changes` and `beyond` together miss none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from syncd.ports.calendar import Change, Changed
from syncd.ports.errors import NotFound
from tests.conformance.calendar_contract import CalendarStage, read, ref, tomorrow


async def beyond(stage: CalendarStage) -> dict[str, Change]:
    items = [item async for item in stage.provider.beyond(stage.calendar)]
    return {i.event.ref.event_id if isinstance(i, Changed) else i.event_id: i for i in items}


async def told(stage: CalendarStage) -> dict[str, Changed]:
    changes, _ = await read(stage, None)
    found = changes | await beyond(stage)
    return {event_id: item for event_id, item in found.items() if isinstance(item, Changed)}


async def add(stage: CalendarStage, *, days: int) -> str:
    start = await tomorrow(stage) + timedelta(days=days)
    return await stage.add(title=f"In {days} days", start=start, minutes=30)


class CalendarBeyondContract:
    async def test_an_empty_calendar_has_nothing_beyond(self, stage: CalendarStage):
        assert await beyond(stage) == {}

    @pytest.mark.parametrize("days", [0, 50, 57, 58, 59, 60, 61, 70, 400, 4000])
    async def test_an_event_is_told_however_far_ahead_it_is(self, stage: CalendarStage, days: int):
        made = await add(stage, days=days)
        assert set(await told(stage)) == {made}

    async def test_many_are_told_over_all_pages(self, stage: CalendarStage):
        made = {await add(stage, days=300 + number) for number in range(7)}
        assert set(await told(stage)) == made

    async def test_a_near_one_is_not_beyond(self, stage: CalendarStage):
        await add(stage, days=1)
        assert await beyond(stage) == {}

    async def test_it_is_told_as_it_is(self, stage: CalendarStage):
        made = await add(stage, days=300)
        await stage.edit(made, title="Another")
        assert (await told(stage))[made] == Changed(await stage.provider.get(ref(stage, made)))

    async def test_a_deleted_one_is_told_no_more(self, stage: CalendarStage):
        made = await add(stage, days=300)
        kept = await add(stage, days=301)
        await stage.delete(made)
        assert set(await told(stage)) == {kept}
        with pytest.raises(NotFound):
            await stage.provider.get(ref(stage, made))
