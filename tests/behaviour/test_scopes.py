"""What people see where Zoom's optional scopes were not granted."""

from __future__ import annotations

import pytest

from tests.behaviour.faults import ZOOM_CREATE, strike
from tests.behaviour.test_following import lengthened, moved
from tests.behaviour.world import GUEST, Play

UPDATE, LIST = "meeting:update:meeting", "meeting:read:list_meetings"


def without(play: Play, scope: str) -> None:
    """Take a scope from the app before it was used."""
    scopes = play.zoom.s2s_scopes
    play.zoom.s2s_scopes = tuple(each for each in scopes if each != f"{scope}:admin")
    assert len(play.zoom.s2s_scopes) == len(scopes) - 1


@pytest.mark.parametrize("change", [moved, lengthened])
async def test_without_the_scope_for_changes_a_rescheduled_event_gets_a_new_meeting(
    play: Play, change
):
    without(play, UPDATE)
    event_id = await play.linked(guests=[GUEST], text="Agenda")
    old = await play.meeting(event_id)
    fields, wanted = change(play)
    await play.edit(event_id, **fields)
    told = await play.explained(event_id)
    assert [step.kind for step in told.plan] == ["rest", "create_meeting", "write_link"]
    async with play.spending() as spent:
        await play.settle(20)
    assert (spent.calendar, spent.zoom, spent.mails) == (1, 1, 1)
    new = await play.meeting(event_id)
    assert new["id"] != old["id"]
    assert wanted.items() <= new.items()
    shown = await play.seen(event_id)
    assert str(old["id"]) not in shown.text
    assert "Agenda" in shown.text
    await play.settle(120)
    assert set(await play.meetings()) == {new["join_url"]}
    assert await play.why(event_id) is None
    await play.at_rest()


async def test_without_the_scope_for_changes_a_renamed_event_keeps_its_link_and_says_so(
    play: Play,
):
    without(play, UPDATE)
    event_id = await play.linked(guests=[GUEST])
    before = await play.meeting(event_id)
    await play.edit(event_id, title="New")
    async with play.spending() as spent:
        await play.settle(60)
    assert (spent.calendar, spent.zoom, spent.mails) == (0, 0, 0)
    assert (await play.meeting(event_id))["topic"] == before["topic"]
    [warning] = (await play.status()).warnings
    assert warning.code == "meeting_not_changed"
    assert "title" in warning.text
    await play.at_rest()


async def test_with_the_scope_granted_later_the_meeting_follows_by_itself(play: Play):
    without(play, UPDATE)
    event_id = await play.linked(guests=[GUEST], hours=72)
    await play.edit(event_id, title="New")
    await play.settle(60)
    play.zoom.s2s_scopes += (f"{UPDATE}:admin",)
    await play.later(25 * 3600)
    assert (await play.meeting(event_id))["topic"] == "New"
    assert not (await play.status()).warnings


async def test_without_the_scope_for_the_list_an_interrupted_create_waits_for_a_person(play: Play):
    without(play, LIST)
    strike(play, ZOOM_CREATE, "drop_response")
    event_id = await play.add(location="zoom")
    await play.later(300)
    await play.later(2 * 3600)
    assert len(await play.meetings()) == 1
    assert (await play.seen(event_id)).link is None
    why = await play.why(event_id)
    assert why is not None
    assert why[0] == "create_unknown"
    assert LIST in why[1]
    assert "syncd choose" in why[2]
    [left] = (await play.meetings()).values()
    await play.at_zoom("DELETE", f"/meetings/{left['id']}")
    await play.choose(event_id, "zoom")
    await play.settle(60)
    assert (await play.meeting(event_id))["id"] != left["id"]
    await play.at_rest()
