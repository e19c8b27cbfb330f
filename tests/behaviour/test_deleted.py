"""Events that are deleted or cancelled, and meetings that are none of ours."""

from __future__ import annotations

from syncd.core.policy import LinkPolicy, OnEventDeleted
from tests.behaviour.world import ANA, GUEST, Play

TEXT = "Please read the draft."


async def test_a_deleted_event_takes_its_meeting_along(play: Play):
    event_id = await play.linked(guests=[GUEST])
    link = (await play.seen(event_id)).link
    await play.delete(event_id)
    async with play.spending() as spent:
        await play.settle(60)
    assert link not in await play.meetings()
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 1, 0)
    assert await play.states() == {}
    await play.at_rest()


async def test_a_cancelled_event_takes_its_meeting_along(play: Play):
    event_id = await play.linked(guests=[GUEST])
    link = (await play.seen(event_id)).link
    await play.cancel(event_id)
    async with play.spending() as spent:
        await play.settle(60)
    assert link not in await play.meetings()
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 1, 0)
    await play.at_rest()


async def test_policy_may_keep_the_meeting_of_a_deleted_event(play: Play):
    play.set_policy(ANA, link=LinkPolicy(on_event_deleted=OnEventDeleted.KEEP))
    event_id = await play.linked(guests=[GUEST])
    link = (await play.seen(event_id)).link
    await play.delete(event_id)
    async with play.spending() as spent:
        await play.later(120)
    assert link in await play.meetings()
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    await play.at_rest()


async def test_a_meeting_without_our_mark_is_never_changed_or_deleted(play: Play):
    hers = await play.at_zoom("POST", "/users/me/meetings", topic="Hers", type=3)
    event_id = await play.add(location=hers["join_url"], text=TEXT, guests=[GUEST])
    flagged = await play.add(title="Review #zoom", location=hers["join_url"], guests=[GUEST])
    await play.settle(20)
    for change in ({"title": "Moved"}, {"location": ""}):
        await play.edit(event_id, **change)
        await play.edit(flagged, **change)
        await play.settle(20)
    await play.delete(event_id)
    await play.swept()
    await play.later(120)
    assert (await play.meetings())[hers["join_url"]]["topic"] == "Hers"
    assert play.zoom.snapshot()["deleted"] == []
    await play.at_rest()


async def test_the_button_alone_still_is_the_link():
    play = Play("google", conference_data="auto")
    await play.begin()
    play.google.conference_mode = "accept"
    event_id = await play.linked(text=TEXT, guests=[GUEST])
    link = (await play.seen(event_id)).link
    raw = (await play.seen(event_id)).raw
    assert raw["conferenceData"]["entryPoints"][0]["uri"] == link
    await play.edit(event_id, location="", text=TEXT)
    await play.at_rest()
    assert link in await play.meetings()
    await play.edit(event_id, conferenceData=None)
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 1, 0)
    assert link not in await play.meetings()
    await play.at_rest()
    await play.close()
