"""Which events may get a link: the organiser's own, ordinary, and not too far away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from syncd.core.conference import ConferenceKind
from syncd.core.policy import AutoRule, LinkPolicy
from tests.behaviour.looks import comes, gets_link, nothing_comes, stays_bare
from tests.behaviour.world import ANA, BO, CEM, GUEST, Play

DAY = timedelta(days=1)


def whole_days(play: Play, days: int) -> dict[str, Any]:
    """Give the provider's own fields of an all-day event of so many days, from tomorrow on."""
    first = play.clock.now().date() + DAY
    last = first + days * DAY
    if play.app_name == "google":
        return {"own": {"start": {"date": str(first)}, "end": {"date": str(last)}}}
    start = {"dateTime": f"{first}T00:00:00", "timeZone": "UTC"}
    end = {"dateTime": f"{last}T00:00:00", "timeZone": "UTC"}
    return {"own": {"isAllDay": True, "start": start, "end": end}}


async def told(play: Play, event_id: str) -> str:
    """Give the code of why the event waits."""
    why = await play.why(event_id)
    assert why is not None
    assert why[1]
    assert why[2]
    return why[0]


async def test_only_the_organisers_own_copy_gets_one(play: Play):
    event_id = await gets_link(play, person=CEM, guests=[ANA, BO, GUEST], title="Review #zoom")
    [meeting] = (await play.meetings()).values()
    [cem] = [one for one in play.world.people if one.email == CEM]
    assert meeting["host_id"] == cem.zoom_id
    assert (await play.copy(event_id, ANA, of=CEM)).link == meeting["join_url"]


async def test_an_invitation_from_somebody_else_makes_no_meeting(play: Play):
    await play.leave(CEM)
    await stays_bare(
        play, person=CEM, guests=[ANA, BO], location="zoom", title="Review #zoom", text="#zoom"
    )
    assert await play.meetings() == {}


async def test_a_cancelled_event(play: Play):
    event_id = await play.add(location="zoom", guests=[GUEST])
    await play.delete(event_id)
    await play.rests()
    assert await play.meetings() == {}


async def test_a_finished_event(play: Play):
    await stays_bare(play, location="zoom", hours=-2)


async def test_an_event_that_runs_still_gets_one(play: Play):
    await gets_link(play, location="zoom", hours=-0.2)


@pytest.mark.parametrize("app", ["outlook"], indirect=True)
async def test_a_draft(play: Play):
    event_id = await play.add(location="zoom")
    play.set_outlook(event_id, isDraft=True)
    await nothing_comes(play, event_id)
    assert await told(play, event_id) == "draft"
    play.set_outlook(event_id, isDraft=False)
    await play.edit(event_id, guests=[BO, GUEST])
    await comes(play, event_id)


@pytest.mark.parametrize(
    "kind", ["outOfOffice", "focusTime", "workingLocation", "birthday", "fromGmail"]
)
@pytest.mark.parametrize("app", ["google"], indirect=True)
async def test_an_event_that_is_not_ordinary(play: Play, kind: str):
    event_id = await play.add(location="zoom", guests=[GUEST])
    play.set_google(event_id, eventType=kind)
    await nothing_comes(play, event_id)
    assert await told(play, event_id) == "special_event"


@pytest.mark.parametrize("which", ["locked", "privateCopy"])
@pytest.mark.parametrize("app", ["google"], indirect=True)
async def test_a_locked_or_private_copy(play: Play, which: str):
    event_id = await play.add(location="zoom", guests=[GUEST])
    fields: dict[str, Any] = {which: True}
    play.set_google(event_id, **fields)
    await nothing_comes(play, event_id)
    assert await told(play, event_id) == "locked"


async def test_the_longest_event(play: Play):
    event_id = await stays_bare(play, location="zoom", minutes=24 * 60 + 1)
    assert await told(play, event_id) == "too_long"
    await gets_link(play, location="zoom", minutes=24 * 60)


async def test_an_all_day_event(play: Play):
    event_id = await stays_bare(play, location="zoom", **whole_days(play, 1))
    assert await told(play, event_id) == "all_day"


async def test_an_all_day_event_by_a_rule(play: Play):
    rule = AutoRule(name="days", provider=ConferenceKind.ZOOM, all_day=True)
    play.set_policy(ANA, rules=(rule,))
    event_id = await gets_link(play, title="Fair", **whole_days(play, 1))
    assert (await play.meeting(event_id))["type"] == 3
    await stays_bare(play, title="Ordinary")
    too_long = await play.add(title="Holidays", **whole_days(play, 2))
    await nothing_comes(play, too_long)


async def test_a_rule_for_other_events_is_not_for_all_day_events(play: Play):
    play.set_policy(ANA, rules=(AutoRule(name="all", provider=ConferenceKind.ZOOM),))
    await stays_bare(play, title="Fair", **whole_days(play, 1))


async def test_an_event_beyond_the_horizon_gets_its_link_when_it_comes_near(play: Play):
    event_id = await stays_bare(play, location="zoom", hours=24 * 181)
    assert (await play.explained(event_id)).code == "beyond_horizon"
    # Outlook does not even list what is farther away; its window moves on once a day.
    play.clock.advance(25 * 3600)
    await comes(play, event_id)


async def test_an_event_next_year_is_told_as_waiting_until_it_comes_near(play: Play):
    event_id = await stays_bare(play, location="zoom", hours=24 * 250)
    await play.looked_far()
    assert await told(play, event_id) == "beyond_horizon"
    await play.later(24 * 3600 * 60)
    await play.looked_far()
    assert await told(play, event_id) == "beyond_horizon"
    play.clock.advance(24 * 3600 * 10)
    await comes(play, event_id)
    assert await play.why(event_id) is None


@pytest.mark.parametrize("way", ["unflagged", "deleted"])
async def test_an_event_next_year_that_asks_no_more_is_told_no_more(play: Play, way: str):
    event_id = await stays_bare(play, location="zoom", hours=24 * 250)
    await play.looked_far()
    assert await told(play, event_id) == "beyond_horizon"
    if way == "deleted":
        await play.delete(event_id)
    else:
        await play.edit(event_id, location="")
    await play.later(25 * 3600)
    await play.looked_far()
    assert await play.waiting() == {}
    await play.rests()


async def test_a_yearly_series_between_two_occurrences_is_told_as_waiting(play: Play):
    first = play.clock.now() - 30 * DAY
    event_id = await play.add(location="zoom", hours=-24 * 30, **yearly(play, first))
    await play.rests()
    await play.looked_far()
    assert await told(play, event_id) == "beyond_horizon"
    await play.rests()


async def test_the_horizon_is_config(play: Play):
    play.set_policy(ANA, link=LinkPolicy(horizon=3 * DAY))
    event_id = await stays_bare(play, location="zoom", hours=73)
    assert await told(play, event_id) == "beyond_horizon"
    play.clock.advance(3600)
    await comes(play, event_id)


def weekly(play: Play, first: datetime) -> dict[str, Any]:
    """Give the provider's own fields of a series every week."""
    if play.app_name == "google":
        return {"recurrence": ["RRULE:FREQ=WEEKLY"]}
    day = f"{first:%A}".lower()
    return {
        "recurrence": {
            "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": [day]},
            "range": {"type": "noEnd", "startDate": str(first.date())},
        }
    }


def yearly(play: Play, first: datetime) -> dict[str, Any]:
    """Give the provider's own fields of a series every year."""
    if play.app_name == "google":
        return {"recurrence": ["RRULE:FREQ=YEARLY"]}
    return {
        "recurrence": {
            "pattern": {
                "type": "absoluteYearly",
                "interval": 1,
                "month": first.month,
                "dayOfMonth": first.day,
            },
            "range": {"type": "noEnd", "startDate": str(first.date())},
        }
    }


async def test_a_series_counts_by_its_next_occurrence(play: Play):
    play.set_policy(ANA, link=LinkPolicy(horizon=3 * DAY))
    first = play.clock.now() + timedelta(hours=24 - 7 * 24 * 10)
    await gets_link(play, location="zoom", hours=24 - 7 * 24 * 10, **weekly(play, first))
