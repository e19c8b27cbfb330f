"""The contract about events far ahead, on the adapters and on the fake in both its ways."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.conformance.calendar_contract import CalendarStage
from tests.conformance.calendar_contract_beyond import CalendarBeyondContract
from tests.conformance.test_calendar_fake import FakeStage
from tests.integration.adapters.google_sandbox import GoogleStage
from tests.integration.adapters.microsoft_sandbox import MicrosoftStage


class TestFakeWithoutEnd(CalendarBeyondContract):
    @pytest.fixture
    def stage(self) -> CalendarStage:
        return FakeStage()


class TestFakeWithAWindow(CalendarBeyondContract):
    @pytest.fixture
    def stage(self) -> CalendarStage:
        made = FakeStage()
        made.provider.window = timedelta(days=60)
        return made


class TestGoogle(CalendarBeyondContract):
    @pytest.fixture
    def stage(self) -> CalendarStage:
        return GoogleStage()


class TestGraph(CalendarBeyondContract):
    @pytest.fixture
    def stage(self) -> CalendarStage:
        return MicrosoftStage()
