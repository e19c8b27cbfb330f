"""Why an event has no link, told to its person; and what never stops the others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from syncd.core.policy import LinkPolicy
from tests.behaviour.faults import ZOOM_CREATE, consent_gone, listing, strike, writing, zoom_says
from tests.behaviour.world import ANA, BO, CEM, GUEST, Play

NOBODY = "nobody@example.com"
FOREVER = 100_000

CASES: dict[str, dict[str, Any]] = {
    "unknown_wish": {"title": "Review #zoom:frob"},
    "foreign_link": {"title": "#zoom", "text": "https://acme.webex.com/meet/bo"},
    "too_long": {"title": "#zoom", "minutes": 60 * 30},
    "beyond_horizon": {"title": "#zoom", "hours": 24 * 179.9},
    "host_not_allowed": {"title": f"#zoom:host={NOBODY}"},
    "host_unclear": {"title": f"#zoom:host={NOBODY} #zoom:host={BO}"},
    "conference_elsewhere": {},
}


@pytest.mark.parametrize("code", CASES)
async def test_every_event_that_waits_has_one_reason_and_one_remedy(play: Play, code: str):
    if code == "beyond_horizon":
        play.set_policy(ANA, link=LinkPolicy(horizon=timedelta(days=90)))
    elsewhere = {"location": "teams" if play.app_name == "google" else "meet"}
    event_id = await play.add(guests=[GUEST], **(CASES[code] or elsewhere))
    before = await play.seen(event_id)
    async with play.spending() as spent:
        await play.settle(20)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    [line] = (await play.status()).waiting
    assert (line.event, line.code) == (event_id, code)
    assert line.reason
    assert line.remedy
    assert (await play.seen(event_id)).raw == before.raw
    await play.at_rest()


async def test_what_is_mended_is_no_longer_told(play: Play):
    event_id = await play.add(title="Review #zoom:frob")
    await play.settle(10)
    assert await play.waiting()
    await play.edit(event_id, title="Review #zoom")
    await play.settle(10)
    assert await play.waiting() == {}
    assert await play.meeting(event_id)
    await play.at_rest()


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 503},
        {"kind": "status", **zoom_says(429, 429, "Too many requests")},
        {"kind": "drop_request"},
        {"kind": "drop_response"},
        {"kind": "garbage"},
    ],
    ids=lambda fault: f"{fault['kind']}-{fault.get('status', '')}",
)
async def test_a_passing_fault_at_zoom_heals_by_itself(play: Play, fault):
    event_id = await play.add(location="zoom", guests=[GUEST])
    strike(play, ZOOM_CREATE, count=3, **fault)
    await play.settle(300)
    await play.later(600)
    meetings = await play.meetings()
    assert (await play.seen(event_id)).link in meetings
    assert len(meetings) == 1
    assert await play.waiting() == {}
    await play.at_rest()


async def test_a_passing_fault_of_the_calendar_heals_by_itself_and_mails_once(play: Play):
    event_id = await play.add(location="zoom", guests=[GUEST])
    strike(play, writing(play), status=503, count=3)
    strike(play, listing(play), status=503, count=9)
    async with play.spending() as spent:
        await play.settle(300)
        await play.later(600)
    assert (await play.seen(event_id)).link in await play.meetings()
    assert (len(await play.meetings()), spent.mails) == (1, 1)
    assert await play.waiting() == {}
    await play.at_rest()


async def test_a_fault_that_lasts_is_told_and_asked_less_and_less(play: Play):
    event_id = await play.add(location="zoom", guests=[GUEST])
    strike(play, ZOOM_CREATE, count=FOREVER, **zoom_says(429, 429, "Too many requests"))
    await play.settle(600)
    assert (await play.waiting())[event_id][0] == "zoom_rate_limit"
    tried = play.world.counts[ZOOM_CREATE]
    for _ in range(12):
        await play.later(300)
    assert play.world.counts[ZOOM_CREATE] - tried <= 12 * 4
    play.world.faults.clear()
    await play.later(600)
    assert await play.meeting(event_id)
    assert await play.waiting() == {}
    await play.at_rest()


async def test_a_lasting_refusal_waits_for_a_change_of_the_event(play: Play):
    event_id = await play.add(location="zoom", title="Bad", guests=[GUEST])
    strike(play, ZOOM_CREATE, **zoom_says(400, 300, "Validation Failed."))
    await play.settle(10)
    tried = play.world.counts[ZOOM_CREATE]
    code, reason, remedy = (await play.waiting())[event_id]
    assert code == "zoom_invalid"
    assert "Validation Failed" in reason
    assert remedy
    for _ in range(5):
        await play.later(3600)
    assert play.world.counts[ZOOM_CREATE] == tried
    await play.edit(event_id, title="Good")
    await play.settle(10)
    assert (await play.meeting(event_id))["topic"] == "Good"
    assert await play.waiting() == {}
    await play.at_rest()


async def test_a_calendar_whose_consent_is_gone_says_so_and_loses_nothing(play: Play):
    event_id = await play.linked(hours=240, guests=[GUEST])
    before = await play.seen(event_id)
    strike(play, listing(play), count=FOREVER, **consent_gone(play))
    await play.edit(event_id, title="Later")
    async with play.spending() as spent:
        for _ in range(6):
            await play.later(1800)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    account = next(a for a in (await play.status()).accounts if a.address == ANA)
    assert account.state == "needs_reconnect"
    assert account.reason
    assert account.remedy
    assert await play.states() == {event_id: "linked"}
    assert (await play.seen(event_id)).link == before.link
    play.world.faults.clear()
    await play.later(1900)
    assert (await play.meeting(event_id))["topic"] == "Later"
    assert (await play.seen(event_id)).link == before.link
    assert {a.state for a in (await play.status()).accounts if a.address == ANA} == {"ok"}
    await play.at_rest()


async def test_a_zoom_whose_consent_is_gone_says_so_and_goes_on_by_itself(play: Play):
    linked = await play.linked(hours=240)
    before = await play.seen(linked)
    strike(play, ZOOM_CREATE, count=FOREVER, **zoom_says(401, 124, "Invalid access token."))
    event_id = await play.add(location="zoom", guests=[GUEST])
    await play.settle(60)
    code, reason, remedy = (await play.waiting())[event_id]
    assert code == "zoom_auth"
    assert reason
    assert remedy
    states = {a.provider: a.state for a in (await play.status()).accounts}
    assert states["zoom"] == "needs_reconnect"
    assert (await play.seen(linked)).raw == before.raw
    assert (await play.states())[linked] == "linked"
    play.world.faults.clear()
    await play.later(1900)
    assert await play.meeting(event_id)
    assert await play.waiting() == {}
    await play.at_rest()


async def test_an_event_that_cannot_be_read_never_stops_its_calendar(play: Play):
    broken = await play.add(location="zoom", hours=20)
    sound = await play.add(location="zoom", hours=30, guests=[GUEST])
    reading = ("google", "GET /calendars/{calendarId}/events/{eventId}")
    if play.app_name == "outlook":
        reading = ("microsoft", "GET /users/{user-id}/events/{event-id}")
    strike(play, reading, status=200, body={"id": broken, "kind": "calendar#event"}, count=1)
    await play.settle(10)
    shown = await play.seen(sound)
    assert shown.link in await play.meetings()
    await play.edit(broken, title="Saved again")
    await play.later(3700)
    assert (await play.seen(broken)).link in await play.meetings()
    assert await play.waiting() == {}
    await play.at_rest()


@pytest.mark.parametrize("app", ["google"], indirect=True)
async def test_an_event_garbled_in_the_list_is_told_and_never_stops_its_calendar(play: Play):
    broken = await play.add(location="zoom", hours=20)
    calendars = play.google._core.calendars
    calendar = calendars.get(ANA)
    assert calendar is not None
    event = calendar.find(broken)
    assert event is not None
    calendars.put(calendar, {name: event[name] for name in event if name != "iCalUID"})
    sound = await play.add(location="zoom", hours=30, guests=[GUEST])
    await play.settle(20)
    assert (await play.seen(sound)).link in await play.meetings()
    assert (await play.waiting())[broken][0] == "unreadable"
    await play.at_rest()


async def test_a_calendar_that_fails_never_stops_the_others(play: Play):
    if play.app_name == "google":
        play.google.knobs.suspended = {BO}
    else:
        play.outlook.exchange.mailboxes.pop(BO)
    event_id = await play.add(location="zoom", person=CEM)
    await play.settle(20)
    assert (await play.seen(event_id, person=CEM)).link in await play.meetings()
    lines = {line.person: line for line in (await play.status()).calendars}
    assert {who: line.state for who, line in lines.items()} == {
        who: "failing" if who == BO else "ok" for who in lines
    }
    assert lines[BO].problem
    await play.at_rest()


async def test_what_starts_within_15_minutes_goes_first(play: Play):
    play.zoom.daily_limit = 1
    later = [await play.add(location="zoom", hours=hours) for hours in (90, 60, 30)]
    soon = await play.add(location="zoom", hours=0.2)
    await play.settle(20)
    assert await play.meeting(soon)
    assert {code for code, _, _ in (await play.waiting()).values()} == {"zoom_daily_limit"}
    assert set(await play.waiting()) == set(later)
    play.zoom.daily_limit = 100
    await play.later(86_400)
    assert {(await play.seen(e)).link for e in later} < set(await play.meetings())
    await play.at_rest()


@pytest.mark.parametrize("app", ["google"], indirect=True)
async def test_the_reason_stands_behind_the_flag_word_and_mails_nobody(play: Play):
    play.set_policy(ANA, link=LinkPolicy(reason_in_event=True), host=NOBODY)
    event_id = await play.add(location="zoom", guests=[GUEST])
    async with play.spending() as spent:
        await play.settle(60)
    shown = await play.seen(event_id)
    assert shown.location.startswith("zoom (waiting: ")
    assert NOBODY in shown.location
    assert (spent.calendar, spent.zoom, spent.mails) == (1, spent.zoom, 0)
    await play.at_rest()
    play.set_policy(ANA, link=LinkPolicy(reason_in_event=True), host=ANA)
    await play.later(3700)
    shown = await play.seen(event_id)
    assert shown.location == shown.link
    assert await play.meeting(event_id)
    await play.at_rest()


@pytest.mark.parametrize("app", ["google"], indirect=True)
async def test_no_reason_is_written_into_an_event_by_default(play: Play):
    play.set_policy(ANA, host=NOBODY)
    event_id = await play.add(location="zoom", guests=[GUEST])
    await play.settle(60)
    assert (await play.seen(event_id)).location == "zoom"
    assert event_id in await play.waiting()
    await play.at_rest()


@pytest.mark.parametrize("app", ["outlook"], indirect=True)
async def test_in_outlook_no_reason_is_ever_written_into_an_event(play: Play):
    play.set_policy(ANA, link=LinkPolicy(reason_in_event=True), host=NOBODY)
    event_id = await play.add(location="zoom", guests=[GUEST])
    before = await play.seen(event_id)
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.mails) == (0, 0)
    assert (await play.seen(event_id)).raw == before.raw
    assert event_id in await play.waiting()
    await play.at_rest()
