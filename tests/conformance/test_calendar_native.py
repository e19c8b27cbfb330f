"""The contracts about conferences of the provider's own, on the adapters and on the fake."""

from __future__ import annotations

from typing import Literal

import pytest

from syncd.core.event import Event
from syncd.core.ids import CalendarKey, EventRef, Provider
from tests.conformance.calendar_contract_native import (
    GoogleNativeContract,
    GoogleNativeStage,
    OutlookNativeContract,
    OutlookNativeStage,
)
from tests.conformance.test_calendar_fake import FakeStage
from tests.fakes.conferences import FakeConferences
from tests.integration.adapters.google_sandbox import GoogleStage
from tests.integration.adapters.microsoft_sandbox import MicrosoftStage

Meets = Literal["success", "failure", "pending", "refused"]
Button = Literal["taken", "refused", "stripped"]
Teams = Literal["ready", "slow", "not_allowed", "deaf"]


class FakeNativeStage(FakeStage):
    def __init__(self, provider: Provider) -> None:
        super().__init__()
        self.calendar = CalendarKey(provider, "ana@example.com", "primary")

    @property
    def conferences(self) -> FakeConferences:
        return self.provider.conferences

    async def mails_sent(self) -> int:
        return sum(
            self.provider.mails(self._event(ref), quiet=change.quiet)
            for ref, change in self.provider.writes
        )

    async def meets(self, outcome: Meets) -> None:
        ways: dict[Meets, Literal["ready", "pending", "failed", "not_allowed"]] = {
            "success": "ready",
            "failure": "failed",
            "pending": "pending",
            "refused": "not_allowed",
        }
        self.conferences.meet = ways[outcome]

    async def zoom_button(self, way: Button) -> None:
        self.conferences.shows_zoom = way == "taken"

    async def teams(self, way: Teams) -> None:
        ways: dict[Teams, Literal["ready", "pending", "not_allowed", "refused"]] = {
            "ready": "ready",
            "slow": "pending",
            "not_allowed": "not_allowed",
            "deaf": "refused",
        }
        self.conferences.teams = ways[way]

    async def settle(self, event_id: str) -> Event:
        return self.provider.finish_conference(EventRef(self.calendar, event_id))


class GoogleSandboxStage(GoogleStage):
    async def meets(self, outcome: Meets) -> None:
        knobs = self.google.knobs
        if outcome == "refused":
            knobs.meet_allowed = False
        else:
            knobs.meet_outcome = outcome

    async def zoom_button(self, way: Button) -> None:
        if way == "taken":
            self.google.conference_mode = "accept"
        else:
            self.google.conference_mode = "strip" if way == "stripped" else "reject400"

    async def settle(self, event_id: str) -> Event:
        return await self.provider.get(EventRef(self.calendar, event_id))


class OutlookSandboxStage(MicrosoftStage):
    async def teams(self, way: Teams) -> None:
        exchange = self.exchange.teams
        exchange.slow, exchange.deaf = way == "slow", way == "deaf"
        exchange.allowed = ("unknown",) if way == "not_allowed" else ("teamsForBusiness",)

    async def settle(self, event_id: str) -> Event:
        return await self.provider.get(EventRef(self.calendar, event_id))


class TestFakeLikeGoogle(GoogleNativeContract):
    @pytest.fixture
    def stage(self) -> GoogleNativeStage:
        return FakeNativeStage(Provider.GOOGLE)


class TestFakeLikeOutlook(OutlookNativeContract):
    @pytest.fixture
    def stage(self) -> OutlookNativeStage:
        return FakeNativeStage(Provider.MICROSOFT)


class TestGoogleCalendars(GoogleNativeContract):
    @pytest.fixture
    def stage(self) -> GoogleNativeStage:
        return GoogleSandboxStage()


class TestGraphCalendars(OutlookNativeContract):
    @pytest.fixture
    def stage(self) -> OutlookNativeStage:
        return OutlookSandboxStage()
