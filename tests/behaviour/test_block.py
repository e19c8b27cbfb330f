"""The block in an event's text: what it says, and that a person's own words stay byte for byte."""

from __future__ import annotations

import html
import re

import pytest

from syncd.core.policy import BlockStyle, LinkPolicy, MeetingPolicy
from tests.behaviour.apps import FIRST_LINE, LAST_LINE
from tests.behaviour.looks import gets_link, mails_to, stays_bare
from tests.behaviour.world import ANA, BO, GUEST, Play

TAGS = re.compile(r"<[^<>]*>")


def lines(text: str) -> list[str]:
    """Give the lines of the block as a person reads them."""
    inside = text.partition(FIRST_LINE)[2].partition(LAST_LINE)[0]
    plain = html.unescape(TAGS.sub("", inside.replace("<br>", "\n")))
    return [line.strip() for line in plain.strip().splitlines()]


def number(meeting_id: int) -> str:
    """Write a meeting's number as Zoom does."""
    digits = str(meeting_id)
    return f"{digits[:3]} {digits[3:7]} {digits[7:]}"


async def test_the_block_says_how_to_join(play: Play):
    event_id = await gets_link(play, location="zoom")
    meeting, shown = await play.meeting(event_id), await play.seen(event_id)
    assert lines(shown.text) == [
        meeting["join_url"],
        f"Meeting ID: {number(meeting['id'])}",
        f"Passcode: {meeting['password']}",
        "Phone: +1 2125550123 (New York)",
        "Phone: +1 4085550142 (San Jose)",
        "Phone: +1 8005550199 (US)",
    ]
    assert (await play.copy(event_id, BO)).text == shown.text


@pytest.mark.parametrize("count", [0, 1, 5, 50])
async def test_the_number_of_phones_is_config(play: Play, count: int):
    play.set_policy(ANA, meeting=MeetingPolicy(phone_numbers=count))
    event_id = await gets_link(play, location="zoom")
    told = lines((await play.seen(event_id)).text)
    assert len([line for line in told if line.startswith("Phone: ")]) == min(count, 5)


@pytest.mark.parametrize(
    "text",
    [
        "Please read the draft.",
        "  Blanks before\n\nand after  \n",
        "a < b && c > d; \u00e9\U0001f389",
        "1. one\r\n2. two",
    ],
)
@pytest.mark.parametrize("app", ["google"], indirect=True)
async def test_a_text_of_google_stays_byte_for_byte(play: Play, text: str):
    event_id = await gets_link(play, location="zoom", text=text)
    shown = await play.seen(event_id)
    assert shown.text.startswith(text)
    assert shown.text.endswith(LAST_LINE)
    await play.edit(event_id, text=shown.text + "\n#nozoom")
    await play.settle(90)
    assert (await play.seen(event_id)).text == f"{text}\n#nozoom"


@pytest.mark.parametrize(
    "text",
    [
        "Please read the draft.",
        '<p style="color:red">Read <b>it</b> &amp; reply</p>',
        "<div><p>not closed<div>twice",
        "<table><tr><td>a</td></tr></table><!-- <body> --></body>more",
        "<p>a</p></body></html><p>b</p>",
        "<script>alert('</body>')</script><p>x</p>",
    ],
)
@pytest.mark.parametrize("app", ["outlook"], indirect=True)
async def test_a_text_of_outlook_stays_as_it_is(play: Play, text: str):
    event_id = await play.add(text=text, guests=[BO, GUEST])
    before = (await play.seen(event_id)).text
    await play.edit(event_id, location="zoom")
    await play.settle(20)
    shown = await play.seen(event_id)
    assert shown.link in await play.meetings()
    assert squeezed(shown.own_text) == squeezed(before)
    await play.rests()
    await play.edit(event_id, title="Review #nozoom")
    await play.settle(90)
    assert squeezed((await play.seen(event_id)).text) == squeezed(before)


def squeezed(text: str) -> str:
    """Leave out blanks and the block's own empty element: Exchange sets them as it likes."""
    return re.sub(r"<div></div>|\s", "", text)


async def test_an_edit_around_the_block_stays_and_costs_nothing(play: Play):
    event_id = await gets_link(play, location="zoom")
    shown = await play.seen(event_id)
    text = shown.text.replace(FIRST_LINE, f"Above it.\n{FIRST_LINE}")
    await play.edit(event_id, text=text.replace(LAST_LINE, f"{LAST_LINE}\nBelow it."))
    edited = await play.seen(event_id)
    await play.rests(60)
    assert await play.seen(event_id) == edited
    assert "Above it." in edited.text
    assert "Below it." in edited.text


async def test_an_edit_inside_the_block_stays_and_costs_nothing(play: Play):
    event_id = await gets_link(play, location="zoom")
    shown = await play.seen(event_id)
    await play.edit(event_id, text=shown.text.replace("Meeting ID:", "Bring coffee. ID:"))
    edited = await play.seen(event_id)
    await play.rests(60)
    assert await play.seen(event_id) == edited


async def test_a_block_that_is_half_removed_is_left_while_the_link_stands(play: Play):
    event_id = await gets_link(play, location="zoom")
    shown = await play.seen(event_id)
    await play.edit(event_id, text=shown.text.replace(LAST_LINE, ""))
    await play.rests(60)
    await play.edit(event_id, text="All gone.")
    await play.rests(60)
    assert (await play.seen(event_id)).link == shown.link


async def test_a_doubled_block_becomes_one_with_the_next_write(play: Play):
    event_id = await gets_link(play, text="#zoom")
    shown = await play.seen(event_id)
    start = shown.text.index(FIRST_LINE)
    block = shown.text[start : shown.text.index(LAST_LINE) + len(LAST_LINE)]
    breaks = "\n" if play.app_name == "google" else "<br>"
    await play.edit(event_id, text=shown.text.replace(block, f"{block}{breaks}{block}"))
    await play.rests(60)
    old = await play.meeting(event_id)
    await play.at_zoom("PATCH", f"/meetings/{old['id']}", password="Anew77")
    await play.swept()
    shown = await play.seen(event_id)
    assert shown.link in await play.meetings()
    assert shown.text.count(FIRST_LINE) == 1
    assert "Passcode: Anew77" in shown.text
    await play.rests()


@pytest.mark.parametrize(("room", "told"), [(700, 6), (230, 3), (170, 1)])
@pytest.mark.parametrize("app", ["google"], indirect=True)
async def test_where_a_text_is_long_the_block_is_shorter(play: Play, room: int, told: int):
    text = "x" * (8192 - room)
    event_id = await gets_link(play, location="zoom", text=text)
    shown = await play.seen(event_id)
    assert len(shown.text) <= 8192
    assert shown.text.startswith(text)
    assert len(lines(shown.text)) == told


@pytest.mark.parametrize("app", ["google"], indirect=True)
async def test_where_a_text_is_full_the_link_stands_in_the_location_only(play: Play):
    event_id = await play.add(location="zoom", text="x" * 8192, guests=[GUEST])
    async with play.spending() as spent:
        await play.settle(20)
    shown = await play.seen(event_id)
    assert (shown.location, shown.text) == (shown.link, "x" * 8192)
    assert (spent.calendar, spent.mails) == (1, 1)
    await play.rests()
    full = await stays_bare(play, location="Room 4", text="#zoom " + "x" * 8186)
    why = await play.why(full)
    assert why is not None
    assert why[0] == "no_room"


async def test_zooms_own_invitation_may_stand_in_the_block(play: Play):
    play.zoom.s2s_scopes += ("meeting:read:invitation:admin",)
    play.set_policy(ANA, link=LinkPolicy(block_style=BlockStyle.ZOOM_INVITATION))
    event_id = await gets_link(play, location="zoom", text="Mine.")
    shown, meeting = await play.seen(event_id), await play.meeting(event_id)
    told = await play.deps.meetings.of(meeting["host_email"]).invitation(meeting["id"])
    words = [line.strip() for line in told.splitlines() if line.strip()]
    assert [line for line in lines(shown.text) if line] == words
    assert "Mine." in shown.own_text


async def test_without_the_scope_for_invitations_our_own_block_comes(play: Play):
    play.set_policy(ANA, link=LinkPolicy(block_style=BlockStyle.ZOOM_INVITATION))
    event_id = await gets_link(play, location="zoom")
    meeting = await play.meeting(event_id)
    assert lines((await play.seen(event_id)).text)[0] == meeting["join_url"]


async def test_nothing_is_written_twice(play: Play):
    event_id = await gets_link(play, location="zoom", text="Mine.")
    mailed = mails_to(play)
    for _ in range(3):
        play.clock.advance(6 * 3600)
        await play.rests()
    assert mails_to(play) == mailed
    assert (await play.seen(event_id)).text.count(FIRST_LINE) == 1
