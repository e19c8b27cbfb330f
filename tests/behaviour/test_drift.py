"""What people do to a meeting in Zoom's own app, found by the sweep at the latest."""

from __future__ import annotations

import pytest

from syncd.core.policy import LinkPolicy, OnMeetingDeleted
from tests.behaviour.world import ANA, GUEST, Play

FAR = 24 * 30.0


async def deleted_at_zoom(play: Play, event_id: str) -> int:
    meeting = await play.meeting(event_id)
    await play.at_zoom("DELETE", f"/meetings/{meeting['id']}")
    number: int = meeting["id"]
    return number


async def test_a_meeting_deleted_at_zoom_is_made_anew_and_its_link_replaced(play: Play):
    event_id = await play.linked(hours=FAR, text="Agenda", guests=[GUEST])
    before = await play.seen(event_id)
    await deleted_at_zoom(play, event_id)
    async with play.spending() as spent:
        await play.swept()
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 1, 1)
    after = await play.seen(event_id)
    assert after.link in await play.meetings()
    assert after.link != before.link
    assert str(before.link) not in after.text
    assert after.location == after.link
    await play.at_rest()


async def test_policy_may_take_the_link_out_with_a_meeting_deleted_at_zoom(play: Play):
    play.set_policy(ANA, link=LinkPolicy(on_meeting_deleted=OnMeetingDeleted.UNLINK))
    event_id = await play.linked(hours=FAR, text="Agenda #zoom", location="", guests=[GUEST])
    await deleted_at_zoom(play, event_id)
    async with play.spending() as spent:
        await play.swept()
    assert (spent.calendar, spent.mails) == (1, 1)
    shown = await play.seen(event_id)
    assert (shown.link, shown.location, shown.has_block) == (None, "", False)
    assert "Agenda #zoom" in shown.text
    assert await play.meetings() == {}
    await play.at_rest()


async def test_a_meeting_deleted_at_zoom_is_found_by_a_change_of_its_event_too(play: Play):
    event_id = await play.linked(guests=[GUEST])
    before = await play.seen(event_id)
    await deleted_at_zoom(play, event_id)
    await play.edit(event_id, title="Later")
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 1, 1)
    meeting = await play.meeting(event_id)
    assert (meeting["topic"], meeting["join_url"] != before.link) == ("Later", True)
    await play.at_rest()


@pytest.mark.parametrize("pause", [10, 0])
async def test_who_takes_the_link_out_and_deletes_the_meeting_gets_no_other(
    play: Play, pause: float
):
    event_id = await play.linked(hours=FAR, guests=[GUEST])
    meeting = await play.meeting(event_id)
    await play.edit(event_id, location="", text="Agenda")
    await play.settle(pause)
    await play.at_zoom("DELETE", f"/meetings/{meeting['id']}")
    async with play.spending() as spent:
        await play.swept()
    assert (spent.calendar, spent.mails) == (0, 0)
    assert (await play.seen(event_id)).link is None
    assert await play.meetings() == {}
    await play.at_rest()


async def test_a_meeting_that_a_person_recovers_in_time_is_kept(play: Play):
    event_id = await play.linked(hours=FAR, guests=[GUEST])
    before = await play.seen(event_id)
    number = await deleted_at_zoom(play, event_id)
    await play.edit(event_id, title="Later")
    await play.settle(10)
    async with play.spending() as spent:
        play.zoom.shelf.recover(number)
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 1, 0)
    assert (await play.seen(event_id)).link == before.link
    assert (await play.meeting(event_id))["topic"] == "Later"
    await play.at_rest()


async def test_a_meeting_recovered_too_late_is_told_and_left_alone(play: Play):
    event_id = await play.linked(hours=FAR, guests=[GUEST])
    number = await deleted_at_zoom(play, event_id)
    await play.swept()
    after = await play.seen(event_id)
    play.zoom.shelf.recover(number)
    async with play.spending() as spent:
        await play.swept()
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    assert (await play.seen(event_id)).raw == after.raw
    [warning] = (await play.status()).warnings
    assert (warning.code, str(number) in warning.text) == ("orphan_meeting", True)
    assert len(await play.meetings()) == 2
    await play.at_rest()


async def test_a_new_passcode_at_zoom_refreshes_the_link_in_the_event(play: Play):
    event_id = await play.linked(hours=FAR, text="Agenda", guests=[GUEST])
    before = await play.seen(event_id)
    meeting = await play.meeting(event_id)
    await play.at_zoom("PATCH", f"/meetings/{meeting['id']}", password="4711ab")
    async with play.spending() as spent:
        await play.swept()
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 0, 1)
    after = await play.seen(event_id)
    assert after.link != before.link
    assert (await play.meetings())[str(after.link)]["id"] == meeting["id"]
    assert after.location == after.link
    assert "4711ab" in after.text
    assert meeting["password"] not in after.text
    await play.at_rest()


async def test_other_settings_at_zoom_are_theirs_and_stay(play: Play):
    event_id = await play.linked(hours=FAR, guests=[GUEST])
    meeting = await play.meeting(event_id)
    theirs = {"mute_upon_entry": True, "host_video": True, "auto_recording": "cloud"}
    await play.at_zoom("PATCH", f"/meetings/{meeting['id']}", settings=theirs)
    async with play.spending() as spent:
        await play.swept()
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    await play.edit(event_id, title="Later")
    await play.settle(20)
    after = await play.meeting(event_id)
    assert after["topic"] == "Later"
    assert theirs.items() <= after["settings"].items()
    await play.at_rest()


async def test_a_meeting_made_a_webinar_is_told_and_left_alone(play: Play):
    event_id = await play.linked(hours=FAR, guests=[GUEST])
    before = await play.seen(event_id)
    play.zoom.webinars.add((await play.meeting(event_id))["id"])
    async with play.spending() as spent:
        await play.swept()
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    assert (await play.seen(event_id)).raw == before.raw
    [warning] = (await play.status()).warnings
    assert (warning.event, warning.code) == (event_id, "meeting_is_webinar")
    assert "webinar" in warning.text
    await play.at_rest()


@pytest.mark.parametrize("times", [6])
async def test_a_link_changed_by_another_program_again_and_again_is_not_fought_over(
    play: Play, times: int
):
    event_id = await play.linked(text="Agenda #zoom", location="", guests=[GUEST])
    before = await play.seen(event_id)
    damaged = str(before.link).partition("?")[0]
    async with play.spending() as spent:
        for _ in range(times):
            text = before.text.replace("?pwd=", "?pwd=x").replace("&amp;pwd=", "&amp;pwd=x")
            await play.edit(event_id, location=damaged, text=text)
            await play.settle(20)
    assert spent.calendar <= 3
    assert (spent.zoom, spent.mails) == (0, spent.calendar)
    codes = [line.code for line in (await play.status()).waiting]
    assert codes == ["link_fought_over"]
