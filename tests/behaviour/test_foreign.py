"""Events that already carry somebody's own meeting link."""

from __future__ import annotations

from typing import Any

import pytest

from syncd.core.conference import ConferenceKind
from syncd.core.policy import AutoRule, LinkPolicy
from tests.behaviour.looks import comes, nothing_comes, stays_bare
from tests.behaviour.world import ANA, BO, GUEST, Play

LINKS = {
    "Zoom": "https://acme.zoom.us/j/98765432100?pwd=abc",
    "Google Meet": "https://meet.google.com/abc-defg-hij",
    "Microsoft Teams": "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x",
    "Webex": "https://acme.webex.com/meet/ana",
}


def meet(number: str = "1") -> dict[str, Any]:
    """Give the field that asks Google for a Meet."""
    key = {"type": "hangoutsMeet"}
    request = {"requestId": f"by-hand-{number}", "conferenceSolutionKey": key}
    return {"conferenceData": {"createRequest": request}}


def by_rule(play: Play) -> None:
    """Let a rule give every event of Ana's a link."""
    play.set_policy(ANA, rules=(AutoRule(name="all", provider=ConferenceKind.ZOOM),))


async def code(play: Play, event_id: str) -> str | None:
    """Give the code of why the event waits."""
    why = await play.why(event_id)
    return why[0] if why else None


@pytest.mark.parametrize("place", ["location", "text"])
@pytest.mark.parametrize("service", LINKS)
async def test_a_rule_leaves_somebodys_link_alone(play: Play, service: str, place: str):
    by_rule(play)
    event_id = await stays_bare(play, **{place: LINKS[service]})
    assert await code(play, event_id) is None


@pytest.mark.parametrize("app", ["google"], indirect=True)
async def test_a_rule_leaves_a_meet_alone(play: Play):
    by_rule(play)
    event_id = await play.add(guests=[GUEST], **meet())
    await play.seen(event_id)
    await nothing_comes(play, event_id)
    assert await code(play, event_id) is None


@pytest.mark.parametrize("app", ["outlook"], indirect=True)
async def test_a_rule_leaves_a_teams_meeting_alone(play: Play):
    by_rule(play)
    event_id = await stays_bare(play, isOnlineMeeting=True)
    assert await code(play, event_id) is None


@pytest.mark.parametrize("place", ["location", "text"])
@pytest.mark.parametrize("service", LINKS)
async def test_a_link_typed_by_hand_is_kept_and_the_reason_told(
    play: Play, service: str, place: str
):
    event_id = await stays_bare(play, title="Review #zoom", **{place: f"At {LINKS[service]}"})
    why = await play.why(event_id)
    assert why is not None
    assert why[0] == "foreign_link"
    assert service in why[1]
    assert why[2]


@pytest.mark.parametrize("flag", [{"location": "zoom"}, {"text": "#zoom"}, {"title": "A #zoom"}])
@pytest.mark.parametrize("app", ["google"], indirect=True)
async def test_a_meet_is_replaced(play: Play, flag: dict[str, Any]):
    event_id = await play.add(guests=[BO, GUEST], **meet(), **flag)
    assert (await play.seen(event_id)).conference is not None
    await comes(play, event_id)
    shown = await play.seen(event_id)
    assert shown.conference is None
    assert "conferenceData" not in shown.raw
    assert (await play.copy(event_id, BO)).conference is None


@pytest.mark.parametrize("app", ["google"], indirect=True)
async def test_a_meet_may_be_kept(play: Play):
    play.set_policy(ANA, link=LinkPolicy(replace_meet=False))
    event_id = await play.add(guests=[GUEST], location="zoom", **meet())
    await play.seen(event_id)
    await nothing_comes(play, event_id)
    assert await code(play, event_id) == "meet_kept"


@pytest.mark.parametrize(
    "flag", [{"location": "zoom"}, {"title": "A #zoom"}, {"categories": ["Zoom"]}]
)
@pytest.mark.parametrize("app", ["outlook"], indirect=True)
async def test_a_teams_meeting_is_never_touched(play: Play, flag: dict[str, Any]):
    event_id = await stays_bare(play, isOnlineMeeting=True, **flag)
    assert (await play.seen(event_id)).conference is not None
    why = await play.why(event_id)
    assert why is not None
    assert why[0] == "teams_untouchable"
    assert "would break" in why[1]


async def test_a_choice_for_zoom_leaves_a_typed_link_too(play: Play):
    await play.settle(10)
    event_id = await play.add(location=LINKS["Webex"], guests=[GUEST])
    await play.choose(event_id, "zoom")
    await nothing_comes(play, event_id)
    assert await code(play, event_id) == "foreign_link"
    await play.edit(event_id, location="", guests=[BO, GUEST])
    await comes(play, event_id)
