"""Every effect is told in the audit log, by whom, of what, and never with what the event says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from syncd.core.event import Body
from tests.fakes.stage import ANA, Stage
from tests.unit.engine.accounts_play import audit, linked, words

SECRET = "Quarterly redundancies"


async def test_the_life_of_a_meeting_is_told_from_beginning_to_end(stage: Stage):
    event = await linked(stage, title=SECRET, start=stage.clock.now() + timedelta(days=2))
    (meeting_id,) = stage.meetings.alive
    stage.calendars.edit(event.ref, title=f"{SECRET} II")
    await stage.work_for(60)
    body = stage.now(event).body
    stage.calendars.edit(event.ref, body=Body(f"#nozoom {body.text}", body.format))
    await stage.work_for(180)
    entries = await audit(stage)
    assert [(entry.what, entry.old, entry.new) for entry in entries] == [
        ("meeting.created", "", str(meeting_id)),
        ("link.written", "", str(meeting_id)),
        ("meeting.changed", str(meeting_id), "topic"),
        ("link.removed", str(meeting_id), ""),
        ("meeting.deleted", str(meeting_id), ""),
    ]
    assert {entry.who for entry in entries} == {"syncd"}
    assert {entry.about for entry in entries} == {str(event.ref)}
    assert SECRET not in str(entries)
    assert "https" not in str(entries)


async def test_what_was_found_by_its_marker_is_told_as_adopted(stage: Stage):
    stage.calendars.add(ANA, location="zoom")
    stage.meetings.fail_next("lost_answer")
    await stage.work(seconds=60)
    await stage.work_for(60)
    assert await words(stage) == ["meeting.adopted", "link.written"]


async def test_what_had_no_effect_is_not_told(stage: Stage):
    stage.meetings.fail_next("refused")
    stage.calendars.add(ANA, location="zoom")
    await stage.work_for(120)
    assert await words(stage) == []


async def test_a_former_meeting_is_deleted_by_its_own_hosts_account(stage: Stage):
    """A meeting made anew may have another host, with another account than the former one's."""
    stage.meetings.service = None
    stage.meetings.connect(ANA.owner)
    stage.meetings.connect("bo@example.com")
    event = await linked(stage, start=stage.clock.now() + timedelta(days=2))
    person = replace(stage.deps.people[ANA.owner], host="bo@example.com")
    stage.deps = replace(stage.deps, people={**stage.deps.people, ANA.owner: person})
    body = stage.now(event).body
    stage.calendars.edit(event.ref, body=Body(f"#zoom:new {body.text}", body.format))
    await stage.work_for(180)
    (left,) = stage.meetings.alive
    assert stage.meetings.hosted_by[left] == "bo@example.com"
    binding = await stage.binding(event)
    assert binding is not None
    assert (binding.meeting_id, binding.retired_meeting_id) == (left, None)
