"""The calendar contract on the Google adapter, over the sandbox in the same process."""

from __future__ import annotations

import pytest

from tests.conformance.calendar_contract import CalendarContract
from tests.conformance.calendar_contract_agenda import AgendaStage, CalendarAgendaContract
from tests.conformance.calendar_contract_writes import CalendarWriteContract
from tests.integration.adapters.google_sandbox import GoogleStage


class TestGoogleCalendars(CalendarContract, CalendarWriteContract, CalendarAgendaContract):
    @pytest.fixture
    def stage(self) -> AgendaStage:
        return GoogleStage()
