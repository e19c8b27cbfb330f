"""The calendar contract on the fake that the engine's tests use."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import pytest

from syncd.core.ids import CalendarKey, EventRef, Provider
from syncd.ports.errors import Transient
from tests.conformance.calendar_contract import CalendarContract
from tests.conformance.calendar_contract_agenda import AgendaStage, CalendarAgendaContract
from tests.conformance.calendar_contract_writes import CalendarWriteContract
from tests.fakes.calendar import FakeCalendars
from tests.fakes.clock import FakeClock


class FakeStage:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.provider = FakeCalendars(self.clock)
        self.calendar = CalendarKey(Provider.GOOGLE, "ana@example.com", "primary")
        self.stranger = CalendarKey(Provider.GOOGLE, "nobody@example.com", "primary")
        self.provider.lose_account("nobody@example.com")

    async def now(self) -> datetime:
        return self.clock.now()

    async def add(
        self, *, title: str, start: datetime, minutes: int, guests: tuple[str, ...] = ()
    ) -> str:
        event = self.provider.add(
            self.calendar, title=title, start=start, minutes=minutes, guests=guests
        )
        return event.ref.event_id

    async def edit(self, event_id: str, *, title: str) -> None:
        self.provider.edit(EventRef(self.calendar, event_id), title=title)

    async def delete(self, event_id: str) -> None:
        self.provider.delete(EventRef(self.calendar, event_id))

    async def expire_cursors(self) -> None:
        self.provider.expire_cursors(self.calendar)

    async def break_next(self, operation: Literal["changes", "get", "write"]) -> None:
        self.provider.fail_next(operation, Transient("Down.", code="provider_down"))

    async def lose_next_write_answer(self) -> None:
        self.provider.lose_next_answer()

    async def lose_next_create_answer(self) -> None:
        self.provider.lose_next_answer()

    async def mails_sent(self) -> int:
        return sum(self.provider.mails(self._event(ref)) for ref, _ in self.provider.writes)

    def _event(self, ref: EventRef):
        event = self.provider.event(ref)
        assert event is not None
        return event


class TestFakeCalendars(CalendarContract, CalendarWriteContract, CalendarAgendaContract):
    @pytest.fixture
    def stage(self) -> AgendaStage:
        return FakeStage()
