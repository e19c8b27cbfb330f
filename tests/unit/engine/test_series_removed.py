"""A series loses its meeting only when none of its occurrences shows the link any more."""

from dataclasses import replace

import pytest

from syncd.core.binding import BindingState
from syncd.engine import guard
from syncd.services.status import status
from tests.unit.core.plan_states import TEAMS
from tests.unit.engine.series_play import (
    BOTH,
    bare,
    cancel,
    delete,
    linked_series,
    moved,
    only_url,
    say_no,
    take_out,
    unflag,
)

GOINGS = pytest.mark.parametrize("goes", [unflag, say_no, delete, cancel, take_out])


@BOTH
@GOINGS
async def test_no_occurrence_shows_the_link_of_a_meeting_that_goes(stage, calendar, goes):
    series = await linked_series(stage, calendar)
    known, fresh = moved(stage, series), moved(stage, series, weeks=2, title="Retro")
    await stage.work(seconds=60)
    goes(stage, series)
    unseen = moved(stage, series, weeks=3) if stage.calendars.event(series.ref) else fresh
    stage.calendars.edit(unseen.ref, location=known.location, body=known.body)
    shown_at_delete: list[str] = []
    original = stage.meetings.delete

    async def note_and_delete(meeting_id: int) -> None:
        shown_at_delete.extend(stage.now(one).location for one in (known, fresh, unseen))
        await original(meeting_id)

    stage.meetings.delete = note_and_delete
    await stage.work_for(600, step=20)
    assert not stage.meetings.alive
    assert shown_at_delete == ["", "", ""]
    for one in (known, fresh, unseen):
        assert (stage.now(one).location, stage.now(one).body.text) == ("", "Agenda")
    touched = [ref for ref, _ in stage.calendars.writes]
    assert len(touched) == 1 + len({known.ref, fresh.ref, unseen.ref}) + (
        goes not in (delete, take_out)
    )
    assert not (await status(stage.deps)).waiting


@BOTH
async def test_occurrences_freed_with_their_series_make_no_meetings_of_their_own(stage, calendar):
    series = await linked_series(stage, calendar, text="#zoom Agenda", categories=())
    one = moved(stage, series)
    await stage.work(seconds=60)
    stage.calendars.edit(series.ref, title="Lunch #nozoom")
    await stage.work_for(600, step=20)
    assert not stage.meetings.alive
    assert stage.meetings.calls["create"] == 1
    stage.calendars.edit(series.ref, title="Lunch")
    await stage.work_for(300, step=60)
    assert stage.now(one).location == only_url(stage) == stage.now(series).location
    assert stage.meetings.calls["create"] == 2


@BOTH
async def test_an_occurrence_that_became_a_teams_meeting_is_never_written(stage, calendar):
    series = await linked_series(stage, calendar)
    one = moved(stage, series, native=TEAMS)
    await stage.work(seconds=60)
    unflag(stage, series)
    await stage.work_for(900, step=60)
    assert stage.now(one) == one
    assert len(stage.meetings.alive) == 1
    codes = {line.code for line in (await status(stage.deps)).waiting}
    assert codes == {"teams_untouchable"}
    stage.calendars.edit(one.ref, native=None)
    await stage.work_for(900, step=60)
    assert not stage.meetings.alive
    assert stage.now(one).location == ""


@BOTH
async def test_a_deleted_occurrence_holds_nothing_up(stage, calendar):
    series = await linked_series(stage, calendar)
    one = moved(stage, series)
    await stage.work(seconds=60)
    stage.calendars.delete(one.ref)
    await stage.work_for(120, step=60)
    assert await stage.binding(one) is None
    assert len(stage.meetings.alive) == 1
    unflag(stage, series)
    await stage.work_for(300, step=20)
    assert not stage.meetings.alive


async def test_no_link_is_shared_once_the_series_has_begun_to_lose_its_meeting(stage):
    series = await linked_series(stage)
    one = moved(stage, series, mark=None, **bare(series))
    original = stage.meetings.get
    bound = await stage.binding(series)
    assert bound is not None

    async def get(meeting_id):
        going = replace(bound, state=BindingState.REMOVING)
        await stage.store.run(lambda tx: tx.bindings.save(going))
        return await original(meeting_id)

    stage.meetings.get = get
    await stage.work(seconds=60)
    assert stage.now(one) == one
    assert len(stage.calendars.writes) == 1


async def test_no_meeting_goes_when_an_occurrence_got_its_link_meanwhile(stage, monkeypatch):
    series = await linked_series(stage)
    one = moved(stage, series)
    await stage.work(seconds=60)
    shared = await stage.binding(one)
    assert shared is not None
    stage.calendars.delete(series.ref)
    looks: list[object] = []

    async def check(*_: object) -> None:
        """Between the last look at the series and its delete another shares the link once."""
        now = await stage.binding(one)
        if now is not None and now.join_url is None and not looks:
            looks.append(now)
            await stage.store.run(lambda tx: tx.bindings.save(shared))

    monkeypatch.setattr(guard, "check", check)
    while not looks:
        await stage.work(seconds=20)
    assert stage.meetings.calls["delete"] == 0
    assert len(stage.meetings.alive) == 1
    await stage.work_for(900, step=60)
    assert not stage.meetings.alive
    assert stage.now(one).location == ""
