"""Meetings of ours without an event, and those that became webinars: told, and left as they are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.services.status import status
from tests.fakes.guillotine import Killed
from tests.fakes.stage import BO
from tests.unit.engine.scenarios import spec
from tests.unit.engine.sweeping import far, new_passcode, swept, warnings
from tests.unit.engine.trial import Trial


@pytest.fixture
async def trial() -> AsyncIterator[Trial]:
    made = Trial()
    await made.empty()
    yield made
    made.close()


async def test_a_sweep_that_is_cut_short_anywhere_is_made_up_for(trial):
    number, was_killed = 0, True
    while was_killed:
        await trial.empty()
        event = await far(trial)
        url = new_passcode(trial)
        trial.meetings.add_by_person("ana@example.com", spec(trial))
        trial.clock.advance(3600)
        trial.blade.revive()
        trial.blade.fall(number, "after")
        try:
            await swept(trial)
            was_killed = False
        except Killed:
            await trial.rise()
        trial.blade.revive()
        await swept(trial)
        assert await trial.settle()
        assert trial.now(event).location == url
        assert len(trial.calendars.writes) == 2
        assert await warnings(trial) == [("orphan_meeting", "")]
        assert trial.witness.violations == []
        number += 1
    assert number >= 6


async def test_a_meeting_of_ours_without_event_is_reported_and_left_alone(trial):
    await far(trial)
    orphan = trial.meetings.add_by_person("ana@example.com", spec(trial))
    theirs = trial.meetings.add_by_person("ana@example.com", replace(spec(trial), agenda="Mine."))
    trial.clock.advance(60)
    sweep = await swept(trial)
    (line,) = (await status(trial.deps)).warnings
    assert (line.code, line.event) == ("orphan_meeting", "")
    assert str(orphan.id) in line.text
    assert "ana@example.com" in line.text
    assert {orphan.id, theirs.id} <= set(trial.meetings.alive)
    trial.meetings.delete_by_person(orphan.id)
    await swept(trial, sweep)
    assert await warnings(trial) == []


async def test_a_meeting_recovered_after_its_event_has_another_is_reported(trial):
    event = await far(trial)
    (old,) = trial.meetings.alive
    trial.meetings.delete_by_person(old)
    sweep = await swept(trial)
    await trial.settle()
    trial.meetings.recover_by_person(old)
    await swept(trial, sweep)
    await trial.settle()
    assert await warnings(trial) == [("orphan_meeting", "")]
    assert len(trial.of_event(event)) == 2
    assert trial.witness.violations == []


async def test_a_meeting_that_is_over_or_just_being_made_is_no_orphan(trial):
    await far(trial)
    past = replace(spec(trial), start=trial.clock.now() - timedelta(days=2))
    trial.meetings.add_by_person("ana@example.com", past)
    sweep = await swept(trial)
    fresh = replace(spec(trial), start=trial.clock.now() + timedelta(days=3))
    sweep._next_round = 0
    trial.meetings.add_by_person("ana@example.com", fresh)
    await sweep.tick()
    assert await warnings(trial) == []


async def test_no_orphan_is_told_while_a_calendar_was_never_read(trial):
    await far(trial)
    trial.meetings.add_by_person("ana@example.com", spec(trial))

    def forget(tx):
        tx.calendars.save(replace(tx.calendars.get(BO), last_success=None))

    await trial.store.run(forget)
    sweep = await swept(trial)
    assert await warnings(trial) == []
    await trial.settle()
    await swept(trial, sweep)
    assert await warnings(trial) == [("orphan_meeting", "")]


async def test_a_meeting_that_became_a_webinar_keeps_its_link_and_is_told(trial):
    event = await far(trial)
    (old,) = trial.meetings.alive
    shown = trial.now(event)
    trial.meetings.convert_by_person(old)
    sweep = await swept(trial)
    assert await trial.settle()
    assert trial.now(event) == shown
    assert await warnings(trial) == [("meeting_is_webinar", event.ref.event_id)]
    assert set(trial.meetings.alive) == {old}
    trial.meetings.webinars.clear()
    trial.calendars.edit(event.ref, title="Dinner")
    await swept(trial, sweep)
    assert await trial.settle()
    assert await warnings(trial) == []
    assert trial.meetings.alive[old].topic == "Dinner"


async def test_a_link_that_a_person_took_out_is_out_though_its_meeting_became_a_webinar(trial):
    event = await far(trial)
    (old,) = trial.meetings.alive
    trial.meetings.convert_by_person(old)
    trial.calendars.edit(event.ref, location="", body=event.body)
    assert await trial.settle()
    assert await warnings(trial) == []
    assert set(trial.meetings.alive) == {old}

    trial.calendars.edit(event.ref, location="zoom")
    assert await trial.settle()
    (new,) = trial.meetings.alive.keys() - {old}
    assert trial.now(event).location == trial.meetings.alive[new].join_url


async def test_a_fresh_meeting_takes_the_place_of_one_that_became_a_webinar(trial):
    event = await far(trial)
    (old,) = trial.meetings.alive
    trial.meetings.convert_by_person(old)
    trial.calendars.edit(event.ref, title="Lunch #zoom:new")
    assert await trial.settle()
    (new,) = trial.meetings.alive.keys() - {old}
    assert trial.now(event).location == trial.meetings.alive[new].join_url
    assert await warnings(trial) == []


async def test_a_webinar_is_left_to_people_when_its_event_wants_no_link(trial):
    event = await far(trial)
    (old,) = trial.meetings.alive
    trial.meetings.convert_by_person(old)
    trial.calendars.edit(event.ref, title="Lunch #nozoom")
    assert await trial.settle()
    assert trial.now(event).location == ""
    assert set(trial.meetings.alive) == {old}
    assert await warnings(trial) == []


async def test_a_flag_beside_a_deleted_link_brings_a_new_meeting_in_place_of_a_webinar(trial):
    event = await far(trial)
    (old,) = trial.meetings.alive
    trial.meetings.convert_by_person(old)
    trial.calendars.edit(event.ref, title="Lunch #zoom", location="", body=event.body)
    assert await trial.settle()
    (new,) = trial.meetings.alive.keys() - {old}
    assert trial.now(event).location == trial.meetings.alive[new].join_url
