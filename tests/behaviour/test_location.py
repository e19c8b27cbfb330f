"""The location of an event that got a link, and the private mark beside it."""

from __future__ import annotations

import pytest

from tests.behaviour.looks import comes, gets_link
from tests.behaviour.world import BO, GUEST, Play


@pytest.mark.parametrize("fields", [{"text": "#zoom"}, {"title": "Review #zoom"}])
async def test_an_empty_location_becomes_the_link(play: Play, fields: dict[str, str]):
    event_id = await gets_link(play, **fields)
    shown = await play.seen(event_id)
    assert shown.location == shown.link
    assert (await play.copy(event_id, BO)).location == shown.link


@pytest.mark.parametrize("room", ["Room 4", "Zoom room, second floor", "Café; back entrance"])
async def test_a_room_stays_as_it_is(play: Play, room: str):
    event_id = await gets_link(play, title="Review #zoom", location=room)
    assert (await play.seen(event_id)).location == room
    assert (await play.copy(event_id, BO)).location == room


@pytest.mark.parametrize("app", ["outlook"], indirect=True)
async def test_a_room_of_the_directory_stays_among_the_locations(play: Play):
    room = {
        "displayName": "Room 4",
        "locationType": "conferenceRoom",
        "locationEmailAddress": "room4@example.com",
    }
    event_id = await gets_link(play, title="Review #zoom", locations=[room])
    [kept] = (await play.seen(event_id)).raw["locations"]
    assert {name: kept[name] for name in room} == room


@pytest.mark.parametrize("app", ["outlook"], indirect=True)
async def test_two_rooms_stay(play: Play):
    rooms = [{"displayName": "Room 4"}, {"displayName": "Room 5"}]
    event_id = await gets_link(play, text="#zoom", locations=rooms)
    kept = (await play.seen(event_id)).raw["locations"]
    assert [one["displayName"] for one in kept] == ["Room 4", "Room 5"]


async def test_all_is_in_one_write_under_the_version_that_was_read(play: Play):
    event_id = await play.add(title="Review #zoom", location="zoom", guests=[BO, GUEST])
    before = (await play.seen(event_id)).raw
    await comes(play, event_id)
    shown = await play.seen(event_id)
    assert (shown.title, shown.location, shown.has_block) == ("Review", shown.link, True)
    field = "etag" if play.app_name == "google" else "@odata.etag"
    assert shown.raw[field] != before[field]


async def test_the_private_mark_names_the_meeting_and_is_the_organisers_alone(play: Play):
    event_id = await gets_link(play, location="zoom")
    meeting = await play.meeting(event_id)
    marks = [mark for mark in await play.marks(event_id) if mark]
    assert len(marks) == 1
    assert marks[0].startswith(f"v1.{meeting['id']}.")
    assert [mark for mark in await play.marks(event_id, person=BO) if mark] == []


async def test_after_the_database_is_lost_the_mark_finds_our_own_work(play: Play):
    event_id = await gets_link(play, location="zoom")
    shown, meetings = await play.seen(event_id), await play.meetings()
    await play.lose_database()
    await play.rests(60)
    assert await play.seen(event_id) == shown
    assert await play.meetings() == meetings
    assert (await play.explained(event_id)).state == "linked"
