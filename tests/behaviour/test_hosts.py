"""Who hosts: mapped, unknown, Basic, one of a pool; and who may start the meeting besides."""

from __future__ import annotations

import pytest

from syncd.core.policy import AlternativeHosts, MeetingPolicy
from tests.behaviour.world import ANA, BO, CEM, DANA, GUEST, Play

NOBODY = "nobody@example.com"


async def test_the_organiser_hosts(play: Play):
    for person in (ANA, BO):
        event_id = await play.linked(person=person)
        assert (await play.meeting(event_id, person=person))["host_email"] == person
    await play.at_rest()


async def test_a_mapped_user_hosts(play: Play):
    play.set_policy(ANA, host=CEM)
    event_id = await play.linked()
    assert (await play.meeting(event_id))["host_email"] == CEM
    await play.at_rest()


async def test_an_unknown_host_is_told_and_mended_by_the_configuration(play: Play):
    play.set_policy(ANA, host=NOBODY)
    event_id = await play.add(location="zoom", guests=[GUEST])
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.mails) == (0, 0)
    assert (await play.waiting())[event_id] == (
        "zoom_host_unknown",
        f"Zoom: {NOBODY} is not a user of this Zoom account.",
        "Map the host under people: or invite that user to the Zoom account.",
    )
    assert (await play.seen(event_id)).location == "zoom"
    play.set_policy(ANA, host=CEM)
    await play.later(3700)
    assert (await play.meeting(event_id))["host_email"] == CEM
    assert await play.waiting() == {}
    await play.at_rest()


async def test_a_basic_host_gets_her_link_and_a_warning_over_40_minutes(play: Play):
    short = await play.linked(person=BO, minutes=40)
    long = await play.linked(person=BO, minutes=41, hours=30)
    licensed = await play.linked(person=ANA, minutes=120)
    await play.upkeep.learn_hosts()
    [warning] = (await play.status()).warnings
    assert (warning.event, warning.code) == (long, "basic_host")
    assert "40 minutes" in warning.text
    assert len({short, long, licensed}) == len(await play.meetings())
    await play.at_rest()


async def test_attendees_are_invited_at_zoom_which_mails_nobody(play: Play):
    event_id = await play.linked(guests=[BO, GUEST])
    meeting = await play.meeting(event_id)
    assert {one["email"] for one in meeting["settings"]["meeting_invitees"]} == {BO, GUEST}
    assert meeting["settings"]["email_notification"] is False
    assert [mail for mail in play.world.mails if mail.provider == "zoom"] == []
    await play.at_rest()


async def test_licensed_colleagues_may_start_it_where_policy_says_so(play: Play):
    meeting = MeetingPolicy(alternative_hosts=AlternativeHosts.ATTENDEES)
    play.set_policy(ANA, meeting=meeting)
    event_id = await play.linked(guests=[BO, CEM, GUEST])
    alternates = (await play.meeting(event_id))["settings"]["alternative_hosts"]
    assert alternates == CEM
    await play.at_rest()


async def test_nobody_else_may_start_it_by_default(play: Play):
    event_id = await play.linked(guests=[BO, CEM, GUEST])
    assert (await play.meeting(event_id))["settings"]["alternative_hosts"] == ""
    await play.at_rest()


async def test_of_a_pool_one_who_is_free_hosts(play: Play):
    play.set_policy(ANA, pool=(BO, DANA))
    several = [await play.linked(hours=24) for _ in range(2)]
    hosts = {(await play.meeting(event_id))["host_email"] for event_id in several}
    assert hosts == {BO, DANA}
    await play.at_rest()


async def test_a_pool_without_a_free_host_is_told_and_the_next_free_one_hosts(play: Play):
    play.set_policy(ANA, pool=(BO,))
    first = await play.linked()
    second = await play.add(location="zoom", guests=[GUEST])
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.mails) == (0, 0)
    code, reason, remedy = (await play.waiting())[second]
    assert code == "pool_busy"
    assert reason
    assert remedy
    await play.delete(first)
    await play.settle(60)
    await play.later(3700)
    assert (await play.meeting(second))["host_email"] == BO
    await play.at_rest()


@pytest.mark.parametrize("allowed", [True, False])
async def test_a_wish_names_a_host_whom_the_admin_allows(play: Play, allowed: bool):
    play.set_policy(ANA, hosts_allowed=frozenset({CEM} if allowed else ()))
    event_id = await play.add(title=f"Review #zoom:host={CEM}", guests=[GUEST])
    await play.settle(30)
    if allowed:
        assert (await play.meeting(event_id))["host_email"] == CEM
    else:
        assert (await play.waiting())[event_id][0] == "host_not_allowed"
        assert await play.meetings() == {}
    await play.at_rest()
