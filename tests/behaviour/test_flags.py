"""Ways to ask that a person writes into an event: words, tags, categories, addresses."""

from __future__ import annotations

import pytest

from syncd.core.policy import FlagPolicy
from tests.behaviour.looks import comes, gets_link, nothing_comes, stays_bare
from tests.behaviour.world import ANA, BO, GUEST, Play

ROBOT = "zoom@example.com"


@pytest.mark.parametrize("word", ["zoom", "@zoom", "zoom meeting", "ZOOM", "  Zoom Meeting  "])
async def test_a_word_in_the_location(play: Play, word: str):
    event_id = await gets_link(play, location=word)
    shown = await play.seen(event_id)
    assert shown.location == shown.link


@pytest.mark.parametrize(
    "location", ["Room zoom", "zoom room 4", "zooms", "https://x.example/zoom"]
)
async def test_a_location_with_more_than_the_word(play: Play, location: str):
    await stays_bare(play, location=location)


async def test_words_are_config(play: Play):
    play.set_policy(ANA, flags=FlagPolicy(words=("video", "Telefon")))
    await gets_link(play, location="telefon")
    await stays_bare(play, location="zoom")


@pytest.mark.parametrize("tag", ["#zoom", "@zoom", "#ZOOM", "(#zoom)", "#zoom,"])
async def test_a_tag_in_the_title(play: Play, tag: str):
    event_id = await gets_link(play, title=f"Review {tag}")
    assert "zoom" not in (await play.seen(event_id)).title.lower()


@pytest.mark.parametrize("tag", ["#zoom", "@Zoom"])
async def test_a_tag_in_the_text(play: Play, tag: str):
    event_id = await gets_link(play, text=f"See you there. {tag}")
    assert tag in (await play.seen(event_id)).own_text


@pytest.mark.parametrize(
    "text",
    [
        "#zoomed",
        "x#zoom",
        "#zoom-in",
        "https://x.example/a#zoom",
        "ana@zoom",
        "mail@zoom.us",
        "www.x.example/#zoom",
    ],
)
async def test_a_tag_is_a_whole_word_outside_links_and_addresses(play: Play, text: str):
    await stays_bare(play, title=text, text=text)


async def test_tags_are_config(play: Play):
    play.set_policy(ANA, flags=FlagPolicy(tags=("video",), no_tags=("bitte-nicht",)))
    await gets_link(play, title="Review #video")
    await stays_bare(play, title="Review #zoom")
    await stays_bare(play, title="Review #video", text="#bitte-nicht")


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        ("Review #zoom", "Review"),
        ("#zoom Review", "Review"),
        ("Re #zoom view", "Re view"),
        ("Review (#zoom)", "Review"),
        ("Review #zoom:wait @zoom", "Review"),
    ],
)
async def test_a_tag_in_the_title_leaves_with_the_same_write(play: Play, title: str, clean: str):
    event_id = await gets_link(play, title=title)
    assert (await play.seen(event_id)).title == clean
    assert (await play.copy(event_id, BO)).title == clean
    assert (await play.meeting(event_id))["topic"] == clean


async def test_a_tag_in_the_title_may_stay(play: Play):
    play.set_policy(ANA, flags=FlagPolicy(strip_title_tag=False))
    event_id = await gets_link(play, title="Review #zoom")
    assert (await play.seen(event_id)).title == "Review #zoom"


@pytest.mark.parametrize("flag", [{"title": "Review #zoom"}, {"location": "zoom"}])
async def test_a_flag_that_was_taken_stays_in_force(play: Play, flag: dict[str, str]):
    event_id = await gets_link(play, **flag)
    link = (await play.seen(event_id)).link
    await play.edit(event_id, title="Another name")
    await play.settle(20)
    play.clock.advance(3600)
    await play.rests()
    assert (await play.seen(event_id)).link == link
    assert (await play.meeting(event_id))["topic"] == "Another name"


@pytest.mark.parametrize("tag", ["#nozoom", "#nolink", "@nozoom", "#NoZoom"])
@pytest.mark.parametrize("place", ["title", "text"])
async def test_a_no_in_the_event(play: Play, tag: str, place: str):
    play.set_policy(ANA, flags=FlagPolicy(addresses=(ROBOT,)))
    fields = {"title": "Review #zoom", "text": "#zoom", "location": "zoom"}
    fields[place] += f" {tag}"
    await stays_bare(play, guests=[ROBOT], **fields)


@pytest.mark.parametrize("app", ["outlook"], indirect=True)
async def test_a_category(play: Play):
    event_id = await gets_link(play, categories=["Red", "zoom"])
    assert (await play.seen(event_id)).raw["categories"] == ["Red", "zoom"]


@pytest.mark.parametrize("app", ["outlook"], indirect=True)
async def test_categories_are_config(play: Play):
    play.set_policy(ANA, flags=FlagPolicy(categories=("Video",)))
    await gets_link(play, categories=["video"])
    await stays_bare(play, categories=["Zoom"])


@pytest.mark.parametrize("app", ["outlook"], indirect=True)
async def test_a_no_wins_over_a_category(play: Play):
    await stays_bare(play, categories=["Zoom"], text="#nozoom")


async def test_an_invited_address(play: Play):
    await stays_bare(play, guests=[ROBOT, GUEST])
    play.set_policy(ANA, flags=FlagPolicy(addresses=(ROBOT,)))
    event_id = await gets_link(play, guests=[ROBOT, BO, GUEST])
    invited = (await play.meeting(event_id))["settings"]["meeting_invitees"]
    assert {one["email"] for one in invited} == {BO, GUEST}


async def test_a_choice_for_zoom(play: Play):
    await play.settle(10)
    event_id = await play.add(text="#nozoom", guests=[BO, GUEST])
    await play.choose(event_id, "zoom")
    await comes(play, event_id)


async def test_a_choice_for_none(play: Play):
    await play.settle(10)
    event_id = await play.add(location="zoom", title="Review #zoom", guests=[BO, GUEST])
    await play.choose(event_id, "none")
    await nothing_comes(play, event_id)
    await play.choose(event_id, "auto")
    await comes(play, event_id)


@pytest.mark.parametrize("app", ["google"], indirect=True)
async def test_a_choice_for_a_meet(play: Play):
    await play.settle(10)
    event_id = await play.add(location="zoom", guests=[BO, GUEST])
    await play.choose(event_id, "google_meet")
    await play.settle(20)
    shown = await play.seen(event_id)
    assert shown.conference is not None
    assert (shown.link, await play.meetings()) == (None, {})
    with pytest.raises(LookupError, match="no Teams meetings"):
        await play.choose(event_id, "teams")
    await play.rests()


@pytest.mark.parametrize("app", ["outlook"], indirect=True)
async def test_a_choice_for_teams(play: Play):
    await play.settle(10)
    event_id = await play.add(location="zoom", guests=[BO, GUEST])
    await play.choose(event_id, "teams")
    await play.settle(20)
    shown = await play.seen(event_id)
    assert shown.conference is not None
    assert (shown.link, await play.meetings()) == (None, {})
    with pytest.raises(LookupError, match="no Google Meet meetings"):
        await play.choose(event_id, "google_meet")
    await play.rests()


@pytest.mark.parametrize("word", ["meet", "Google Meet"])
@pytest.mark.parametrize("app", ["google"], indirect=True)
async def test_a_word_for_a_meet(play: Play, word: str):
    event_id = await play.add(location=word, guests=[BO, GUEST])
    async with play.spending() as spent:
        await play.settle(20)
    shown = await play.seen(event_id)
    assert shown.conference is not None
    assert (shown.location, spent.calendar, spent.zoom, spent.mails) == ("", 1, 0, 1)
    assert (await play.copy(event_id, BO)).conference == shown.conference
    await play.rests()


@pytest.mark.parametrize("word", ["teams", "Microsoft Teams"])
@pytest.mark.parametrize("app", ["outlook"], indirect=True)
async def test_a_word_for_teams(play: Play, word: str):
    event_id = await play.add(location=word, guests=[GUEST])
    async with play.spending() as spent:
        await play.settle(20)
    shown = await play.seen(event_id)
    assert shown.conference is not None
    assert (shown.location, spent.calendar, spent.zoom, spent.mails) == ("", 1, 0, 1)
    await play.rests()


async def test_a_tag_for_the_calendars_own_conference(play: Play):
    tag = "#meet" if play.app_name == "google" else "#teams"
    event_id = await play.add(title=f"Review {tag}", guests=[GUEST])
    async with play.spending() as spent:
        await play.settle(20)
    shown = await play.seen(event_id)
    assert shown.conference is not None
    assert (shown.title, spent.calendar, spent.zoom, spent.mails) == ("Review", 1, 0, 1)
    await play.rests()


async def test_a_conference_of_another_calendar_is_told(play: Play):
    word = "teams" if play.app_name == "google" else "meet"
    event_id = await stays_bare(play, location=word)
    why = await play.why(event_id)
    assert why is not None
    assert why[0] == "conference_elsewhere"
    assert "can only be had in" in why[1]


@pytest.mark.parametrize(
    "fields",
    [
        {"location": "\u200bzoom\u200b"},
        {"location": "\uff5a\uff4f\uff4f\uff4d"},
        {"title": "Review \uff03\uff3a\uff2f\uff2f\uff2d"},
        {"title": "Review #zo\u00adom"},
        {"text": "\u202e#zoom\u202c"},
        {"title": "R\u00e9union \U0001f389 #zoom"},
    ],
)
async def test_odd_spellings_count(play: Play, fields: dict[str, str]):
    await gets_link(play, **fields)


@pytest.mark.parametrize("title", ["#zo\u0307om", "#\u017doom", "\u266fzoom", "#zoom\u0301"])
async def test_other_letters_do_not_count(play: Play, title: str):
    await stays_bare(play, title=title)


async def test_a_link_copied_along_asks_for_its_own_meeting(play: Play):
    first = await gets_link(play, location="zoom")
    shown = await play.seen(first)
    copy = await play.add(
        title=shown.title, text=shown.text, location=shown.location, guests=[BO, GUEST], hours=48
    )
    await comes(play, copy)
    assert (await play.seen(copy)).link != shown.link
    assert (await play.seen(first)) == shown
