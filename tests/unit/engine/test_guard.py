"""Removals in mass are stopped, told, and go ahead only when a person says so.

Shows I15 of `config/promises.md`.
"""

import pytest

from syncd.core.event import Event
from syncd.core.guard import is_too_much
from syncd.core.writeback import shows_link
from syncd.services.preview import preview
from syncd.services.resume import resume
from syncd.services.status import status
from tests.fakes.stage import ANA, BO, Stage
from tests.unit.engine.series_play import linked_series, moved, only_url, unflag


@pytest.mark.parametrize(
    ("removals", "links", "expected"),
    [(20, 20, False), (21, 21, True), (21, 209, True), (21, 210, False), (0, 0, False)],
)
def test_more_than_twenty_and_a_tenth_is_too_much(removals: int, links: int, expected: bool):
    assert is_too_much(removals=removals, links=links) is expected


async def _link_and_delete(stage: Stage, count: int) -> None:
    events = [stage.calendars.add(ANA, location="zoom") for _ in range(count)]
    await stage.work()
    assert len(stage.meetings.alive) == count
    for event in events:
        stage.calendars.delete(event.ref)
    await stage.work_for(300, step=20)


async def test_a_calendar_emptied_at_once_keeps_its_meetings_until_it_is_resumed(stage: Stage):
    await _link_and_delete(stage, 21)
    assert len(stage.meetings.alive) == 21
    other = stage.calendars.add(BO, categories=("Zoom",))
    await stage.work(seconds=60)
    stage.calendars.edit(other.ref, categories=())
    await stage.work_for(180, step=20)
    assert len(stage.meetings.alive) == 21, "the other account's removal goes on"
    told = await status(stage.deps)
    (paused,) = (line for line in told.accounts if line.state == "paused")
    assert paused.address == ANA.owner
    assert "21 of 21" in paused.reason
    assert {line.code for line in told.waiting} == {"guard"}

    done = await resume(stage.deps, "google:ana@example.com")
    await stage.work_for(60, step=5)
    assert "21 of 21" in done.was_stopped_because
    assert not stage.meetings.alive
    told = await status(stage.deps)
    assert not told.waiting
    assert {line.state for line in told.accounts} == {"ok"}


async def test_twenty_removals_need_nobodys_word(stage: Stage):
    await _link_and_delete(stage, 20)
    assert not stage.meetings.alive


async def test_there_is_nothing_to_resume_where_nothing_is_stopped(stage: Stage):
    with pytest.raises(LookupError, match="nothing is stopped"):
        await resume(stage.deps, "google:ana@example.com")
    with pytest.raises(LookupError, match="is no account"):
        await resume(stage.deps, "ana@example.com")


async def _unflag_occurrences(stage: Stage, count: int) -> list[Event]:
    """Let a person write #nozoom into so many single occurrences of a series with a link."""
    series = await linked_series(stage, ANA)
    ones = [moved(stage, series, weeks=week) for week in range(1, count + 1)]
    await stage.work_for(120, step=20)
    for one in ones:
        stage.calendars.edit(one.ref, title="Lunch #nozoom")
    foreseen = (await preview(stage.deps)).stopped
    await stage.work_for(300, step=20)
    assert bool(foreseen) is bool((await preview(stage.deps)).stopped)
    return ones


def _showing(stage: Stage, ones: list[Event]) -> int:
    return sum(shows_link(stage.now(one), only_url(stage)) for one in ones)


async def test_occurrences_that_lose_the_link_of_their_series_in_mass_are_stopped(stage: Stage):
    ones = await _unflag_occurrences(stage, 21)
    assert _showing(stage, ones) == 21
    told = await status(stage.deps)
    (paused,) = (line for line in told.accounts if line.state == "paused")
    assert "21 of 22" in paused.reason
    assert {line.code for line in told.waiting} == {"guard"}
    await resume(stage.deps, "google:ana@example.com")
    await stage.work_for(60, step=5)
    assert _showing(stage, ones) == 0
    assert not (await status(stage.deps)).waiting


async def test_twenty_occurrences_lose_it_without_a_word(stage: Stage):
    assert _showing(stage, await _unflag_occurrences(stage, 20)) == 0


async def test_a_series_that_loses_its_meeting_is_one_removal_whatever_its_occurrences(
    stage: Stage,
):
    series = await linked_series(stage, ANA)
    ones = [moved(stage, series, weeks=week) for week in range(1, 26)]
    await stage.work_for(120, step=20)
    unflag(stage, series)
    await stage.work_for(300, step=20)
    assert not stage.meetings.alive
    assert not any("/j/" in stage.now(one).body.text for one in ones)
