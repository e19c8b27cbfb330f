"""The meeting at Zoom: what it takes from the event, and how it is set."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from syncd.core.policy import MeetingPolicy
from tests.behaviour.looks import comes, gets_link
from tests.behaviour.test_who_gets_one import weekly
from tests.behaviour.world import ANA, BO, CEM, GUEST, Play


def hosted_by(play: Play, person: str) -> str:
    """Give the id of a Zoom user."""
    [found] = [one for one in play.world.people if one.email == person]
    return found.zoom_id


async def test_title_start_and_duration_come_from_the_event(play: Play):
    event_id = await gets_link(play, location="zoom", title="Réunion \U0001f389", minutes=45)
    meeting = await play.meeting(event_id)
    start = datetime.fromisoformat(meeting["start_time"])
    assert meeting["start_time"].endswith("Z")
    assert abs(start - play.clock.now() - timedelta(hours=24)) < timedelta(minutes=2)
    assert start.tzinfo is UTC
    assert (meeting["topic"], meeting["duration"]) == ("Réunion \U0001f389", 45)
    assert meeting["type"] == 2


async def test_the_zone_comes_from_the_event(play: Play):
    event_id = await gets_link(play, location="zoom")
    zone = "Europe/Berlin" if play.app_name == "google" else "UTC"
    assert (await play.meeting(event_id))["timezone"] == zone


async def test_attendees_become_invitees_whom_zoom_does_not_mail(play: Play):
    event_id = await gets_link(play, location="zoom", guests=[BO, CEM, GUEST])
    settings = (await play.meeting(event_id))["settings"]
    assert {one["email"] for one in settings["meeting_invitees"]} == {BO, CEM, GUEST}
    assert settings["email_notification"] is False
    assert settings["alternative_hosts_email_notification"] is False


@pytest.mark.parametrize(("minutes", "told"), [(0, 1), (0.5, 1), (29.1, 30), (30, 30)])
async def test_the_duration_is_in_whole_minutes_rounded_up(play: Play, minutes: float, told: int):
    event_id = await gets_link(play, location="zoom", minutes=minutes)
    assert (await play.meeting(event_id))["duration"] == told


async def test_an_event_without_a_title(play: Play):
    event_id = await gets_link(play, location="zoom", title="")
    assert (await play.meeting(event_id))["topic"] == "Meeting"


async def test_a_long_title_is_cut_at_zoom_only(play: Play):
    event_id = await gets_link(play, location="zoom", title="x" * 250)
    assert (await play.meeting(event_id))["topic"] == "x" * 200
    assert (await play.seen(event_id)).title == "x" * 250


async def test_the_defaults_are_the_convenient_ones(play: Play):
    event_id = await gets_link(play, location="zoom")
    meeting = await play.meeting(event_id)
    settings: dict[str, Any] = meeting["settings"]
    assert (settings["join_before_host"], settings["waiting_room"]) == (True, False)
    assert (settings["use_pmi"], settings["push_change_to_calendar"]) == (False, False)
    assert settings["meeting_authentication"] is False
    assert meeting["password"]


async def test_waiting_room_and_early_entry_are_config_by_person(play: Play):
    play.set_policy(ANA, meeting=MeetingPolicy(waiting_room=True))
    play.set_policy(CEM, meeting=MeetingPolicy(join_before_host=False))
    hers = (await play.meeting(await gets_link(play, location="zoom")))["settings"]
    event_id = await gets_link(play, person=CEM, location="zoom")
    his = (await play.meeting(event_id, person=CEM))["settings"]
    assert (hers["waiting_room"], hers["join_before_host"]) == (True, False)
    assert (his["waiting_room"], his["join_before_host"]) == (False, False)


async def test_what_zoom_answered_is_what_stands_in_the_event(play: Play):
    event_id = await gets_link(play, location="zoom")
    meeting, shown = await play.meeting(event_id), await play.seen(event_id)
    assert shown.link == meeting["join_url"]
    assert meeting["password"] in shown.text
    assert str(meeting["id"]) in shown.text.replace(" ", "")


async def test_a_series_is_one_meeting_without_a_fixed_time(play: Play):
    first = play.clock.now() + timedelta(hours=24)
    event_id = await gets_link(play, location="zoom", **weekly(play, first))
    assert len(await play.meetings()) == 1
    assert (await play.meeting(event_id))["type"] == 3


async def test_the_host_is_the_organisers_zoom_user(play: Play):
    event_id = await gets_link(play, person=CEM, location="zoom")
    assert (await play.meeting(event_id, person=CEM))["host_id"] == hosted_by(play, CEM)


async def test_the_host_may_be_mapped(play: Play):
    play.set_policy(ANA, host=CEM)
    event_id = await gets_link(play, location="zoom")
    assert (await play.meeting(event_id))["host_id"] == hosted_by(play, CEM)


async def test_a_host_whom_zoom_does_not_know_is_told(play: Play):
    play.set_policy(ANA, host="nobody@example.com")
    event_id = await play.add(location="zoom", guests=[BO, GUEST])
    async with play.spending() as spent:
        await play.settle(40)
    why = await play.why(event_id)
    assert why is not None
    assert "nobody@example.com" in why[1]
    assert "people:" in why[2]
    assert (spent.calendar, spent.mails) == (0, 0)
    assert await play.meetings() == {}
    play.set_policy(ANA, host=ANA)
    await play.edit(event_id, title="Again", guests=[BO, GUEST])
    await comes(play, event_id)


async def test_a_basic_host_works_and_long_events_are_warned_of(play: Play):
    short = await gets_link(play, person=BO, location="zoom", minutes=40, guests=[GUEST])
    await play.chores()
    assert not [line for line in (await play.status()).warnings if line.code == "basic_host"]
    long = await gets_link(play, person=BO, location="zoom", minutes=41, guests=[GUEST])
    await play.chores()
    [warning] = (await play.status()).warnings
    assert (warning.code, short != long) == ("basic_host", True)
    assert "40 minutes" in warning.text


async def test_the_start_link_stands_nowhere(play: Play):
    event_id = await gets_link(play, location="zoom")
    meeting, shown = await play.meeting(event_id), await play.seen(event_id)
    start = await play.at_zoom("GET", f"/meetings/{meeting['id']}")
    assert "zak=" in start["start_url"]
    assert "zak" not in str(shown.raw)
    assert "zak" not in repr(await play.store.run(lambda tx: tx.bindings.all()))
