"""What people change in an event, and what becomes of its meeting."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.behaviour.world import BO, GUEST, Play
from tests.fakes.clock import START

DAY = timedelta(days=1)


def moved(play: Play) -> tuple[dict[str, Any], dict[str, Any]]:
    start = play.clock.now() + 2 * DAY
    return (
        {"start": start, "end": start + timedelta(minutes=30)},
        {"start_time": f"{start:%Y-%m-%dT%H:%M:%SZ}"},
    )


def renamed(play: Play) -> tuple[dict[str, Any], dict[str, Any]]:
    return {"title": "New & <b>"}, {"topic": "New & <b>"}


def lengthened(play: Play) -> tuple[dict[str, Any], dict[str, Any]]:
    return {"end": START + DAY + timedelta(minutes=75)}, {"duration": 75}


async def test_the_meeting_follows_into_another_time_zone(play: Play):
    event_id = await play.linked(guests=[GUEST])
    day = f"{START + 2 * DAY:%Y-%m-%d}"
    zone = "Asia/Tokyo" if play.app_name == "google" else "Tokyo Standard Time"
    times = {
        name: {"dateTime": f"{day}T{at}:00", "timeZone": zone}
        for name, at in (("start", "09:00"), ("end", "09:30"))
    }
    await play.of().write("PATCH", f"/{event_id}", times)
    async with play.spending() as spent:
        await play.settle(20)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 1, 0)
    wanted = {"timezone": "Asia/Tokyo", "start_time": f"{day}T00:00:00Z", "duration": 30}
    assert wanted.items() <= (await play.meeting(event_id)).items()
    await play.at_rest()


@pytest.mark.parametrize("change", [moved, renamed, lengthened])
async def test_the_meeting_follows_its_event_and_nobody_is_mailed(play: Play, change):
    event_id = await play.linked(guests=[GUEST])
    before = await play.seen(event_id)
    fields, wanted = change(play)
    await play.edit(event_id, **fields)
    async with play.spending() as spent:
        await play.settle(20)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 1, 0)
    assert wanted.items() <= (await play.meeting(event_id)).items()
    assert (await play.seen(event_id)).link == before.link
    await play.at_rest()


async def test_who_is_invited_or_uninvited_is_so_at_zoom(play: Play):
    event_id = await play.linked(guests=[GUEST])
    for guests in ([GUEST, BO], [BO]):
        await play.edit(event_id, guests=guests)
        async with play.spending() as spent:
            await play.settle(20)
        invited = (await play.meeting(event_id))["settings"]["meeting_invitees"]
        assert {one["email"] for one in invited} == set(guests)
        assert (spent.calendar, spent.zoom, spent.mails) == (0, 1, 0)
    await play.at_rest()


async def test_only_differences_are_sent(play: Play):
    event_id = await play.linked()
    meeting = await play.meeting(event_id)
    theirs = {"host_video": True, "mute_upon_entry": True}
    await play.at_zoom("PATCH", f"/meetings/{meeting['id']}", settings=theirs)
    await play.edit(event_id, title="Another")
    await play.settle(20)
    after = await play.meeting(event_id)
    assert after["topic"] == "Another"
    assert theirs.items() <= after["settings"].items()
    await play.at_rest()


async def test_what_does_not_concern_the_meeting_costs_nothing(play: Play):
    event_id = await play.linked(guests=[GUEST])
    if play.app_name == "google":
        await play.edit(event_id, colorId="3", reminders={"useDefault": False})
    else:
        await play.edit(event_id, isReminderOn=False, importance="high", showAs="free")
    async with play.spending() as spent:
        await play.settle(20)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    await play.at_rest()


async def test_edits_within_seconds_are_joined(play: Play):
    event_id = await play.linked(guests=[GUEST])
    async with play.spending() as spent:
        for second in range(5):
            await play.edit(event_id, title=f"Draft {second}")
            await play.settle(1)
        await play.settle(20)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 1, 0)
    assert (await play.meeting(event_id))["topic"] == "Draft 4"
    await play.at_rest()


async def test_edits_that_need_a_new_link_cost_one_update_and_one_write(play: Play):
    event_id = await play.linked(guests=[GUEST])
    meeting = await play.meeting(event_id)
    await play.at_zoom("PATCH", f"/meetings/{meeting['id']}", password="4711ab")
    async with play.spending() as spent:
        for second in range(3):
            await play.edit(event_id, title=f"Draft {second}")
            await play.settle(1)
        await play.settle(20)
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 1, 1)
    assert (await play.meeting(event_id))["topic"] == "Draft 2"
    await play.at_rest()


async def test_whoever_edits_for_ever_does_not_keep_the_meeting_from_following(play: Play):
    event_id = await play.linked()
    for second in range(12):
        await play.edit(event_id, title=f"Draft {second}")
        await play.settle(4)
    assert (await play.meeting(event_id))["topic"] != "Review"
    await play.settle(20)
    assert (await play.meeting(event_id))["topic"] == "Draft 11"
    await play.at_rest()


async def test_an_event_that_starts_soon_is_not_kept_waiting(play: Play):
    event_id = await play.linked(hours=0.2)
    await play.edit(event_id, title="Now")
    await play.settle(5)
    assert (await play.meeting(event_id))["topic"] == "Now"
    await play.at_rest()


async def test_when_the_event_is_over_nothing_is_deleted(play: Play):
    event_id = await play.linked(guests=[GUEST])
    before = await play.seen(event_id)
    async with play.spending() as spent:
        await play.later(3 * DAY.total_seconds())
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    assert (await play.seen(event_id)).raw == before.raw
    assert before.link in await play.meetings()
    assert await play.states() == {event_id: "linked"}
    await play.at_rest()


async def test_after_keep_days_the_binding_of_a_past_event_is_forgotten(play: Play):
    event_id = await play.linked()
    before = await play.seen(event_id)
    await play.later(29 * DAY.total_seconds())
    await play.upkeep.forget_finished()
    assert await play.states() == {event_id: "linked"}
    await play.later(3 * DAY.total_seconds())
    async with play.spending() as spent:
        await play.upkeep.forget_finished()
        await play.settle(10)
    assert await play.states() == {}
    assert (spent.calendar, spent.zoom) == (0, 0)
    assert (await play.seen(event_id)).raw == before.raw
    await play.at_rest()
