"""The halt: no action of any kind leaves while it is set, and all of them do afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.event import Body
from syncd.engine import halt
from tests.fakes.stage import ANA, Stage
from tests.unit.engine.accounts_play import linked, words

WRITES = ("create", "update", "delete", "update_occurrence", "delete_occurrence")


async def stopped(stage: Stage) -> None:
    now = stage.clock.now()
    await stage.store.run(lambda tx: halt.stop(tx, who="root@example.com", now=now))
    stage.meetings.calls.clear()


async def resumed(stage: Stage) -> None:
    now = stage.clock.now()
    await stage.store.run(lambda tx: halt.resume(tx, who="root@example.com", now=now))


def _rename(stage, event) -> None:
    stage.calendars.edit(event.ref, title="Renamed")


def _say_no(stage, event) -> None:
    body = stage.now(event).body
    stage.calendars.edit(event.ref, body=Body(f"#nozoom {body.text}", body.format))


def _ask_for_meet(stage, event) -> None:
    body = stage.now(event).body
    stage.calendars.edit(event.ref, body=Body(f"#meet {body.text}", body.format))


def _ask_anew(stage, event) -> None:
    body = stage.now(event).body
    stage.calendars.edit(event.ref, body=Body(f"#zoom:new {body.text}", body.format))


def _delete(stage, event) -> None:
    stage.calendars.delete(event.ref)


def _change_link(stage, event) -> None:
    (meeting,) = stage.meetings.alive.values()
    stage.meetings.edit_by_person(replace(meeting, join_url=f"{meeting.join_url}x"))
    stage.calendars.edit(event.ref, title="Renamed")


EDITS: dict[str, Callable[..., None]] = {
    "update": _rename,
    "remove": _say_no,
    "ask": _ask_for_meet,
    "anew": _ask_anew,
    "delete": _delete,
    "relink": _change_link,
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
async def test_nothing_is_written_of_a_linked_event(stage: Stage, edit):
    event = await linked(stage)
    alive = dict(stage.meetings.alive)
    await stopped(stage)
    edit(stage, event)
    if edit is _change_link:
        alive = dict(stage.meetings.alive)
    writes = len(stage.calendars.writes)
    await stage.work_for(300)
    assert len(stage.calendars.writes) == writes
    assert not [name for name in WRITES if stage.meetings.calls[name]]
    assert stage.meetings.alive == alive
    row = await stage.row(event)
    assert row is not None
    assert row.code == "halted"
    assert "root@example.com" in row.reason
    assert row.remedy
    await resumed(stage)
    await stage.work_for(180)
    assert await stage.row(event) is None
    assert stage.meetings.alive != alive or len(stage.calendars.writes) > writes


async def test_nothing_is_made_for_a_flagged_event(stage: Stage):
    await stopped(stage)
    event = stage.calendars.add(ANA, location="zoom")
    await stage.work_for(300)
    assert not [name for name in WRITES if stage.meetings.calls[name]]
    assert not stage.calendars.writes
    assert await stage.store.run(lambda tx: tx.hosts.spent(stage.clock.now().date())) == {}
    await resumed(stage)
    await stage.work(seconds=1)
    assert stage.now(event).location.startswith("https://")
    assert {"halt.set", "halt.lifted", "meeting.created", "link.written"} <= set(await words(stage))


async def test_no_occurrence_loses_or_gets_a_link(stage: Stage):
    start = stage.clock.now() + timedelta(days=2)
    series = stage.calendars.add(
        ANA, location="zoom", start=start, recurrence=("RRULE:FREQ=DAILY;COUNT=5",)
    )
    await stage.work(seconds=60)
    await stopped(stage)
    _say_no(stage, series)
    writes = len(stage.calendars.writes)
    await stage.work_for(300)
    assert len(stage.calendars.writes) == writes
    assert len(stage.meetings.alive) == 1


async def test_an_open_intent_is_resolved_by_reading(stage: Stage):
    event = stage.calendars.add(ANA, location="zoom")
    stage.meetings.fail_next("lost_answer")
    await stage.work(seconds=60)
    await stopped(stage)
    await stage.work_for(120)
    binding = await stage.binding(event)
    assert binding is not None
    assert binding.meeting_id in stage.meetings.alive
    assert not await stage.store.run(lambda tx: tx.journal.all_open())
    assert stage.now(event).location == "zoom"


async def test_a_halt_between_the_plan_and_its_effect_stops_the_effect(stage: Stage, monkeypatch):
    get = stage.calendars.get

    async def meanwhile(ref):
        found = await get(ref)
        await stopped(stage)
        return found

    monkeypatch.setattr(stage.calendars, "get", meanwhile)
    stage.calendars.add(ANA, location="zoom")
    await stage.work(seconds=60)
    assert not stage.meetings.alive


async def test_setting_it_twice_changes_nothing(stage: Stage):
    await stopped(stage)
    await stage.store.run(lambda tx: halt.stop(tx, who="other", now=stage.clock.now()))
    row = await stage.store.run(lambda tx: tx.halt.get())
    assert row is not None
    assert row.who == "root@example.com"
    await resumed(stage)
    await resumed(stage)
    assert (await words(stage)).count("halt.lifted") == 1
