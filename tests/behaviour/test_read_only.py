"""A calendar that somebody shares: no meeting for what cannot be written, and the link once it can."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from syncd.core.ids import CalendarKey
from tests.behaviour.faults import ZOOM_CREATE, strike, writing
from tests.behaviour.looks import nothing_comes
from tests.behaviour.world import ANA, BO, GUEST, Play

TEAM = "ana-team@group.calendar.example.com"


def team(play: Play) -> str:
    """Give the id of Ana's second calendar."""
    if play.app_name == "google":
        return TEAM
    calendars = play.outlook.exchange.mailboxes[ANA].calendars.values()
    return next(one.id for one in calendars if not one.is_default)


async def in_team_calendar(play: Play) -> None:
    """Let Ana work in her second calendar, which is the only one that is served."""
    play.of(ANA).calendar = team(play)
    watched = frozenset({CalendarKey(play.provider, ANA, team(play))})
    play.deps = replace(play.deps, watched=watched)
    await play.begin()


async def share(play: Play, *, can_write: bool, calendar: str = "Team") -> None:
    """Let the owner of a calendar give the right to write in it, or take it."""
    if play.app_name == "google":
        name = TEAM if calendar == "Team" else ANA
        where = "google"
        knob: dict[str, Any] = {"roles": {} if can_write else {name: "reader"}}
    else:
        one = {"mailbox": ANA, "calendar": calendar}
        where, knob = "microsoft", {"read_only": [] if can_write else [one]}
    answer = await play.client.post(f"/{where}/_knobs", json=knob)
    answer.raise_for_status()


def tries(play: Play) -> int:
    """Count how often an event was written, or would have been."""
    return play.world.counts[writing(play)]


async def told(play: Play, event_id: str) -> tuple[str, str, str]:
    why = await play.why(event_id)
    assert why is not None
    return why


async def test_an_event_in_a_calendar_we_may_not_write(play: Play):
    await in_team_calendar(play)
    event_id = await play.add(location="zoom", guests=[BO, GUEST])
    await share(play, can_write=False)
    await nothing_comes(play, event_id)
    code, reason, remedy = await told(play, event_id)
    assert code == "read_only"
    assert reason
    assert remedy
    assert (tries(play), play.world.counts[ZOOM_CREATE]) == (0, 0)
    await share(play, can_write=True)
    await play.later(601)
    assert (await play.seen(event_id)).link in await play.meetings()
    assert await play.why(event_id) is None
    await play.at_rest()


async def lost(play: Play) -> str:
    """Let the right be lost while the meeting is made; what was made waits, and is told."""
    event_id = await play.add(location="zoom", guests=[GUEST])
    strike(play, writing(play), **_refusal(play))
    await play.settle(0)
    await share(play, can_write=False)
    assert len(await play.meetings()) == 1
    async with play.spending() as spent:
        for _ in range(6):
            await play.later(1800)
    assert (await told(play, event_id))[0] == "read_only"
    assert (spent.zoom, tries(play), len(await play.meetings())) == (0, 1, 1)
    return event_id


def _refusal(play: Play) -> dict[str, Any]:
    if play.app_name == "google":
        error = {"domain": "calendar", "reason": "requiredAccessLevel", "message": "No."}
        return {"status": 403, "body": {"error": {"errors": [error], "code": 403}}}
    return {"status": 403, "body": {"error": {"code": "ErrorAccessDenied", "message": "No."}}}


async def test_a_right_lost_before_the_link_is_written_and_given_back(play: Play):
    await in_team_calendar(play)
    event_id = await lost(play)
    made = set(await play.meetings())
    await share(play, can_write=True)
    await play.later(601)
    assert {(await play.seen(event_id)).link} == made == set(await play.meetings())
    assert await play.why(event_id) is None
    await play.at_rest()


@pytest.mark.parametrize("end", ["unflagged", "deleted"])
async def test_a_right_lost_before_the_link_is_written_leaves_no_meeting_behind(
    play: Play, end: str
):
    await in_team_calendar(play)
    event_id = await lost(play)
    await share(play, can_write=True)
    await (play.delete(event_id) if end == "deleted" else play.edit(event_id, location=""))
    await share(play, can_write=False)
    await play.settle(300)
    assert await play.meetings() == {}
    assert await play.waiting() == {}
    await play.at_rest()


async def test_a_link_in_a_calendar_we_may_no_longer_write_goes_when_we_may(play: Play):
    await in_team_calendar(play)
    event_id = await play.linked(location="", title="#zoom", guests=[GUEST])
    await play.edit(event_id, text="Agenda #nozoom\n" + (await play.seen(event_id)).text)
    await share(play, can_write=False)
    for _ in range(3):
        await play.later(1200)
    state = await play.status()
    codes = [line.code for line in state.waiting] + [line.code for line in state.warnings]
    assert codes == ["read_only"]
    assert tries(play) <= 2
    assert (await play.seen(event_id)).link in await play.meetings()
    await share(play, can_write=True)
    await play.later(601)
    await play.later(60)
    assert (await play.seen(event_id)).link is None
    assert await play.meetings() == {}
    assert await play.waiting() == {}
    await play.at_rest()


@pytest.mark.parametrize("app", ["outlook"], indirect=True)
async def test_where_only_a_refused_write_tells_no_second_meeting_is_made(play: Play):
    first = await play.add(location="zoom", guests=[GUEST])
    await share(play, can_write=False, calendar="Calendar")
    await play.settle(20)
    await share(play, can_write=True)
    second = await play.add(location="zoom", guests=[GUEST])
    await share(play, can_write=False, calendar="Calendar")
    for _ in range(5):
        await play.later(1380)
    assert {code for code, _, _ in (await play.waiting()).values()} == {"read_only"}
    assert (tries(play), len(await play.meetings())) == (2, 1)
    await share(play, can_write=True)
    for _ in range(3):
        await play.later(1800)
    links = {(await play.seen(each)).link for each in (first, second)}
    assert links == set(await play.meetings())
    assert await play.waiting() == {}
    await play.at_rest()
