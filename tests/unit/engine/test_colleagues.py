"""Colleagues who may start a meeting: looked up once a day, and never at the cost of the meeting."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.event import Attendee
from syncd.core.policy import AlternativeHosts, MeetingPolicy
from syncd.engine.colleagues import known
from tests.fakes.meetings import Kind
from tests.fakes.stage import ANA, BO, Stage

CEM, STRANGER = "cem@example.com", "x@else.example"
GUESTS = (CEM, "bo@example.com", STRANGER)


@pytest.fixture
def shared(stage: Stage) -> Stage:
    """Let attendees of the same account start meetings; Cem is licensed, Bo is not."""
    stage.meetings.set_user(CEM, is_basic=False)
    meeting = MeetingPolicy(alternative_hosts=AlternativeHosts.ATTENDEES)
    people = {email: replace(p, meeting=meeting) for email, p in stage.deps.people.items()}
    stage.deps = replace(stage.deps, people=people)
    return stage


def who_may(stage: Stage) -> list[tuple[str, ...]]:
    return [meeting.alternative_hosts for meeting in stage.meetings.alive.values()]


async def test_licensed_attendees_may_start_the_meeting(shared):
    shared.calendars.add(ANA, location="zoom", guests=GUESTS)
    await shared.work()
    assert who_may(shared) == [(CEM,)]
    assert (shared.meetings.calls["create"], shared.meetings.calls["update"]) == (1, 0)


async def test_nobody_is_looked_up_twice_within_a_day(shared):
    event = shared.calendars.add(ANA, location="zoom", guests=GUESTS)
    await shared.work()
    assert shared.meetings.calls["host"] == 4
    shared.calendars.edit(event.ref, title="Talk")
    shared.calendars.add(BO, location="zoom", guests=GUESTS)
    await shared.work_for(120)
    assert shared.meetings.calls["host"] == 4
    shared.clock.advance(25 * 3600)
    event = shared.calendars.add(ANA, location="zoom", guests=(CEM, STRANGER))
    await shared.work()
    assert shared.meetings.calls["host"] == 7


async def test_nobody_is_looked_up_without_the_policy_or_for_an_event_without_a_flag(stage, shared):
    shared.calendars.add(ANA, guests=GUESTS)
    await shared.work()
    policy = {email: replace(p, meeting=MeetingPolicy()) for email, p in stage.deps.people.items()}
    stage.deps = replace(stage.deps, people=policy)
    stage.calendars.add(ANA, location="zoom", guests=GUESTS)
    await stage.work(seconds=60)
    assert stage.meetings.calls["host"] == 0
    assert len(stage.meetings.alive) == 1


async def test_nobody_from_outside_our_domains_is_looked_up(shared):
    ours = frozenset({"example.com"})
    people = {email: replace(p, domains=ours) for email, p in shared.deps.people.items()}
    shared.deps = replace(shared.deps, people=people)
    shared.calendars.add(ANA, location="zoom", guests=GUESTS)
    await shared.work()
    assert STRANGER not in {address for _, address in shared.deps.strangers}
    assert who_may(shared) == [(CEM,)]


async def test_a_crowd_is_looked_up_in_parts(shared):
    crowd = [f"p{number:03}@example.com" for number in range(50)]
    event = shared.calendars.add(ANA, location="zoom", guests=crowd)
    await shared.work()
    assert shared.meetings.calls["host"] == 20
    assert len(shared.meetings.alive) == 1
    shared.calendars.edit(event.ref, title="Talk")
    await shared.work(seconds=60)
    assert shared.meetings.calls["host"] == 40


@pytest.mark.parametrize("kind", ["server_error", "rate_limited", "scope_missing", "auth_lost"])
async def test_a_look_up_that_fails_costs_no_meeting(shared, kind: Kind):
    shared.meetings.fail_next(kind, "host", count=4)
    event = shared.calendars.add(ANA, location="zoom", guests=GUESTS)
    await shared.work()
    assert who_may(shared) == [()]
    assert shared.now(event).location.startswith("https://")
    shared.calendars.edit(event.ref, title="Talk")
    await shared.work_for(120)
    assert who_may(shared) == [(CEM,)]


async def test_the_memory_of_strangers_has_an_end(shared):
    zoom = shared.deps.meetings.account(ANA.owner)
    many = (f"s{number}@else.example" for number in range(10_000))
    shared.deps.strangers.update(((zoom, address), 0.0) for address in many)
    shared.calendars.add(ANA, location="zoom", guests=GUESTS)
    await shared.work()
    assert set(shared.deps.strangers) == {(zoom, STRANGER)}


async def test_who_left_the_account_is_no_colleague_any_more(shared):
    event = shared.calendars.add(ANA, location="zoom", guests=GUESTS)
    await shared.work()
    assert await known(shared.deps, event) == {CEM, "ana@example.com"}
    shared.meetings.set_user(CEM, is_basic=None)
    shared.clock.advance(25 * 3600)
    shared.calendars.add(ANA, location="zoom", guests=GUESTS)
    await shared.work()
    assert await known(shared.deps, event) == {"ana@example.com"}


async def test_a_colleague_who_is_no_longer_invited_may_no_longer_start_it(shared):
    event = shared.calendars.add(ANA, location="zoom", guests=GUESTS)
    await shared.work()
    shared.calendars.edit(event.ref, attendees=(Attendee(STRANGER),))
    await shared.work_for(120)
    assert who_may(shared) == [()]
