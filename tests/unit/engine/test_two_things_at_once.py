"""Two things that happen to one event at the same time: neither may spoil the other."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.binding import BindingState
from syncd.core.conference import ConferenceKind
from syncd.core.event import Body, Event
from syncd.core.ids import EventRef
from syncd.core.policy import OnEventDeleted
from syncd.ports.errors import Transient
from syncd.services.choose import choose
from syncd.services.status import status
from tests.fakes.stage import ANA, AT_ONCE, Stage
from tests.unit.engine.kinds_play import linked, native_kind, retag, shows_zoom
from tests.unit.engine.series_play import linked_series, moved, only_url
from tests.unit.engine.sweeping import swept


def refuse_writes(stage: Stage, monkeypatch: pytest.MonkeyPatch, ref: EventRef) -> None:
    """Let no write reach one event."""
    write = stage.calendars.write

    async def refused(event, change):
        if event.ref == ref:
            raise Transient("Down.", code="unreachable")
        return await write(event, change)

    monkeypatch.setattr(stage.calendars, "write", refused)


def ask_for_new(stage: Stage, event: Event) -> None:
    """Ask for a fresh meeting by a tag in the text."""
    body = stage.now(event).body
    stage.calendars.edit(event.ref, body=Body(f"#zoom:new {body.text}", body.format))


async def test_a_former_meeting_stays_while_an_occurrence_cannot_get_the_new_link(
    stage, monkeypatch
):
    series = await linked_series(stage, ANA)
    one = moved(stage, series)
    await stage.work()
    ask_for_new(stage, series)
    refuse_writes(stage, monkeypatch, one.ref)
    await stage.work_for(600, step=10)
    assert stage.now(one).location in {m.join_url for m in stage.meetings.alive.values()}
    stage.calendars.calls.clear()
    await stage.work_for(3600, step=60)
    looks = [call for call in stage.calendars.calls if call == ("get", str(series.ref))]
    assert len(looks) < 10
    monkeypatch.undo()
    await stage.work_for(3 * 3600, step=60)
    assert stage.now(series).location == stage.now(one).location == only_url(stage)


async def test_a_calendar_whose_meets_go_in_mass_is_stopped(stage):
    events = [stage.calendars.add(ANA, text="#meet Agenda") for _ in range(21)]
    await stage.work_for(60)
    for event in events:
        retag(stage, event, "#meet", "")
    await stage.work_for(300, step=20)
    assert all(native_kind(stage, event) is not None for event in events)
    told = await status(stage.deps)
    assert {line.code for line in told.waiting} == {"guard"}


async def test_a_meeting_that_is_half_replaced_is_not_forgotten_when_the_new_one_vanishes(
    stage, monkeypatch
):
    event = await linked(stage, ANA, text="#zoom Agenda")
    (first,) = stage.meetings.alive
    retag(stage, event, "#zoom", "#zoom:new")
    with monkeypatch.context() as patch:
        refuse_writes(stage, patch, event.ref)
        await stage.work(seconds=5)
    (second,) = stage.meetings.alive.keys() - {first}
    stage.meetings.delete_by_person(second)
    await stage.work_for(600, step=10)
    assert first in stage.meetings.deleted
    assert stage.now(event).location == only_url(stage)


async def test_a_meeting_that_policy_kept_is_not_deleted_when_its_event_comes_again():
    stage = Stage(link=replace(AT_ONCE, on_event_deleted=OnEventDeleted.KEEP))
    await stage.prepare()
    event = await linked(stage, ANA, location="zoom")
    stage.calendars.edit(event.ref, cancelled=True)
    await stage.work_for(120)
    released = await stage.binding(event)
    assert released is not None
    assert released.state is BindingState.RELEASED
    kept = set(stage.meetings.alive)
    stage.calendars.edit(
        event.ref, cancelled=False, location="zoom", body=Body("Agenda", event.body.format)
    )
    await stage.work_for(600, step=10)
    assert kept < set(stage.meetings.alive)
    stage.close()


async def test_a_choice_made_during_a_look_is_followed(stage, monkeypatch):
    event = await linked(stage, ANA, text="#zoom Agenda")
    get = stage.meetings.get
    chosen: set[int] = set()

    async def meanwhile(meeting_id):
        if not chosen:
            chosen.add(meeting_id)
            await choose(stage.deps, str(event.ref), "google_meet")
        return await get(meeting_id)

    monkeypatch.setattr(stage.meetings, "get", meanwhile)
    stage.calendars.edit(event.ref, title="Dinner")
    await stage.work(seconds=60)
    assert chosen
    await stage.work_for(300, step=10)
    assert (await stage.binding(event)).conference is ConferenceKind.GOOGLE_MEET


async def test_a_meeting_that_is_to_be_replaced_is_no_orphan(stage):
    event = await linked(stage, ANA, text="#zoom Agenda")
    stage.clock.advance(3600)
    binding = await stage.binding(event)
    retired = replace(
        binding,
        meeting_id=None,
        conference=ConferenceKind.GOOGLE_MEET,
        state=BindingState.CREATING,
        retired_meeting_id=binding.meeting_id,
        retired_url=binding.join_url,
        retired_at=stage.clock.now(),
    )
    other = await linked(stage, ANA, text="#zoom Other")
    await stage.store.run(lambda tx: tx.bindings.save(retired))
    stage.clock.advance(3600)
    await swept(stage)
    assert other.ref != event.ref
    assert not [w for w in (await status(stage.deps)).warnings if w.code == "orphan_meeting"]


async def test_a_doubt_about_a_series_undoes_nothing_of_what_it_became_meanwhile(
    stage, monkeypatch
):
    series = await linked_series(stage, ANA)
    moved(stage, series, location="", body=Body("Agenda", series.body.format), mark=None)
    get, before = stage.meetings.get, await stage.binding(series)
    (meeting,) = stage.meetings.alive.values()
    stage.meetings.edit_by_person(replace(meeting, join_url=f"{meeting.join_url}new"))
    newer = replace(before, meeting_id=7, retired_meeting_id=before.meeting_id)

    async def meanwhile(meeting_id):
        await stage.store.run(lambda tx: tx.bindings.save(newer))
        return await get(meeting_id)

    monkeypatch.setattr(stage.meetings, "get", meanwhile)
    await stage.work(seconds=5)
    assert await stage.binding(series) == newer


async def test_an_old_text_brought_back_beside_a_meet_loses_its_dead_link(stage):
    event = await linked(stage, ANA, text="#zoom Agenda")
    former = stage.now(event)
    await choose(stage.deps, str(event.ref), "google_meet")
    await stage.work_for(120)
    assert not stage.meetings.alive
    stage.calendars.edit(event.ref, location=former.location, body=former.body)
    await stage.work_for(120)
    assert not shows_zoom(stage, event)
    assert native_kind(stage, event) is not None
    assert len(stage.calendars.writes) == 3


async def test_a_former_meeting_whose_link_a_person_keeps_is_not_forgotten_with_its_event(stage):
    event = await linked(stage, ANA, text="#zoom Agenda")
    former = stage.now(event).location
    ask_for_new(stage, event)
    await stage.work(seconds=5)
    body = stage.now(event).body
    stage.calendars.edit(event.ref, body=Body(f"Or here: {former}\n{body.text}", body.format))
    await stage.work_for(120)
    assert len(stage.meetings.alive) == 2
    retag(stage, event, "#zoom:new #zoom ", "")
    await stage.work_for(600, step=20)
    stage.calendars.delete(event.ref)
    await stage.work_for(600, step=20)
    assert not stage.meetings.alive


async def test_a_meet_that_is_never_made_is_not_asked_for_every_hour(stage):
    start = stage.clock.now() + timedelta(days=30)
    event = await linked(stage, ANA, text="#zoom Agenda", start=start)
    stage.calendars.conferences.meet = "failed"
    retag(stage, event, "#zoom", "#meet")
    await stage.work_for(2 * 86_400, step=600)
    assert shows_zoom(stage, event)
    assert len(stage.calendars.writes) == 1 + 2 * 3, "at once, after an hour, and a day later"
