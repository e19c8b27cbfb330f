"""A series after it got its link: what people do to one occurrence, to some, and to all."""

from __future__ import annotations

from datetime import timedelta

from tests.behaviour.repeats import daily, nth, occurrences, shorten
from tests.behaviour.world import GUEST, Play
from tests.fakes.clock import START

FIRST = START + timedelta(days=1)
DAY = timedelta(days=1)


async def linked(play: Play, **fields) -> str:
    return await play.linked(guests=[GUEST], **daily(play, 6), **fields)


async def test_a_moved_occurrence_needs_nothing(play: Play):
    series = await linked(play)
    link = (await play.seen(series)).link
    one = await nth(play, series, 2)
    start = FIRST + 2 * DAY + timedelta(hours=2)
    async with play.spending() as spent:
        await play.edit(one, start=start, end=start + timedelta(minutes=30))
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    assert (await play.seen(one)).link == link
    assert list(await play.meetings()) == [link]
    await play.at_rest()


async def test_a_renamed_occurrence_needs_nothing(play: Play):
    series = await linked(play)
    one = await nth(play, series, 2)
    async with play.spending() as spent:
        await play.edit(one, title="Special")
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    assert (await play.meeting(one))["topic"] == "Review"
    await play.at_rest()


async def test_a_cancelled_occurrence_needs_nothing(play: Play):
    series = await linked(play)
    one = await nth(play, series, 2)
    async with play.spending() as spent:
        await play.delete(one)
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    assert (await play.meeting(series))["topic"] == "Review"
    assert len([o for o in await occurrences(play, series) if o.get("status") != "cancelled"]) == 5
    await play.at_rest()


async def test_a_renamed_series_renames_its_one_meeting(play: Play):
    series = await linked(play)
    async with play.spending() as spent:
        await play.edit(series, title="Daily")
        await play.settle(20)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 1, 0)
    assert [m["topic"] for m in (await play.meetings()).values()] == ["Daily"]
    await play.at_rest()


async def test_an_occurrence_flagged_by_itself_gets_a_meeting_of_its_own(play: Play):
    series = await play.add(guests=[GUEST], **daily(play, 6))
    await play.settle(10)
    one = await nth(play, series, 2)
    await play.edit(one, location="zoom")
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 1, 1)
    meeting = await play.meeting(one)
    assert (meeting["type"], meeting["start_time"]) == (2, f"{FIRST + 2 * DAY:%Y-%m-%dT%H:%M:%SZ}")
    assert (await play.seen(series)).link is None
    assert (await play.seen(await nth(play, series, 3))).link is None
    await play.at_rest()


async def test_an_occurrence_that_says_no_loses_the_link_by_itself(play: Play):
    series = await linked(play)
    one = await nth(play, series, 2)
    await play.edit(one, title="#nozoom")
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 0, 1)
    assert (await play.seen(one)).link is None
    assert (await play.seen(await nth(play, series, 3))).link in await play.meetings()
    await play.at_rest()


async def test_an_occurrence_whose_link_is_taken_out_stays_without(play: Play):
    series = await linked(play, text="Agenda")
    one = await nth(play, series, 2)
    await play.edit(one, location="", text="Agenda")
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    assert (await play.seen(one)).link is None
    assert (await play.seen(series)).link in await play.meetings()
    await play.at_rest()


async def test_this_and_following_makes_a_series_with_a_meeting_of_its_own(play: Play):
    series = await linked(play, text="Agenda")
    before = await play.seen(series)
    await shorten(play, series, 3, first=FIRST)
    following = await play.of().add(
        start=FIRST + 3 * DAY,
        title="Review, later",
        text=before.text,
        location=before.location,
        guests=[GUEST],
        **daily(play, 3, first=FIRST + 3 * DAY),
    )
    async with play.spending() as spent:
        await play.settle(20)
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 1, 1)
    old, new = await play.meeting(series), await play.meeting(following)
    assert old["join_url"] == before.link
    assert new["join_url"] != before.link
    assert (old["topic"], new["topic"]) == ("Review", "Review, later")
    shown = await play.seen(following)
    assert shown.location == shown.link
    assert str(before.link) not in shown.text
    await play.at_rest()


async def test_a_deleted_series_takes_its_meeting_along_whatever_was_changed_in_it(play: Play):
    series = await linked(play)
    one = await nth(play, series, 2)
    await play.edit(one, title="Special")
    await play.settle(20)
    async with play.spending() as spent:
        await play.delete(series)
        await play.settle(60)
    assert await play.meetings() == {}
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 1, 0)
    assert await play.states() == {}
    await play.at_rest()


async def test_an_occurrence_with_its_own_meeting_goes_with_its_series(play: Play):
    series = await play.add(guests=[GUEST], **daily(play, 6))
    await play.settle(10)
    one = await nth(play, series, 2)
    await play.edit(one, location="zoom")
    await play.settle(20)
    assert len(await play.meetings()) == 1
    await play.delete(series)
    await play.settle(60)
    assert await play.meetings() == {}
    assert await play.states() == {}
    await play.at_rest()


async def test_a_series_without_its_flag_loses_the_link_in_every_occurrence(play: Play):
    series = await play.linked(location="", text="Agenda #zoom", guests=[GUEST], **daily(play, 6))
    one = await nth(play, series, 2)
    await play.edit(one, title="Special")
    await play.settle(20)
    text = (await play.seen(series)).text
    async with play.spending() as spent:
        await play.edit(series, text=text.replace(" #zoom", ""))
        await play.later(60)
        await play.later(400)
    # Outlook tells the guests of a changed occurrence by itself.
    assert spent.mails == (1 if play.app_name == "google" else 2)
    assert await play.meetings() == {}
    assert {(await play.seen(o["id"])).link for o in await occurrences(play, series)} == {None}
    await play.at_rest()
