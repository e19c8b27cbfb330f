"""What a tag may ask for beside the link: only what is stricter than the admin's policy."""

from __future__ import annotations

import pytest

from syncd.core.policy import MeetingPolicy
from tests.behaviour.looks import gets_link, mails_to, stays_bare
from tests.behaviour.world import ANA, CEM, GUEST, Play


@pytest.mark.parametrize("place", ["title", "text"])
async def test_a_wish_for_a_waiting_room(play: Play, place: str):
    event_id = await gets_link(play, **{place: "Review #zoom:wait"})
    settings = (await play.meeting(event_id))["settings"]
    assert (settings["waiting_room"], settings["join_before_host"]) == (True, False)


async def test_a_wish_for_signed_in_users(play: Play):
    event_id = await gets_link(play, title="Review #zoom:auth")
    assert (await play.meeting(event_id))["settings"]["meeting_authentication"] is True


async def test_wishes_go_together(play: Play):
    event_id = await gets_link(play, title="Review #Zoom:Wait:auth")
    settings = (await play.meeting(event_id))["settings"]
    assert (settings["waiting_room"], settings["meeting_authentication"]) == (True, True)


async def test_no_wish_loosens_the_policy(play: Play):
    play.set_policy(ANA, meeting=MeetingPolicy(waiting_room=True, join_before_host=False))
    event_id = await gets_link(play, title="Review #zoom:auth")
    settings = (await play.meeting(event_id))["settings"]
    assert (settings["waiting_room"], settings["join_before_host"]) == (True, False)


async def test_a_wish_for_an_allowed_host(play: Play):
    play.set_policy(ANA, hosts_allowed=frozenset({CEM}))
    event_id = await gets_link(play, title=f"Review #zoom:host={CEM}")
    [cem] = [one for one in play.world.people if one.email == CEM]
    assert (await play.meeting(event_id))["host_id"] == cem.zoom_id


async def test_a_wish_for_a_host_who_is_not_allowed(play: Play):
    event_id = await stays_bare(play, title=f"Review #zoom:host={CEM}")
    why = await play.why(event_id)
    assert why is not None
    assert why[0] == "host_not_allowed"
    assert CEM in why[1]
    assert "hosts_allowed" in why[2]


async def test_a_wish_for_a_new_meeting(play: Play):
    event_id = await gets_link(play, location="zoom")
    old = await play.meeting(event_id)
    mailed = mails_to(play)
    title = (await play.seen(event_id)).title
    await play.edit(event_id, title=f"{title} #zoom:new")
    asked = mails_to(play) - mailed
    async with play.spending() as spent:
        await play.settle(90)
    new = await play.meeting(event_id)
    assert new["id"] != old["id"]
    assert [one["id"] for one in (await play.meetings()).values()] == [new["id"]]
    assert (await play.seen(event_id)).title == title
    assert (spent.calendar, spent.zoom) == (1, 2)
    assert mails_to(play) - mailed - asked == 1
    await play.rests(60)


@pytest.mark.parametrize("wish", ["recorded", "wait:huge", "hosts=x", "pin"])
async def test_an_unknown_wish_is_told(play: Play, wish: str):
    event_id = await stays_bare(play, title=f"Review #zoom:{wish}", guests=[GUEST])
    why = await play.why(event_id)
    assert why is not None
    assert why[0] == "unknown_wish"
    assert wish.rsplit(":", maxsplit=1)[-1] in why[1]
    assert ":wait" in why[2]


@pytest.mark.parametrize(
    ("wish", "code"), [("host=bo@example.com", "host_stays"), ("secret", "unknown_wish")]
)
async def test_a_wish_that_comes_in_vain_is_told_and_the_meeting_follows(
    play: Play, wish: str, code: str
):
    event_id = await play.linked(text="#zoom", location="", guests=[GUEST])
    shown = await play.seen(event_id)
    text = shown.text.replace("#zoom", f"#zoom:{wish}", 1)
    await play.edit(event_id, text=text, title="Moved on")
    await play.settle(30)
    warned = {line.code: line.text for line in (await play.status()).warnings}
    assert code in warned, warned
    assert (await play.meeting(event_id))["topic"] == "Moved on"
    await play.rests()
