"""Every promise of the calendar port about conferences of the provider's own.

One contract for Google's calendars, one for Outlook's; each is kept by the adapter and by the fake.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, Protocol

import pytest

from syncd.core.conference import JoinInfo, PhoneNumber
from syncd.core.event import (
    AskMeet,
    AskTeams,
    Event,
    EventChange,
    NativeConference,
    NativeKind,
    ShowZoom,
)
from syncd.ports.errors import Forbidden, Permanent, Stale
from tests.conformance.calendar_contract import GUEST, CalendarStage, add, ref

JOIN = JoinInfo(
    85746065432,
    "https://us05web.zoom.us/j/85746065432?pwd=abc.1",
    "123456",
    (PhoneNumber("+43 12535502", "Vienna"),),
)
OTHER = JoinInfo(81234567890, "https://us05web.zoom.us/j/81234567890?pwd=xyz.1", "654321")
BUTTON = NativeConference(NativeKind.OTHER, JOIN.join_url)
LINKED = EventChange(location=JOIN.join_url, mark="v1.1.abc", native=ShowZoom(JOIN))
MEET = EventChange(title="Dinner", native=AskMeet("request1"))
TEAMS = EventChange(title="Dinner", native=AskTeams())


class GoogleNativeStage(CalendarStage, Protocol):
    """A calendar at Google; Meets are made, no Zoom button is taken."""

    async def meets(self, outcome: Literal["success", "failure", "pending", "refused"]) -> None: ...

    async def zoom_button(self, way: Literal["taken", "refused", "stripped"]) -> None: ...

    async def settle(self, event_id: str) -> Event:
        """Let a conference that is being made be decided, and read the event."""
        ...


class OutlookNativeStage(CalendarStage, Protocol):
    """A calendar in Outlook; Teams meetings are made."""

    async def teams(self, way: Literal["ready", "slow", "not_allowed", "deaf"]) -> None: ...

    async def settle(self, event_id: str) -> Event:
        """Let a conference that is being made be decided, and read the event."""
        ...


async def lunch(stage: CalendarStage, *guests: str) -> Event:
    return await stage.provider.get(ref(stage, await add(stage, "Lunch", *guests)))


class GoogleNativeContract:
    """The tests of Google's calendars, for a runner's `stage`."""

    @pytest.fixture
    def stage(self) -> GoogleNativeStage:
        raise NotImplementedError

    async def test_a_meet_comes_with_the_rest_of_the_change(self, stage: GoogleNativeStage):
        event = await lunch(stage)
        after = await stage.provider.write(event, MEET)
        assert after.title == "Dinner"
        assert after.native is not None
        assert after.native.kind is NativeKind.GOOGLE_MEET
        ready = await stage.settle(event.ref.event_id)
        assert ready.native is not None
        assert ready.native.url.startswith("https://meet.google.com/")
        assert not ready.native.pending

    async def test_a_meet_that_is_being_made_is_pending(self, stage: GoogleNativeStage):
        await stage.meets("pending")
        event = await lunch(stage)
        after = await stage.provider.write(event, MEET)
        pending = NativeConference(NativeKind.GOOGLE_MEET, "", pending=True)
        assert after.native == pending
        assert (await stage.provider.get(event.ref)).native == pending

    async def test_the_same_request_asks_for_nothing_new(self, stage: GoogleNativeStage):
        event = await lunch(stage)
        await stage.provider.write(event, MEET)
        ready = await stage.settle(event.ref.event_id)
        again = await stage.provider.write(ready, MEET)
        assert again.native == ready.native

    async def test_another_request_asks_for_another_meet(self, stage: GoogleNativeStage):
        event = await lunch(stage)
        await stage.provider.write(event, MEET)
        ready = await stage.settle(event.ref.event_id)
        await stage.provider.write(ready, EventChange(native=AskMeet("request2")))
        other = await stage.settle(event.ref.event_id)
        assert ready.native is not None
        assert other.native is not None
        assert other.native.url not in ("", ready.native.url)

    async def test_a_meet_that_failed_is_none(self, stage: GoogleNativeStage):
        await stage.meets("failure")
        event = await lunch(stage)
        await stage.provider.write(event, MEET)
        assert (await stage.settle(event.ref.event_id)).native is None

    async def test_a_calendar_without_meet_says_so_and_nothing_is_written(
        self, stage: GoogleNativeStage
    ):
        await stage.meets("refused")
        event = await lunch(stage)
        with pytest.raises(Forbidden) as caught:
            await stage.provider.write(event, MEET)
        assert caught.value.code == "meet_not_allowed"
        assert await stage.provider.get(event.ref) == event

    async def test_a_meet_is_taken_out(self, stage: GoogleNativeStage):
        event = await lunch(stage)
        await stage.provider.write(event, MEET)
        ready = await stage.settle(event.ref.event_id)
        after = await stage.provider.write(ready, EventChange(drop_native=True))
        assert after.native is None
        assert (await stage.provider.get(event.ref)).native is None

    async def test_teams_is_to_be_had_elsewhere(self, stage: GoogleNativeStage):
        event = await lunch(stage)
        with pytest.raises(Permanent) as caught:
            await stage.provider.write(event, TEAMS)
        assert caught.value.code == "conference_elsewhere"
        assert await stage.provider.get(event.ref) == event

    async def test_a_button_that_is_taken_is_read_back(self, stage: GoogleNativeStage):
        await stage.zoom_button("taken")
        event = await lunch(stage)
        after = await stage.provider.write(event, LINKED)
        assert after.native == BUTTON
        assert (after.location, after.mark) == (JOIN.join_url, "v1.1.abc")
        assert after == await stage.provider.get(event.ref)

    @pytest.mark.parametrize("way", ["refused", "stripped"])
    async def test_a_button_that_is_not_taken_fails_nothing(
        self, stage: GoogleNativeStage, way: Literal["refused", "stripped"]
    ):
        await stage.zoom_button(way)
        event = await lunch(stage)
        after = await stage.provider.write(event, LINKED)
        assert after.native is None
        assert (after.location, after.mark) == (JOIN.join_url, "v1.1.abc")
        assert after == await stage.provider.get(event.ref)

    @pytest.mark.parametrize("way", ["taken", "refused", "stripped"])
    async def test_a_meet_makes_way_for_zoom_whether_or_not_the_button_is_taken(
        self, stage: GoogleNativeStage, way: Literal["taken", "refused", "stripped"]
    ):
        await stage.zoom_button(way)
        event = await lunch(stage)
        await stage.provider.write(event, MEET)
        ready = await stage.settle(event.ref.event_id)
        after = await stage.provider.write(ready, replace(LINKED, drop_native=True))
        assert after.native == (BUTTON if way == "taken" else None)
        assert after == await stage.provider.get(event.ref)

    @pytest.mark.parametrize("way", ["taken", "refused", "stripped"])
    async def test_a_button_never_leads_to_a_former_meeting(
        self, stage: GoogleNativeStage, way: Literal["taken", "refused", "stripped"]
    ):
        await stage.zoom_button("taken")
        event = await lunch(stage)
        former = await stage.provider.write(event, EventChange(native=ShowZoom(OTHER)))
        assert former.native == NativeConference(NativeKind.OTHER, OTHER.join_url)
        await stage.zoom_button(way)
        after = await stage.provider.write(former, LINKED)
        assert after.native == (BUTTON if way == "taken" else None)
        assert after == await stage.provider.get(event.ref)

    async def test_a_button_is_taken_out(self, stage: GoogleNativeStage):
        await stage.zoom_button("taken")
        shown = await stage.provider.write(await lunch(stage), LINKED)
        after = await stage.provider.write(shown, EventChange(location="", drop_native=True))
        assert (after.location, after.native) == ("", None)

    async def test_a_button_does_not_soften_the_version(self, stage: GoogleNativeStage):
        event = await lunch(stage)
        await stage.edit(event.ref.event_id, title="Theirs")
        with pytest.raises(Stale):
            await stage.provider.write(event, LINKED)
        assert (await stage.provider.get(event.ref)).location == ""

    async def test_a_quiet_change_mails_nobody(self, stage: GoogleNativeStage):
        event = await lunch(stage, GUEST)
        before = await stage.mails_sent()
        after = await stage.provider.write(event, EventChange(location="Room 1", quiet=True))
        assert after.location == "Room 1"
        assert await stage.mails_sent() == before
        assert stage.provider.mails(event, quiet=True) == 0
        assert stage.provider.mails(event) == 1


class OutlookNativeContract:
    """The tests of Outlook's calendars, for a runner's `stage`."""

    @pytest.fixture
    def stage(self) -> OutlookNativeStage:
        raise NotImplementedError

    async def test_teams_comes_with_the_rest_of_the_change(self, stage: OutlookNativeStage):
        event = await lunch(stage)
        change = replace(TEAMS, location="", body=replace(event.body, text="<p>Menu</p>"))
        after = await stage.provider.write(event, change)
        assert after.title == "Dinner"
        assert after.native is not None
        assert after.native.kind is NativeKind.TEAMS
        assert after.native.url.startswith("https://teams.microsoft.com/")
        assert not after.native.pending
        assert "Menu" in after.body.text
        assert after == await stage.provider.get(event.ref)

    async def test_teams_asked_for_again_stays_the_same(self, stage: OutlookNativeStage):
        first = await stage.provider.write(await lunch(stage), TEAMS)
        again = await stage.provider.write(first, replace(TEAMS, title="Supper"))
        assert (again.title, again.native) == ("Supper", first.native)

    async def test_a_text_that_would_lose_the_meeting_is_not_written(
        self, stage: OutlookNativeStage
    ):
        first = await stage.provider.write(await lunch(stage), TEAMS)
        body = replace(first.body, text="<p>Menu</p>")
        with pytest.raises(Permanent) as caught:
            await stage.provider.write(first, replace(TEAMS, body=body))
        assert caught.value.code == "teams_untouchable"
        assert await stage.provider.get(first.ref) == first

    async def test_teams_may_have_its_link_later(self, stage: OutlookNativeStage):
        await stage.teams("slow")
        after = await stage.provider.write(await lunch(stage), TEAMS)
        assert after.native == NativeConference(NativeKind.TEAMS, "", pending=True)
        ready = await stage.settle(after.ref.event_id)
        assert ready.native is not None
        assert ready.native.url
        assert not ready.native.pending

    async def test_a_calendar_without_teams_says_so_and_nothing_is_written(
        self, stage: OutlookNativeStage
    ):
        await stage.teams("not_allowed")
        event = await lunch(stage)
        with pytest.raises(Forbidden) as caught:
            await stage.provider.write(event, TEAMS)
        assert caught.value.code == "teams_not_allowed"
        assert await stage.provider.get(event.ref) == event

    async def test_teams_that_is_read_over_is_refused_and_the_rest_is_written(
        self, stage: OutlookNativeStage
    ):
        await stage.teams("deaf")
        event = await lunch(stage)
        with pytest.raises(Forbidden) as caught:
            await stage.provider.write(event, TEAMS)
        assert caught.value.code == "teams_refused"
        after = await stage.provider.get(event.ref)
        assert (after.title, after.native) == ("Dinner", None)

    async def test_teams_is_not_taken_out(self, stage: OutlookNativeStage):
        first = await stage.provider.write(await lunch(stage), TEAMS)
        with pytest.raises(Permanent) as caught:
            await stage.provider.write(first, EventChange(drop_native=True))
        assert caught.value.code == "teams_untouchable"
        assert await stage.provider.get(first.ref) == first

    async def test_meet_is_to_be_had_elsewhere(self, stage: OutlookNativeStage):
        event = await lunch(stage)
        with pytest.raises(Permanent) as caught:
            await stage.provider.write(event, MEET)
        assert caught.value.code == "conference_elsewhere"
        assert await stage.provider.get(event.ref) == event

    async def test_the_zoom_button_is_read_over(self, stage: OutlookNativeStage):
        after = await stage.provider.write(await lunch(stage), LINKED)
        assert (after.location, after.native) == (JOIN.join_url, None)

    async def test_no_change_is_quiet(self, stage: OutlookNativeStage):
        event = await lunch(stage, GUEST)
        with pytest.raises(ValueError, match="quiet"):
            await stage.provider.write(event, EventChange(location="Room 1", quiet=True))
        assert await stage.provider.get(event.ref) == event
