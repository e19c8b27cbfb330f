"""Teams on a scripted wire: what is asked of the calendar, what is sent, how the answer is judged."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from syncd.adapters.microsoft.translate import event_in
from syncd.core.event import (
    AskTeams,
    Body,
    BodyFormat,
    Event,
    EventChange,
    NativeConference,
    NativeKind,
    ShowZoom,
)
from syncd.core.ids import CalendarKey, EventRef, Provider
from syncd.ports.errors import Forbidden, Permanent, Stale, Transient
from tests.conformance.calendar_contract_native import JOIN
from tests.integration.adapters.microsoft_wire import Wire, calendars_on, ok, refused
from tests.unit.adapters.microsoft_items import ANA, item

URL = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_1%40thread.v2/0?context=%7b%22a%22%7d"
TEAMS = EventChange(title="Dinner", native=AskTeams())


def allowing(*providers: Any) -> Any:
    return ok({"id": "c1", "allowedOnlineMeetingProviders": list(providers)})


def online(**fields: Any) -> dict[str, Any]:
    made = {
        "isOnlineMeeting": True,
        "onlineMeetingProvider": "teamsForBusiness",
        "onlineMeeting": {"joinUrl": URL},
    }
    return item(**(made | fields))


def an_event(**fields: Any) -> Event:
    return replace(event_in(item(), calendar=ANA), **fields)


async def test_the_calendar_is_asked_once_and_then_only_the_event_is_written():
    wire = Wire(allowing("skypeForBusiness", "teamsForBusiness"), ok(online()), ok(online()))
    calendars = calendars_on(wire)
    after = await calendars.write(an_event(), TEAMS)
    question, write = wire.calls
    assert question.url.path == "/v1.0/users/ana@example.com/calendar"
    assert question.url.params["$select"] == "allowedOnlineMeetingProviders"
    assert (write.method, write.headers["if-match"]) == ("PATCH", 'W/"v1"')
    assert wire.body() == {
        "subject": "Dinner",
        "isOnlineMeeting": True,
        "onlineMeetingProvider": "teamsForBusiness",
    }
    assert after.native == NativeConference(NativeKind.TEAMS, URL)
    await calendars.write(an_event(), TEAMS)
    assert [call.method for call in wire.calls] == ["GET", "PATCH", "PATCH"]


async def test_another_calendar_is_asked_by_its_id():
    team = CalendarKey(Provider.MICROSOFT, "ana@example.com", "AQ/mk=")
    wire = Wire(allowing("teamsForBusiness"), ok(online()))
    await calendars_on(wire).write(an_event(ref=EventRef(team, "ev1")), TEAMS)
    assert wire.calls[0].url.raw_path.startswith(
        b"/v1.0/users/ana@example.com/calendars/AQ%2Fmk%3D?"
    )


@pytest.mark.parametrize("providers", [[], ["unknown"], ["skypeForBusiness"], [None, 1]])
async def test_a_no_of_the_calendar_is_told_and_asked_again_next_time(providers):
    wire = Wire(allowing(*providers), allowing("teamsForBusiness"), ok(online()))
    calendars = calendars_on(wire)
    with pytest.raises(Forbidden) as caught:
        await calendars.write(an_event(), TEAMS)
    assert (caught.value.code, bool(caught.value.remedy)) == ("teams_not_allowed", True)
    assert (await calendars.write(an_event(), TEAMS)).native is not None


async def test_a_question_that_fails_had_no_effect():
    wire = Wire(*[refused(500, "InternalServerError")] * 5)
    with pytest.raises(Transient):
        await calendars_on(wire).write(an_event(), TEAMS)
    assert {call.method for call in wire.calls} == {"GET"}


@pytest.mark.parametrize(
    "answer",
    [
        item(),
        item(onlineMeetingProvider="teamsForBusiness"),
        online(onlineMeetingProvider="skypeForBusiness"),
    ],
)
async def test_the_answer_decides(answer):
    wire = Wire(allowing("teamsForBusiness"), ok(answer))
    with pytest.raises(Forbidden) as caught:
        await calendars_on(wire).write(an_event(), TEAMS)
    assert (caught.value.code, bool(caught.value.remedy)) == ("teams_refused", True)


async def test_a_meeting_without_a_link_yet_is_pending():
    wire = Wire(allowing("teamsForBusiness"), ok(online(onlineMeeting=None)))
    after = await calendars_on(wire).write(an_event(), TEAMS)
    assert after.native == NativeConference(NativeKind.TEAMS, "", pending=True)


async def test_a_meeting_that_is_there_is_not_asked_for():
    before = event_in(online(), calendar=ANA)
    wire = Wire(ok(online(subject="Dinner")))
    calendars = calendars_on(wire)
    assert (await calendars.write(before, TEAMS)).title == "Dinner"
    assert wire.body() == {"subject": "Dinner"}
    assert await calendars.write(before, EventChange(native=AskTeams())) == before
    assert len(wire.calls) == 1


@pytest.mark.parametrize(
    ("text", "keeps"),
    [
        ("<p>Menu</p>", False),
        (f'<p>Menu</p><a href="{URL}">Join</a>', True),
        (f'<p>Menu</p><a href="{URL.replace("?", "&#63;")}">Join</a>', True),
    ],
)
async def test_a_text_beside_the_meeting_must_hold_its_link(text, keeps):
    before = event_in(online(), calendar=ANA)
    wire = Wire(ok(online()))
    change = replace(TEAMS, body=Body(text, BodyFormat.HTML))
    if keeps:
        await calendars_on(wire).write(before, change)
        assert wire.body()["body"]["content"] == text
    else:
        with pytest.raises(Permanent) as caught:
            await calendars_on(wire).write(before, change)
        assert caught.value.code == "teams_untouchable"
        assert wire.calls == []


async def test_a_meeting_without_its_link_lets_no_text_through():
    before = event_in(online(onlineMeeting=None), calendar=ANA)
    with pytest.raises(Permanent):
        await calendars_on(Wire()).write(before, replace(TEAMS, body=before.body))


async def test_the_version_is_kept_to():
    wire = Wire(allowing("teamsForBusiness"), refused(412, "ErrorIrresolvableConflict"))
    with pytest.raises(Stale):
        await calendars_on(wire).write(an_event(), TEAMS)


async def test_a_zoom_button_alone_writes_nothing():
    before = an_event()
    assert await calendars_on(Wire()).write(before, EventChange(native=ShowZoom(JOIN))) == before
