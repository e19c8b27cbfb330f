"""Hosts of a pool: who is chosen, nobody too often, and what is told when nobody is free."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.event import Event
from syncd.core.ids import CalendarKey, Provider
from syncd.core.policy import PersonPolicy
from syncd.services.status import status
from tests.fakes.stage import ANA, BO, Stage, another
from tests.unit.engine.trial import Trial

ROOMS = ("room1@example.com", "room2@example.com")
HOUR = timedelta(hours=1)


def pooled(stage: Stage, *pool: str, is_basic: bool = True, **more: object) -> None:
    """Give Ana and Bo a pool of Zoom users."""
    for address in pool:
        stage.meetings.set_user(address, is_basic=is_basic)
    people: dict[str, PersonPolicy] = {
        email: replace(policy, pool=pool, **more)  # type: ignore[arg-type]  # any field
        for email, policy in stage.deps.people.items()
    }
    stage.deps = replace(stage.deps, people=people)


def hosts(stage: Stage) -> list[str]:
    """Give the host of every living meeting, in the order in which they were made."""
    return [stage.meetings.hosted_by[number] for number in sorted(stage.meetings.alive)]


async def host(stage: Stage, event: Event) -> str | None:
    binding = await stage.binding(event)
    return binding.host if binding else None


async def test_meetings_at_one_time_have_hosts_of_their_own(stage):
    pooled(stage, *ROOMS)
    events = [stage.calendars.add(calendar, location="zoom") for calendar in (ANA, BO)]
    await stage.work()
    assert sorted(hosts(stage)) == sorted(ROOMS)
    assert {await host(stage, event) for event in events} == set(ROOMS)


async def test_a_licensed_host_holds_two(stage):
    pooled(stage, ROOMS[0], is_basic=False)
    events = [stage.calendars.add(ANA, location="zoom") for _ in range(3)]
    await stage.work()
    assert hosts(stage) == [ROOMS[0]] * 2
    rows = [await stage.row(event) for event in events]
    assert [row.code for row in rows if row] == ["pool_busy"]


async def test_an_event_waits_while_every_host_is_busy_and_gets_the_place_that_becomes_free(stage):
    pooled(stage, *ROOMS)
    first, *_ = [stage.calendars.add(ANA, location="zoom") for _ in range(2)]
    await stage.work()
    late = stage.calendars.add(BO, location="zoom")
    await stage.work(seconds=60)
    row = await stage.row(late)
    assert row is not None
    assert (row.code, row.due_at) == ("pool_busy", stage.clock.now() + timedelta(minutes=5))
    assert "room1@example.com, room2@example.com" in row.reason
    assert row.remedy
    assert len(stage.meetings.alive) == 2
    free = await host(stage, first)
    stage.calendars.delete(first.ref)
    await stage.work_for(120, step=5)
    assert await host(stage, late) == free
    assert stage.now(late).location.startswith("https://")


@pytest.mark.parametrize("more", [{}, {"location": "Room 4"}], ids=["moved", "moved and edited"])
async def test_a_host_whose_event_was_moved_away_is_free_at_once(stage, more):
    pooled(stage, ROOMS[0])
    first = stage.calendars.add(ANA, location="zoom")
    await stage.work()
    late = stage.calendars.add(BO, location="zoom")
    await stage.work(seconds=60)
    stage.calendars.edit(first.ref, start=first.start + 3 * HOUR, end=first.end + 3 * HOUR, **more)
    await stage.work_for(60, step=5)
    assert await host(stage, late) == ROOMS[0]


async def test_an_edit_that_frees_no_host_wakes_nobody(stage):
    pooled(stage, ROOMS[0])
    first = stage.calendars.add(ANA, location="zoom")
    await stage.work()
    late = stage.calendars.add(BO, location="zoom")
    await stage.work(seconds=60)
    before = await stage.row(late)
    stage.calendars.edit(first.ref, title="Talk")
    await stage.work_for(60, step=5)
    assert await stage.row(late) == before


async def test_a_host_who_has_used_up_her_day_is_not_chosen(stage):
    pooled(stage, *ROOMS)
    today = stage.clock.now().date()
    for _ in range(90):
        await stage.store.run(lambda tx: tx.hosts.spend(ROOMS[0], today))
    stage.calendars.add(ANA, location="zoom")
    await stage.work()
    assert hosts(stage) == [ROOMS[1]]


async def test_who_is_no_user_of_the_account_is_not_chosen(stage):
    pooled(stage, *ROOMS)
    stage.meetings.set_user(ROOMS[0], is_basic=None)
    stage.calendars.add(ANA, location="zoom")
    await stage.work()
    assert hosts(stage) == [ROOMS[1]]


async def test_a_pool_of_nobody_is_told_as_an_unknown_host(stage):
    pooled(stage, ROOMS[0])
    stage.meetings.set_user(ROOMS[0], is_basic=None)
    event = stage.calendars.add(ANA, location="zoom")
    await stage.work()
    row = await stage.row(event)
    assert row is not None
    assert row.code == "zoom_host_unknown"


async def test_a_meeting_made_anew_stays_with_its_host(stage):
    pooled(stage, *ROOMS)
    stage.calendars.add(ANA, location="zoom")
    event = stage.calendars.add(ANA, location="zoom", start=stage.clock.now() + 30 * HOUR)
    await stage.work()
    before, made = await host(stage, event), await stage.binding(event)
    assert made is not None
    assert made.meeting_id is not None
    stage.meetings.delete_by_person(made.meeting_id)
    stage.calendars.edit(event.ref, title="Talk")
    await stage.work_for(180)
    again = await stage.binding(event)
    assert again is not None
    assert again.meeting_id not in (None, made.meeting_id)
    assert again.host == before


async def test_a_host_who_was_asked_for_hosts_without_a_choice(stage):
    stage.meetings.set_user("cem@example.com", is_basic=False)
    pooled(stage, *ROOMS, hosts_allowed=frozenset({"cem@example.com"}))
    stage.calendars.add(ANA, title="Talk #zoom:host=cem@example.com")
    await stage.work()
    assert hosts(stage) == ["cem@example.com"]


async def test_a_host_who_may_not_be_asked_for_gets_no_meeting(stage):
    event = stage.calendars.add(ANA, title="Talk #zoom:host=bo@example.com")
    await stage.work()
    row = await stage.row(event)
    assert row is not None
    assert row.code == "host_not_allowed"
    assert not stage.meetings.alive


async def test_an_event_that_was_moved_onto_another_is_a_warning(stage):
    pooled(stage, ROOMS[0])
    one = stage.calendars.add(ANA, location="zoom")
    other = stage.calendars.add(ANA, location="zoom", start=one.start + 3 * HOUR)
    await stage.work()
    assert (await status(stage.deps)).warnings == ()
    stage.calendars.edit(other.ref, start=one.start, end=one.end)
    await stage.work_for(120)
    warnings = (await status(stage.deps)).warnings
    assert {(each.event, each.code) for each in warnings} == {
        (one.ref.event_id, "pool_overlap"),
        (other.ref.event_id, "pool_overlap"),
    }
    assert await host(stage, other) == ROOMS[0]
    stage.clock.advance(48 * 3600)
    assert (await status(stage.deps)).warnings == ()


async def test_a_meeting_that_is_adopted_keeps_its_pool_host(stage):
    pooled(stage, *ROOMS)
    stage.calendars.add(ANA, location="zoom")
    event = stage.calendars.add(BO, location="zoom")
    await stage.work()
    before = await host(stage, event)
    made = await stage.binding(event)
    assert made is not None
    await stage.store.run(lambda tx: tx.bindings.delete(made.id))
    stage.calendars.edit(event.ref, title="Talk")
    await stage.work(seconds=60)
    assert len(stage.meetings.alive) == 2
    assert await host(stage, event) == before


CALENDARS = [CalendarKey(Provider.GOOGLE, "ana@example.com", f"c{n}") for n in range(4)]


@pytest.fixture
async def crowd() -> AsyncIterator[Trial]:
    made = Trial(*CALENDARS)
    await made.empty()
    yield made
    made.close()


async def test_no_place_is_given_away_twice_by_two_who_choose_at_once(crowd):
    pooled(crowd, ROOMS[0])
    for calendar in CALENDARS:
        crowd.calendars.add(calendar, location="zoom")
    others = another(crowd.deps, "test:2")
    await asyncio.gather(crowd.work(), crowd.work_as(others))
    await crowd.work()
    assert hosts(crowd) == [ROOMS[0]]


@pytest.mark.parametrize("at", range(0, 30, 2))
async def test_a_killed_process_gives_no_place_away_twice(crowd, at):
    pooled(crowd, *ROOMS)
    for calendar in CALENDARS[:3]:
        crowd.calendars.add(calendar, location="zoom")
    crowd.blade.fall(at, "after")
    await crowd.attempt()
    await crowd.rise()
    for _ in range(20):
        await crowd.work(seconds=15)
    assert sorted(hosts(crowd)) == sorted(ROOMS)
    assert crowd.witness.violations == []
