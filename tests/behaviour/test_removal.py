"""Marks, links and whole events that people take away, and what is left then."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.services.choose import choose
from tests.behaviour.apps import Shown
from tests.behaviour.world import BO, GUEST, Play

TEXT = "Please read the draft."


def own(shown: Shown) -> tuple[str, str, str]:
    """Give what people see of an event, but for what Exchange wraps around a text."""
    inner = shown.text.partition("<body>")[2].partition("</body>")[0] or shown.text
    return shown.title, shown.location, inner.replace("<div></div>", "").strip()


def without_link(play: Play, text: str = TEXT) -> dict[str, Any]:
    """Clear location and text of our link, as a person does who wants neither."""
    fields: dict[str, Any] = {"location": "", "text": text}
    return fields if play.app_name == "outlook" else fields | {"conferenceData": None}


async def removed(play: Play, event_id: str) -> None:
    """Let the removal come: the link first, its meeting after, in one write with one mail."""
    link = (await play.seen(event_id)).link
    assert link is not None
    async with play.spending() as held:
        await play.settle(20)
    assert (held.calendar, held.zoom, held.mails) == (0, 0, 0)
    assert link in await play.meetings()
    async with play.spending() as spent:
        await play.settle(40)
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 1, 1)
    assert link not in await play.meetings()
    shown = await play.seen(event_id)
    assert shown.link is None
    assert not shown.has_block


async def test_a_tag_taken_out_of_the_text_takes_link_and_meeting_along(play: Play):
    event_id = await play.linked(location="", text=f"{TEXT} #zoom", guests=[GUEST])
    text = (await play.seen(event_id)).text
    await play.edit(event_id, text=text.replace(" #zoom", ""))
    await removed(play, event_id)
    assert own(await play.seen(event_id)) == ("Review", "", TEXT)
    assert await play.states() == {}
    await play.at_rest()


@pytest.mark.parametrize("app", ["outlook"], indirect=True)
async def test_a_category_taken_away_takes_link_and_meeting_along(play: Play):
    event_id = await play.linked(location="", text=TEXT, categories=["Zoom"], guests=[GUEST])
    await play.edit(event_id, categories=["Red"])
    await removed(play, event_id)
    assert own(await play.seen(event_id)) == ("Review", "", TEXT)
    await play.at_rest()


async def test_a_choice_taken_back_takes_link_and_meeting_along(play: Play):
    event_id = await play.add(text=TEXT, guests=[GUEST])
    await play.settle(10)
    await choose(play.deps, event_id, "zoom")
    await play.settle(10)
    assert (await play.seen(event_id)).link in await play.meetings()
    await choose(play.deps, event_id, "auto")
    await removed(play, event_id)
    assert own(await play.seen(event_id)) == ("Review", "", TEXT)
    await play.at_rest()


async def test_a_choice_of_none_takes_link_and_meeting_along(play: Play):
    event_id = await play.linked(text=TEXT, guests=[GUEST])
    await choose(play.deps, event_id, "none")
    await removed(play, event_id)
    assert own(await play.seen(event_id)) == ("Review", "", TEXT)
    await play.at_rest()


@pytest.mark.parametrize("tag", ["#nozoom", "#nolink"])
async def test_a_tag_that_says_no_takes_link_and_meeting_along(play: Play, tag: str):
    event_id = await play.linked(text=TEXT, guests=[GUEST])
    await play.edit(event_id, title=f"Review {tag}")
    await removed(play, event_id)
    assert own(await play.seen(event_id)) == (f"Review {tag}", "", TEXT)
    await play.at_rest()


async def test_afterwards_location_and_text_are_as_if_we_had_never_been(play: Play):
    html = "<p><b>Agenda</b> &amp; more</p>\r\n<ul><li>one</li></ul> #zoom"
    plain = await play.add(location="Room 4", text=html.removesuffix(" #zoom"), guests=[GUEST])
    event_id = await play.linked(location="Room 4", text=html, guests=[GUEST])
    assert (await play.seen(event_id)).location == "Room 4"
    text = (await play.seen(event_id)).text
    await play.edit(event_id, text=text.replace(" #zoom", ""))
    await removed(play, event_id)
    assert own(await play.seen(event_id)) == own(await play.seen(plain))
    await play.at_rest()


async def test_a_flag_word_is_not_put_back(play: Play):
    event_id = await play.linked(location="zoom", guests=[GUEST])
    await play.edit(event_id, title="#nozoom")
    await removed(play, event_id)
    assert (await play.seen(event_id)).location == ""
    await play.at_rest()


async def test_a_room_that_a_person_wrote_since_stays(play: Play):
    event_id = await play.linked(text=TEXT, guests=[GUEST])
    await play.edit(event_id, location="Room 7", title="#nozoom")
    await removed(play, event_id)
    assert own(await play.seen(event_id)) == ("#nozoom", "Room 7", TEXT)
    await play.at_rest()


async def test_guests_lose_the_link_with_the_organiser(play: Play):
    event_id = await play.linked(text=TEXT, guests=[BO, GUEST])
    link = (await play.seen(event_id)).link
    copies = await play.copies(event_id, of=BO)
    assert [copy.link for copy in copies] == [link]
    await play.edit(event_id, title="#nozoom")
    await play.settle(60)
    assert [own(copy) for copy in await play.copies(event_id, of=BO)] == [("#nozoom", "", TEXT)]
    await play.at_rest()


async def test_who_deletes_our_link_everywhere_takes_its_meeting_along(play: Play):
    event_id = await play.linked(text=TEXT, guests=[GUEST])
    link = (await play.seen(event_id)).link
    await play.edit(event_id, **without_link(play))
    async with play.spending() as spent:
        await play.settle(25)
        assert link in await play.meetings()
        await play.settle(30)
    assert link not in await play.meetings()
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 1, 0)
    assert await play.states() == {}
    await play.edit(event_id, title="Another title")
    await play.at_rest()
    assert own(await play.seen(event_id)) == ("Another title", "", TEXT)


def anew(play: Play) -> list[dict[str, Any]]:
    several: list[dict[str, Any]] = [
        {"title": "Review #zoom"},
        {"text": f"{TEXT} #zoom"},
        {"location": "zoom"},
    ]
    return [*several, {"categories": ["Zoom"]}] if play.app_name == "outlook" else several


async def test_a_link_deleted_everywhere_stays_away_until_flagged_anew(play: Play):
    for flag in anew(play):
        event_id = await play.linked(text=f"{TEXT} @zoom", location="", guests=[GUEST])
        link = (await play.seen(event_id)).link
        await play.edit(event_id, **without_link(play, f"{TEXT} @zoom"))
        await play.settle(60)
        assert await play.states() == {event_id: "declined"}
        await play.edit(event_id, **flag)
        async with play.spending() as spent:
            await play.settle(20)
        assert (spent.calendar, spent.zoom, spent.mails) == (1, 1, 1), flag
        assert (await play.meeting(event_id))["join_url"] != link
        await play.delete(event_id)
        await play.later(120)
    await play.at_rest()


async def test_a_link_deleted_everywhere_comes_by_a_choice(play: Play):
    event_id = await play.linked(text=TEXT, guests=[GUEST])
    await play.edit(event_id, **without_link(play))
    await play.settle(60)
    await choose(play.deps, event_id, "zoom")
    async with play.spending() as spent:
        await play.settle(20)
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 1, 1)
    assert await play.meeting(event_id)
    await play.at_rest()


async def test_flagged_again_within_the_hold_off_meeting_and_link_come_back(play: Play):
    for flag in anew(play):
        event_id = await play.linked(text=TEXT, guests=[GUEST])
        link = (await play.seen(event_id)).link
        await play.edit(event_id, **without_link(play))
        await play.settle(15)
        text = flag.get("text", TEXT)
        await play.edit(event_id, **flag)
        async with play.spending() as spent:
            await play.settle(60)
        assert (await play.meeting(event_id))["join_url"] == link, flag
        assert (spent.calendar, spent.zoom, spent.mails) == (1, 0, 1), flag
        shown = await play.seen(event_id)
        assert text in shown.text
        assert shown.text.count("/j/") >= 1
        await play.at_rest()
        await play.delete(event_id)
        await play.later(120)


async def test_a_tag_taken_away_and_put_back_within_the_hold_off_costs_nothing(play: Play):
    event_id = await play.linked(location="", text=f"{TEXT} #zoom", guests=[GUEST])
    before = await play.seen(event_id)
    await play.edit(event_id, text=before.text.replace(" #zoom", ""))
    await play.settle(15)
    await play.edit(event_id, text=before.text)
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    assert (await play.meeting(event_id))["join_url"] == before.link
    await play.at_rest()


async def test_text_edited_inside_our_block_is_left_alone(play: Play):
    event_id = await play.linked(text=TEXT, guests=[GUEST])
    text = (await play.seen(event_id)).text
    mine = text.replace("Passcode", "Secret word").replace("Meeting ID", "Number")
    assert mine != text
    await play.edit(event_id, text=mine)
    await play.at_rest()
    shown = await play.seen(event_id)
    assert "Secret word" in shown.text
    assert shown.link in await play.meetings()


async def test_the_block_deleted_alone_stays_out_while_the_link_stands(play: Play):
    event_id = await play.linked(text=TEXT, guests=[GUEST])
    link = (await play.seen(event_id)).link
    await play.edit(event_id, text=TEXT)
    await play.at_rest()
    shown = await play.seen(event_id)
    assert (shown.location, shown.has_block) == (link, False)
    assert link in await play.meetings()


async def test_the_location_cleared_alone_stays_clear_while_the_block_stands(play: Play):
    event_id = await play.linked(text=TEXT, guests=[GUEST])
    link = (await play.seen(event_id)).link
    await play.edit(event_id, location="")
    await play.at_rest()
    shown = await play.seen(event_id)
    assert (shown.location, shown.link, shown.has_block) == ("", link, True)
    assert link in await play.meetings()
