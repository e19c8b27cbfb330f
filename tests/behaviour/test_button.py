"""Google's own "Join with Zoom" button: tried per account, remembered, silent when refused."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.behaviour.looks import gets_link, mails_to
from tests.behaviour.table import told
from tests.behaviour.world import GUEST, Play


@pytest.fixture
async def play(request: pytest.FixtureRequest) -> AsyncIterator[Play]:
    """Give the play in which the button is tried."""
    made = Play("google", conference_data="auto")
    made.google.conference_mode = "accept"
    async with told(made, request):
        yield made


async def test_the_button_comes_with_the_same_write(play: Play):
    event_id = await gets_link(play, location="zoom")
    shown = await play.seen(event_id)
    entries = shown.raw["conferenceData"]["entryPoints"]
    assert entries[0]["uri"] == shown.link
    assert shown.raw["conferenceData"]["conferenceSolution"]["name"] == "Zoom Meeting"


async def test_the_button_goes_with_the_link(play: Play):
    event_id = await gets_link(play, location="zoom")
    await play.edit(event_id, title="Review #nozoom")
    await play.settle(90)
    shown = await play.seen(event_id)
    assert "conferenceData" not in shown.raw
    assert (shown.link, await play.meetings()) == (None, {})
    await play.rests()


@pytest.mark.parametrize("mode", ["reject400", "strip"])
async def test_where_google_refuses_it_the_link_comes_all_the_same(play: Play, mode: str):
    play.google.conference_mode = "strip" if mode == "strip" else "reject400"
    event_id = await play.add(location="zoom", guests=[GUEST])
    mailed = mails_to(play)
    await play.settle(20)
    shown = await play.seen(event_id)
    assert shown.location == shown.link
    assert "conferenceData" not in shown.raw
    assert mails_to(play) - mailed == 1
    assert await play.why(event_id) is None
    await play.rests()


async def test_a_refusal_is_remembered_for_the_account(play: Play):
    play.google.conference_mode = "reject400"
    first = await play.add(location="zoom", guests=[GUEST])
    await play.settle(20)
    assert (await play.seen(first)).link is not None
    play.google.conference_mode = "accept"
    second = await gets_link(play, location="zoom")
    assert "conferenceData" not in (await play.seen(second)).raw
    play.clock.advance(8 * 24 * 3600)
    await play.settle(10)
    third = await gets_link(play, location="zoom")
    assert "conferenceData" in (await play.seen(third)).raw
