"""The calendar contract on the Microsoft adapter, over the sandbox in the same process."""

from __future__ import annotations

import pytest

from syncd.core.event import EventChange
from syncd.ports.calendar import Changed
from syncd.ports.errors import NotFound
from syncd.sandbox.fakes.microsoft.ids import immutable_id
from tests.conformance.calendar_contract import CalendarContract, CalendarStage, add, read, ref
from tests.conformance.calendar_contract_agenda import AgendaStage, CalendarAgendaContract
from tests.conformance.calendar_contract_writes import CalendarWriteContract
from tests.integration.adapters.microsoft_sandbox import MicrosoftStage


class TestGraphCalendars(CalendarContract, CalendarWriteContract, CalendarAgendaContract):
    @pytest.fixture
    def stage(self) -> AgendaStage:
        return MicrosoftStage()

    async def test_an_unknown_event_is_not_found(self, stage: CalendarStage):
        """Graph tells ids that never were from texts that are no ids; the latter are no proof."""
        with pytest.raises(NotFound):
            await stage.provider.get(ref(stage, immutable_id("nosuchevent")))

    async def test_the_mark_is_seen_by_a_listing(self, stage: CalendarStage):
        """No delta query tells extended properties: here only a look at the event shows them."""
        event = await stage.provider.get(ref(stage, await add(stage)))
        await stage.provider.write(event, EventChange(mark="v1.1.abc"))
        items, _ = await read(stage, None)
        item = items[event.ref.event_id]
        assert isinstance(item, Changed)
        assert item.event.mark is None
        assert (await stage.provider.get(event.ref)).mark == "v1.1.abc"
