"""An event that asks for Zoom gets one meeting and its link."""

from __future__ import annotations

from tests.behaviour.world import GUEST, Play


async def test_a_word_in_the_location_becomes_the_link(play: Play):
    event_id = await play.add(location="zoom", guests=[GUEST])
    async with play.spending() as spent:
        await play.settle()
    shown = await play.seen(event_id)
    assert shown.location == shown.link
    assert shown.link in await play.meetings()
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 1, 1)
