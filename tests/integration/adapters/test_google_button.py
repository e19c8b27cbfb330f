"""The Zoom button in Google: tried, remembered per account, and never the cause of a failure."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from syncd.adapters.google.ability import NAME, ConferenceData
from syncd.core.conference import JoinInfo
from syncd.core.event import AskMeet, Event, EventChange, ShowZoom
from syncd.core.ids import CalendarKey, EventRef, Provider
from syncd.ports.errors import OutcomeUnknown, Permanent, Stale
from syncd.ports.rows import AbilityRow
from tests.integration.adapters.google_sandbox import GoogleStage
from tests.integration.adapters.google_wire import (
    Wire,
    calendars_on,
    event,
    ok,
    refused,
)
from tests.integration.adapters.test_google_writes import known_event

URL = "https://us05web.zoom.us/j/85746065432?pwd=abc.1"
JOIN = JoinInfo(85746065432, URL, "123456")
LINKED = EventChange(location=URL, native=ShowZoom(JOIN))
WEEK = timedelta(days=7)
GUEST = "guest@elsewhere.example"


async def lunch(stage: GoogleStage, *guests: str, **more: Any) -> Event:
    start = await stage.now() + timedelta(days=30)
    made = await stage.add(title="Lunch", start=start, minutes=30, guests=guests, **more)
    return await stage.provider.get(EventRef(stage.calendar, made))


async def patches_of_a_link(stage: GoogleStage) -> int:
    """Write the link into a new event, see that it is there, and count the calls that took."""
    event = await lunch(stage)
    before = stage.count("write")
    after = await stage.provider.write(event, LINKED)
    assert after.location == URL
    return stage.count("write") - before


def remembered(stage: GoogleStage) -> AbilityRow | None:
    return stage.abilities.rows.get((stage.calendar.account, NAME))


async def test_a_refusal_is_remembered_for_a_week():
    stage = GoogleStage()
    assert await patches_of_a_link(stage) == 2
    row = remembered(stage)
    assert row == AbilityRow(
        account=stage.calendar.account, name=NAME, able=False, tried_at=stage.clock.now()
    )
    assert await patches_of_a_link(stage) == 1
    # The wall clock alone: by the other one the access token would run out.
    stage.clock.jump(WEEK.total_seconds() - 1)
    assert await patches_of_a_link(stage) == 1
    stage.clock.jump(1)
    stage.google.conference_mode = "accept"
    assert await patches_of_a_link(stage) == 1
    row = remembered(stage)
    assert row is not None
    assert (row.able, row.tried_at) == (True, stage.clock.now())


async def test_a_refusal_costs_two_calls_and_one_mail():
    stage = GoogleStage()
    event = await lunch(stage, GUEST)
    before = await stage.mails_sent()
    await stage.provider.write(event, LINKED)
    assert await stage.mails_sent() - before == stage.provider.mails(event) == 1


async def test_what_is_taken_is_remembered_and_sent_each_time():
    stage = GoogleStage()
    stage.google.conference_mode = "accept"
    assert [await patches_of_a_link(stage) for _ in range(3)] == [1, 1, 1]
    row = remembered(stage)
    assert row is not None
    assert row.able
    assert stage.abilities.puts == 1


async def test_a_silent_strip_is_noticed_and_remembered():
    stage = GoogleStage()
    stage.google.conference_mode = "strip"
    assert await patches_of_a_link(stage) == 1
    row = remembered(stage)
    assert row is not None
    assert not row.able
    stage.google.conference_mode = "accept"
    later = await stage.provider.write(await lunch(stage), LINKED)
    assert later.native is None


async def test_an_account_that_no_longer_takes_it_is_remembered_anew():
    stage = GoogleStage()
    stage.google.conference_mode = "accept"
    await patches_of_a_link(stage)
    stage.google.conference_mode = "reject400"
    assert await patches_of_a_link(stage) == 2
    assert await patches_of_a_link(stage) == 1


async def test_accounts_are_remembered_apart():
    stage = GoogleStage()
    assert await patches_of_a_link(stage) == 2
    bo = CalendarKey(Provider.GOOGLE, stage.bo.email, "primary")
    stage.abilities.rows[bo.account, NAME] = AbilityRow(
        account=bo.account, name=NAME, able=True, tried_at=stage.clock.now()
    )
    assert await patches_of_a_link(stage) == 1


async def test_a_try_in_the_time_to_come_counts_for_nothing():
    stage = GoogleStage()
    account = stage.calendar.account
    stage.abilities.rows[account, NAME] = AbilityRow(
        account=account, name=NAME, able=False, tried_at=stage.clock.now() + timedelta(days=900)
    )
    assert await patches_of_a_link(stage) == 2
    row = remembered(stage)
    assert row is not None
    assert row.tried_at == stage.clock.now()


@pytest.mark.parametrize(("mode", "expected"), [("always", [2, 2]), ("never", [1, 1])])
async def test_the_config_decides_without_the_memory(mode: ConferenceData, expected: list[int]):
    stage = GoogleStage(conference_data=mode)
    stage.abilities.broken = True
    assert [await patches_of_a_link(stage) for _ in range(2)] == expected


async def test_never_sends_none_even_where_it_would_be_taken():
    stage = GoogleStage(conference_data="never")
    stage.google.conference_mode = "accept"
    assert (await stage.provider.write(await lunch(stage), LINKED)).native is None


async def test_a_memory_out_of_order_fails_nothing_and_this_process_remembers():
    stage = GoogleStage()
    stage.abilities.broken = True
    assert [await patches_of_a_link(stage) for _ in range(3)] == [2, 1, 1]
    stage.abilities.broken = False
    assert await patches_of_a_link(stage) == 2
    assert stage.abilities.puts == 1


@pytest.mark.parametrize("mode", ["accept", "reject400", "strip"])
async def test_many_first_writes_at_once_all_get_their_link(mode):
    stage = GoogleStage()
    stage.google.conference_mode = mode
    events = [await lunch(stage) for _ in range(8)]
    before = stage.count("write")
    after = await asyncio.gather(*(stage.provider.write(one, LINKED) for one in events))
    assert [one.location for one in after] == [URL] * 8
    assert stage.count("write") - before <= 16
    row = remembered(stage)
    assert row is not None
    assert row.able is (mode == "accept")
    assert await patches_of_a_link(stage) == 1


async def test_a_meet_left_beside_a_stripped_button_is_taken_out_without_a_mail():
    stage = GoogleStage()
    stage.google.conference_mode = "strip"
    request = {"requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}
    event = await lunch(stage, GUEST, conferenceData={"createRequest": request})
    assert event.native is not None
    before = await stage.mails_sent()
    after = await stage.provider.write(event, replace(LINKED, drop_native=True))
    assert after.native is None
    assert "hangoutLink" not in stage.stored(event.ref.event_id)
    assert await stage.mails_sent() - before == 1


async def test_a_former_conference_that_does_not_go_fails_nothing():
    stage = GoogleStage()
    stage.google.conference_mode = "strip"
    request = {"requestId": "r1", "conferenceSolutionKey": {"type": "hangoutsMeet"}}
    event = await lunch(stage, conferenceData={"createRequest": request})
    stage.strike("write", kind="status", status=503, skip=1, count=9)
    after = await stage.provider.write(event, replace(LINKED, drop_native=True))
    assert after.location == URL
    assert after.native == event.native


async def test_a_version_that_cannot_be_sent_back_leaves_the_former_conference_to_the_next_look():
    link = "https://meet.google.com/abc-defg-hij"
    wire = Wire(ok(event(etag='"\u00e9\n"', location=URL, hangoutLink=link)))
    calendars = calendars_on(wire)
    before = await known_event(calendars, wire, hangoutLink=link)
    with pytest.raises(OutcomeUnknown):
        await calendars.write(before, LINKED)
    assert [call.method for call in wire.calls].count("PATCH") == 1


# On a scripted wire: what is sent, and under which version.


def about_conferences() -> httpx.Response:
    error = {"domain": "global", "reason": "invalid", "message": "Invalid Conference data."}
    body = {"error": {"code": 400, "message": error["message"], "errors": [error]}}
    return httpx.Response(400, json=body)


@pytest.mark.parametrize("refusal", [about_conferences(), refused(400, "invalid")])
async def test_a_refusal_of_any_wording_is_answered_with_the_plain_write(refusal):
    wire = Wire(refusal, ok(event(etag='"2"', location=URL)))
    calendars = calendars_on(wire)
    after = await calendars.write(await known_event(calendars, wire), LINKED)
    first, second = wire.calls[-2:]
    assert {call.headers["if-match"] for call in (first, second)} == {'"1"'}
    assert first.url.params["conferenceDataVersion"] == "1"
    assert "conferenceDataVersion" not in second.url.params
    assert wire.body(-2)["conferenceData"]["conferenceId"] == "85746065432"
    assert wire.body() == {"location": URL}
    assert after.version == '"2"'


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refused(412, "conditionNotMet"), Stale),
        (refused(400, "invalid"), Permanent),
        (httpx.ReadTimeout("slow"), OutcomeUnknown),
    ],
)
async def test_what_befalls_the_plain_write_is_told(answer, error):
    wire = Wire(about_conferences(), answer)
    calendars = calendars_on(wire)
    with pytest.raises(error):
        await calendars.write(await known_event(calendars, wire), LINKED)
    assert [call.method for call in wire.calls].count("PATCH") == 2


async def test_an_unknown_outcome_is_told_and_the_next_write_does_without_the_button():
    wire = Wire(httpx.Response(500), ok(event(etag='"2"')), ok(event(etag='"3"')))
    calendars = calendars_on(wire)
    before = await known_event(calendars, wire)
    with pytest.raises(OutcomeUnknown):
        await calendars.write(before, LINKED)
    assert "conferenceData" in wire.body()
    after = await calendars.write(before, LINKED)
    assert wire.body() == {"location": URL}
    await calendars.write(after, LINKED)
    assert "conferenceData" in wire.body()


async def test_a_button_alone_that_is_not_taken_writes_nothing():
    wire = Wire(about_conferences())
    calendars = calendars_on(wire)
    before = await known_event(calendars, wire)
    alone = EventChange(native=ShowZoom(JOIN))
    assert await calendars.write(before, alone) == before
    assert await calendars.write(before, alone) == before
    assert [call.method for call in wire.calls].count("PATCH") == 1


async def test_a_link_that_fits_no_conference_data_goes_in_without():
    long = replace(JOIN, join_url="https://example.zoom.us/j/1?pwd=" + "x" * 1300)
    wire = Wire(ok(event(etag='"2"', location=long.join_url)))
    calendars = calendars_on(wire)
    change = EventChange(location=long.join_url, native=ShowZoom(long))
    await calendars.write(await known_event(calendars, wire), change)
    assert wire.body() == {"location": long.join_url}


async def test_a_meet_is_asked_for_in_the_same_patch():
    wire = Wire(ok(event(etag='"2"')))
    calendars = calendars_on(wire)
    change = EventChange(location="", drop_native=True, native=AskMeet("request1"), quiet=True)
    await calendars.write(await known_event(calendars, wire), change)
    assert wire.query()["conferenceDataVersion"] == "1"
    assert wire.query()["sendUpdates"] == "none"
    key = {"type": "hangoutsMeet"}
    request = {"requestId": "request1", "conferenceSolutionKey": key}
    assert wire.body() == {"location": "", "conferenceData": {"createRequest": request}}


async def test_a_meet_refused_for_another_reason_is_told_as_such():
    wire = Wire(refused(400, "invalid"))
    calendars = calendars_on(wire)
    with pytest.raises(Permanent) as caught:
        await calendars.write(
            await known_event(calendars, wire), EventChange(native=AskMeet("request1"))
        )
    assert caught.value.code == "refused"
