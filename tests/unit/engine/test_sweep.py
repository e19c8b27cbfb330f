"""The sweep finds what people did at Zoom, and touches nothing itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.binding import BindingState
from syncd.core.policy import LinkPolicy, OnMeetingDeleted
from syncd.engine.sweep import Sweep
from syncd.ports.store import StoreError
from tests.fakes.stage import ANA, AT_ONCE, BO
from tests.unit.engine.scenarios import add, linked
from tests.unit.engine.sweeping import far, new_passcode, swept, warnings
from tests.unit.engine.trial import Trial


@pytest.fixture
async def trial() -> AsyncIterator[Trial]:
    made = Trial()
    await made.empty()
    yield made
    made.close()


async def test_in_step_a_sweep_costs_one_list_for_each_host(trial):
    for calendar in (ANA, ANA, BO):
        add(trial, calendar, location="zoom")
    await trial.work()
    trial.meetings.calls.clear()
    trial.calendars.calls.clear()
    trial.calendars.writes.clear()
    await swept(trial)
    await trial.settle()
    assert trial.meetings.calls == {"listing": 2}
    assert {name for name, _ in trial.calendars.calls} == {"changes"}
    assert await warnings(trial) == []


async def test_the_first_round_begins_a_minute_after_the_start_and_the_next_hours_later(trial):
    await far(trial)
    sweep = Sweep(trial.deps)
    listed = []
    for seconds in (59, 1, 60, 5 * 3600, 3600):
        trial.clock.advance(seconds)
        await sweep.tick()
        await sweep.tick()
        listed.append(trial.meetings.calls["listing"])
    assert listed == [0, 1, 1, 1, 2]


async def test_a_meeting_deleted_at_zoom_is_made_anew_after_two_looks(trial):
    event = await far(trial)
    (old,) = trial.meetings.alive
    trial.meetings.delete_by_person(old)
    await swept(trial)
    await trial.work()
    assert trial.of_event(event) == []
    assert old in trial.meetings.deleted
    assert await trial.settle()
    (meeting,) = trial.of_event(event)
    assert trial.now(event).location == trial.meetings.alive[meeting].join_url
    assert len(trial.calendars.writes) == 2
    assert trial.witness.violations == []
    assert await trial.writes_while_at_rest() == []


async def test_a_meeting_deleted_at_zoom_takes_its_link_along_where_policy_says_so():
    link = replace(AT_ONCE, on_meeting_deleted=OnMeetingDeleted.UNLINK)
    trial = Trial(link=link)
    await trial.empty()
    event = await far(trial)
    trial.meetings.delete_by_person(*trial.meetings.alive)
    await swept(trial)
    assert await trial.settle()
    assert trial.now(event).location == ""
    assert not trial.meetings.alive
    trial.close()


async def test_a_meeting_that_comes_back_during_the_hold_off_is_kept(trial):
    event = await far(trial)
    (old,) = trial.meetings.alive
    trial.meetings.delete_by_person(old)
    await swept(trial)
    await trial.work()
    bound = await trial.binding(event)
    assert bound is not None
    assert bound.removal_since is not None
    trial.meetings.recover_by_person(old)
    assert await trial.settle()
    assert trial.of_event(event) == [old]
    assert len(trial.calendars.writes) == 1
    bound = await trial.binding(event)
    assert bound is not None
    assert (bound.removal_since, bound.state) == (None, BindingState.LINKED)
    assert await trial.writes_while_at_rest() == []


async def test_a_meeting_that_comes_back_while_another_is_made_is_taken_with_its_link(trial):
    event = await far(trial)
    (old,) = trial.meetings.alive
    shown = trial.now(event)
    trial.meetings.delete_by_person(old)
    await swept(trial)
    await trial.work()
    trial.meetings.fail_next("lost_request")
    await trial.work(seconds=31)
    bound = await trial.binding(event)
    assert bound is not None
    assert (bound.state, bound.meeting_id) == (BindingState.CREATING, None)
    trial.meetings.recover_by_person(old)
    assert await trial.settle()
    assert trial.of_event(event) == [old]
    assert trial.now(event) == shown
    assert trial.witness.violations == []
    assert await trial.writes_while_at_rest() == []


async def test_a_new_passcode_is_one_write(trial):
    event = await far(trial)
    url = new_passcode(trial)
    await swept(trial)
    assert await trial.settle()
    now = trial.now(event)
    assert now.location == url
    assert url in now.body.text
    assert len(trial.calendars.writes) == 2
    await swept(trial)
    assert await trial.settle()
    assert len(trial.calendars.writes) == 2


async def test_a_topic_changed_at_zoom_alone_is_not_looked_at(trial):
    await far(trial)
    (meeting,) = trial.meetings.alive.values()
    trial.meetings.edit_by_person(replace(meeting, topic="Ours", waiting_room=True))
    await swept(trial)
    assert await trial.settle()
    assert trial.meetings.alive[meeting.id].topic == "Ours"
    assert trial.meetings.calls["get"] == 0


async def test_an_event_that_is_over_is_no_alarm(trial):
    event = await linked(trial)
    trial.clock.advance(26 * 3600)
    trial.meetings.delete_by_person(*trial.meetings.alive)
    trial.calendars.calls.clear()
    await swept(trial)
    assert await trial.settle()
    assert not trial.meetings.alive
    assert len(trial.calendars.writes) == 1
    assert ("get", str(event.ref)) not in trial.calendars.calls


async def test_a_list_that_lacks_everything_proves_nothing(trial, monkeypatch):
    for _ in range(5):
        add(trial, ANA, location="zoom", start=trial.clock.now() + timedelta(days=10))
    await trial.work()

    async def nothing(host: str) -> tuple[()]:
        return ()

    monkeypatch.setattr(trial.meetings, "listing", nothing)
    before = dict(trial.meetings.alive)
    trial.calendars.writes.clear()
    await swept(trial)
    assert await trial.settle()
    assert trial.meetings.alive == before
    assert trial.calendars.writes == []
    assert trial.meetings.calls["get"] == 5
    assert await trial.writes_while_at_rest() == []


async def test_one_round_doubts_no_more_than_a_hundred_events(trial, monkeypatch):
    for number in range(130):
        add(
            trial, ANA, location="zoom", start=trial.clock.now() + timedelta(days=2, minutes=number)
        )
    # Zoom takes no more than so many a day from one host.
    for _ in range(2):
        await trial.work()
        trial.clock.advance(86_400 / 2)
        await trial.work()
    assert len(trial.meetings.alive) > 100
    trial.meetings.alive.clear()
    await swept(trial)
    due = await trial.store.run(lambda tx: tx.events.count_due(ANA, now=trial.clock.now()))
    assert due == 100


async def test_a_link_that_the_list_writes_in_its_own_way_is_not_doubted_for_ever(
    trial, monkeypatch
):
    await far(trial)
    plain = trial.meetings.listing

    async def without_passcode(host: str):
        return tuple(
            replace(each, join_url=each.join_url.partition("?")[0]) for each in await plain(host)
        )

    monkeypatch.setattr(trial.meetings, "listing", without_passcode)
    sweep = Sweep(trial.deps)
    gets = []
    for _ in range(6):
        await swept(trial, sweep)
        await trial.settle()
        gets.append(trial.meetings.calls["get"])
    assert gets == [1, 2, 3, 3, 3, 3]
    assert len(trial.calendars.writes) == 1


@pytest.mark.parametrize("kind", ["rate_limited", "auth_lost", "scope_missing", "server_error"])
async def test_a_host_that_fails_is_left_for_the_next_round_and_stops_no_other(trial, kind):
    add(trial, ANA, location="zoom", start=trial.clock.now() + timedelta(days=9))
    event = add(trial, BO, location="zoom", start=trial.clock.now() + timedelta(days=9))
    await trial.work()
    bound = await trial.binding(event)
    assert bound is not None
    trial.meetings.delete_by_person(bound.meeting_id)
    trial.meetings.fail_next(kind, "listing")
    sweep = await swept(trial)
    assert trial.meetings.calls["listing"] == 2
    row = await trial.row(event)
    assert row is not None
    assert row.due_at == trial.clock.now()
    await trial.settle()
    await swept(trial, sweep)
    assert trial.meetings.calls["listing"] == 4


async def test_a_database_that_fails_puts_the_sweep_off(trial):
    event = await far(trial)
    url = new_passcode(trial)

    async def broken(effect):
        raise StoreError("Locked.")

    trial.blade.plan("store run", broken)
    with pytest.raises(StoreError):
        await swept(trial)
    await swept(trial)
    assert await trial.settle()
    assert trial.now(event).location == url


async def test_drift_during_the_rest_of_an_event_is_found_too():
    trial = Trial(link=LinkPolicy())
    await trial.empty()
    event = await far(trial)
    url = new_passcode(trial)
    trial.calendars.edit(event.ref, title="Dinner")
    await trial.work(seconds=60)
    await swept(trial)
    assert await trial.settle()
    assert trial.now(event).location == url
    assert len(trial.calendars.writes) == 2
    trial.close()
