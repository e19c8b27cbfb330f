"""From one kind of conference to another: the new link first, in one write, then the old meeting goes."""

from __future__ import annotations

import pytest

from syncd.services.choose import choose
from tests.behaviour.world import GUEST, Play

GOOGLE = pytest.mark.parametrize("app", ["google"], indirect=True)
OUTLOOK = pytest.mark.parametrize("app", ["outlook"], indirect=True)
TEXT = "Please read the draft."


def kind(play: Play) -> tuple[str, str, str]:
    """Give the conference of the calendar's own provider: its tag, its name for us, its links."""
    if play.app_name == "google":
        return "#meet", "google_meet", "https://meet.google.com/"
    return "#teams", "teams", "https://teams.microsoft.com/"


async def switched(play: Play, event_id: str, link: str | None) -> None:
    """Let the swap come: one write with one mail, the Zoom meeting kept for a moment, then gone."""
    async with play.spending() as swap:
        await play.settle(20)
    shown = await play.seen(event_id)
    assert str(shown.conference).startswith(kind(play)[2])
    assert (shown.link, shown.has_block, shown.location) == (None, False, "")
    assert TEXT in shown.text
    assert link in await play.meetings()
    assert (swap.calendar, swap.zoom, swap.mails) == (1, 0, 1)
    async with play.spending() as rest:
        await play.settle(60)
    assert (rest.calendar, rest.zoom, rest.mails) == (0, 1, 0)
    assert link not in await play.meetings()


async def test_from_zoom_to_the_providers_own_by_its_tag(play: Play):
    event_id = await play.linked(location="", text=f"{TEXT} #zoom", guests=[GUEST])
    before = await play.seen(event_id)
    await play.edit(event_id, text=before.text.replace("#zoom", kind(play)[0]))
    await switched(play, event_id, before.link)
    await play.at_rest()


async def test_from_zoom_to_the_providers_own_by_a_tag_in_the_title(play: Play):
    event_id = await play.linked(location="", title="Review #zoom", text=TEXT, guests=[GUEST])
    before = await play.seen(event_id)
    assert before.title == "Review"
    await play.edit(event_id, title=f"Review {kind(play)[0]}")
    await switched(play, event_id, before.link)
    assert (await play.seen(event_id)).title == "Review"
    await play.at_rest()


async def test_from_zoom_to_the_providers_own_by_a_word(play: Play):
    event_id = await play.linked(text=TEXT, guests=[GUEST])
    before = await play.seen(event_id)
    await play.edit(event_id, location=kind(play)[0].removeprefix("#"))
    await switched(play, event_id, before.link)
    await play.at_rest()


async def test_from_zoom_to_the_providers_own_by_a_choice(play: Play):
    event_id = await play.linked(text=TEXT, guests=[GUEST])
    before = await play.seen(event_id)
    await choose(play.deps, event_id, kind(play)[1])
    await switched(play, event_id, before.link)
    await play.at_rest()


async def test_zoom_stays_while_its_provider_refuses_the_other(play: Play):
    if play.app_name == "google":
        play.google.knobs.meet_allowed = False
    else:
        play.outlook.exchange.teams.allowed = ("unknown",)
    event_id = await play.linked(text=TEXT, guests=[GUEST])
    before = await play.seen(event_id)
    await choose(play.deps, event_id, kind(play)[1])
    async with play.spending() as spent:
        await play.settle(120)
    shown = await play.seen(event_id)
    assert (shown.conference, shown.link, shown.text) == (None, before.link, before.text)
    assert before.link in await play.meetings()
    assert spent.mails == 0
    code, reason, remedy = (await play.waiting())[event_id]
    assert code in ("meet_not_allowed", "teams_not_allowed", "conference_not_made")
    assert reason
    assert remedy
    await play.at_rest()


@GOOGLE
async def test_zoom_comes_back_where_a_meet_was_begun_and_not_made(play: Play):
    play.google.knobs.meet_outcome = "failure"
    event_id = await play.linked(text=TEXT, guests=[GUEST])
    before = await play.seen(event_id)
    await choose(play.deps, event_id, "google_meet")
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (2, 0, 2)
    shown = await play.seen(event_id)
    assert (shown.conference, shown.link) == (None, before.link)
    assert before.link in await play.meetings()
    assert (await play.waiting())[event_id][0] == "conference_not_made"
    await play.at_rest()


@GOOGLE
async def test_from_meet_to_zoom(play: Play):
    event_id = await play.add(text=f"{TEXT} #meet", guests=[GUEST])
    await play.settle(20)
    assert str((await play.seen(event_id)).conference).startswith("https://meet.google.com/")
    await play.edit(event_id, text=f"{TEXT} #zoom")
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 1, 1)
    shown = await play.seen(event_id)
    assert shown.conference is None
    assert shown.link in await play.meetings()
    await play.at_rest()


@GOOGLE
async def test_there_and_back_within_the_hold_off_the_first_link_comes_back(play: Play):
    event_id = await play.linked(text=TEXT, guests=[GUEST])
    before = await play.seen(event_id)
    await choose(play.deps, event_id, "google_meet")
    await play.settle(15)
    await choose(play.deps, event_id, "zoom")
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 0, 1)
    shown = await play.seen(event_id)
    assert (shown.link, shown.conference) == (before.link, None)
    assert before.link in await play.meetings()
    await play.at_rest()


@GOOGLE
async def test_a_meet_of_ours_goes_with_its_flag(play: Play):
    event_id = await play.add(text=f"{TEXT} #meet", guests=[GUEST])
    await play.settle(20)
    await play.edit(event_id, text=TEXT)
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 0, 1)
    assert (await play.seen(event_id)).conference is None
    await play.at_rest()


@OUTLOOK
@pytest.mark.parametrize("text", [TEXT, f"{TEXT} #zoom"])
async def test_teams_cannot_be_switched_off_and_says_so(play: Play, text: str):
    event_id = await play.add(location="teams", text=TEXT, guests=[GUEST])
    await play.settle(20)
    before = await play.seen(event_id)
    assert str(before.conference).startswith("https://teams.microsoft.com/")
    await choose(play.deps, event_id, "zoom" if "#zoom" in text else "none")
    async with play.spending() as spent:
        await play.settle(120)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    assert (await play.seen(event_id)).raw == before.raw
    [warning] = (await play.status()).warnings
    assert (warning.event, warning.code) in [
        (event_id, "teams_stays"),
        (event_id, "teams_untouchable"),
    ]
    assert warning.text.endswith("Make a new event without Teams.")
    await play.at_rest()


@GOOGLE
async def test_to_a_meet_from_a_fresh_meeting_undone_by_hand_both_meetings_go(play: Play):
    event_id = await play.linked(location="", text=f"{TEXT} #zoom", guests=[GUEST])
    before = await play.seen(event_id)
    await play.edit(event_id, text=before.text.replace("#zoom", "#zoom:new"))
    await play.settle(20)
    fresh = await play.seen(event_id)
    assert {before.link, fresh.link} == set(await play.meetings())
    # The text is that of before; the location still shows the fresh link.
    await play.edit(event_id, text=before.text.replace("#zoom", "#meet"))
    async with play.spending() as swap:
        await play.settle(20)
    shown = await play.seen(event_id)
    assert str(shown.conference).startswith("https://meet.google.com/")
    assert (shown.link, shown.has_block, shown.location) == (None, False, "")
    assert (swap.calendar, swap.mails) == (1, 1)
    async with play.spending() as rest:
        await play.settle(180)
    assert (rest.calendar, rest.zoom, rest.mails) == (0, 2, 0)
    assert await play.meetings() == {}
    await play.at_rest()
