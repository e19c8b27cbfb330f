"""A series with its times at Zoom: they are those of the calendar, whatever people do to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from syncd.core.event import Event
from syncd.core.meeting import MeetingKind
from syncd.core.policy import SeriesStyle
from syncd.core.recurrence import Recurrence
from syncd.ports.errors import Forbidden, Transient
from syncd.ports.store import Tx
from syncd.services.status import status
from tests.fakes.stage import ANA, Stage
from tests.unit.engine.fixed_play import FIVE, at_zoom, in_calendar, linked, set_style
from tests.unit.engine.series_play import BOTH, HOUR, WEEK


@pytest.fixture
def fixed() -> Iterator[Stage]:
    stage = Stage()
    set_style(stage, SeriesStyle.FIXED_TIME)
    yield stage
    stage.close()


async def follows(stage: Stage, series: Event, *, url: str) -> None:
    """Work until it must be in step, and assert that it is, with the same link and at rest."""
    await stage.work(seconds=61)
    await stage.work(seconds=61)
    assert at_zoom(stage) == await in_calendar(stage, series)
    (meeting,) = stage.meetings.alive.values()
    assert meeting.join_url == url
    before = stage.meetings.calls.copy()
    writes = len(stage.calendars.writes)
    await stage.work(seconds=61)
    assert (stage.meetings.calls, len(stage.calendars.writes)) == (before, writes)


@BOTH
async def test_it_is_made_with_all_its_times_in_one_request(fixed, calendar):
    series = await linked(fixed, calendar, minutes=45)
    assert at_zoom(fixed) == [(series.start + n * WEEK, timedelta(minutes=45)) for n in range(5)]
    assert at_zoom(fixed) == await in_calendar(fixed, series)
    assert fixed.meetings.calls == {"create": 1}
    assert len(fixed.calendars.writes) == 1


@BOTH
async def test_times_that_were_changed_before_are_followed_once_it_is_made(fixed, calendar):
    await fixed.prepare()
    series = fixed.calendars.add_series(calendar, rule=FIVE, zone="UTC")
    fixed.calendars.cancel_one(series.ref, series.start + WEEK)
    at = series.start + 2 * WEEK
    fixed.calendars.change_one(series.ref, at, start=at + HOUR, end=at + 2 * HOUR)
    await fixed.work()
    series = fixed.calendars.edit(series.ref, categories=("Zoom",))
    await fixed.work(seconds=61)
    (meeting,) = fixed.meetings.alive.values()
    await follows(fixed, series, url=meeting.join_url)
    assert fixed.meetings.calls["update_occurrence"] == 1
    assert fixed.meetings.calls["delete_occurrence"] == 1


@BOTH
async def test_single_times_are_followed_there_and_back(fixed, calendar):
    series = await linked(fixed, calendar)
    (meeting,) = fixed.meetings.alive.values()
    url, at = meeting.join_url, series.start + WEEK
    length = series.end - series.start
    fixed.calendars.change_one(series.ref, at, start=at + HOUR, end=at + HOUR + length)
    await follows(fixed, series, url=url)
    fixed.calendars.change_one(series.ref, at, start=at + 26 * HOUR, end=at + 28 * HOUR)
    await follows(fixed, series, url=url)
    fixed.calendars.change_one(series.ref, at, start=at, end=at + length)
    await follows(fixed, series, url=url)
    assert fixed.meetings.calls["update_occurrence"] == 3
    assert fixed.meetings.calls["update"] == 0


@BOTH
async def test_a_cancelled_time_goes_at_zoom_and_comes_back_with_the_event(fixed, calendar):
    series = await linked(fixed, calendar)
    (meeting,) = fixed.meetings.alive.values()
    url, at = meeting.join_url, series.start + 2 * WEEK
    fixed.calendars.cancel_one(series.ref, at)
    await follows(fixed, series, url=url)
    assert fixed.meetings.calls["delete_occurrence"] == 1
    one = series.start + WEEK
    fixed.calendars.change_one(series.ref, one, start=one + HOUR, end=one + 2 * HOUR)
    await follows(fixed, series, url=url)
    fixed.calendars.change_one(series.ref, at)
    await follows(fixed, series, url=url)
    # Zoom cannot bring one back: all are laid out anew, and the moved one is moved again.
    assert fixed.meetings.calls["update"] == 1
    assert fixed.meetings.calls["update_occurrence"] == 2


@BOTH
async def test_the_last_time_stays_at_zoom_so_that_the_meeting_does(fixed, calendar):
    series = await linked(fixed, calendar, rule="FREQ=WEEKLY;COUNT=2")
    for weeks in (0, 1):
        fixed.calendars.cancel_one(series.ref, series.start + weeks * WEEK)
    for _ in range(4):
        await fixed.work(seconds=61)
    assert len(at_zoom(fixed)) == 1
    assert fixed.meetings.calls["delete_occurrence"] == 1


@BOTH
@pytest.mark.parametrize(
    "change",
    [
        {"recurrence": Recurrence(("FREQ=DAILY;COUNT=7",))},
        {"recurrence": Recurrence(("FREQ=WEEKLY;COUNT=3",))},
        {"minutes": 90},
        {"hours": 3},
        {"title": "Other"},
    ],
    ids=["daily", "shorter", "length", "moved", "renamed"],
)
async def test_a_change_of_the_whole_series_is_one_request(fixed, calendar, change):
    series = await linked(fixed, calendar)
    (meeting,) = fixed.meetings.alive.values()
    fields = dict(change)
    if "minutes" in fields:
        fields["end"] = series.start + timedelta(minutes=fields.pop("minutes"))
    if "hours" in fields:
        later = timedelta(hours=fields.pop("hours"))
        fields |= {"start": series.start + later, "end": series.end + later}
    series = fixed.calendars.edit(series.ref, **fields)
    await follows(fixed, series, url=meeting.join_url)
    assert fixed.meetings.calls["update"] == 1
    assert fixed.meetings.calls["update_occurrence"] == 0
    assert len(fixed.calendars.writes) == 1


@BOTH
async def test_one_that_zoom_cannot_be_told_has_no_times_and_says_why(fixed, calendar):
    series = await linked(fixed, calendar)
    (meeting,) = fixed.meetings.alive.values()
    assert (await status(fixed.deps)).warnings == ()
    fixed.calendars.edit(series.ref, recurrence=Recurrence(("FREQ=WEEKLY",)))
    await fixed.work(seconds=61)
    await fixed.work(seconds=61)
    (now,) = fixed.meetings.alive.values()
    assert (now.id, now.join_url, now.kind) == (
        meeting.id,
        meeting.join_url,
        MeetingKind.NO_FIXED_TIME,
    )
    (warning,) = (await status(fixed.deps)).warnings
    assert (warning.event, warning.code) == (series.ref.event_id, "series_not_exact")
    assert warning.text == "The series has no end, and Zoom ends every one of its own."
    series = fixed.calendars.edit(series.ref, recurrence=Recurrence((FIVE,)))
    await follows(fixed, series, url=meeting.join_url)
    assert (await status(fixed.deps)).warnings == ()
    assert fixed.meetings.calls["create"] == 1
    assert len(fixed.calendars.writes) == 1


@BOTH
async def test_one_that_has_begun_has_the_times_that_are_still_to_come(fixed, calendar):
    began = fixed.clock.now() - 2 * WEEK + HOUR
    series = await linked(fixed, calendar, start=began)
    assert at_zoom(fixed) == (await in_calendar(fixed, series))[2:]
    assert fixed.meetings.calls == {"create": 1}


@BOTH
async def test_the_passing_of_time_changes_nothing_at_zoom(fixed, calendar):
    series = await linked(fixed, calendar)
    before = at_zoom(fixed)
    for _ in range(6):
        await fixed.work(seconds=WEEK.total_seconds())
        fixed.calendars.edit(series.ref, url="https://elsewhere.example")
        await fixed.work(seconds=61)
    assert at_zoom(fixed) == before
    assert fixed.meetings.calls["update"] == 0


@BOTH
async def test_a_change_of_the_config_alone_changes_nothing(fixed, calendar):
    series = await linked(fixed, calendar)
    set_style(fixed, SeriesStyle.NO_FIXED_TIME)
    await _look_twice(fixed, series)
    assert len(at_zoom(fixed)) == 5
    assert fixed.meetings.calls["update"] == 0
    fixed.calendars.edit(series.ref, title="Other")
    await fixed.work(seconds=61)
    (meeting,) = fixed.meetings.alive.values()
    assert meeting.kind is MeetingKind.NO_FIXED_TIME
    set_style(fixed, SeriesStyle.FIXED_TIME)
    await _look_twice(fixed, series)
    (meeting,) = fixed.meetings.alive.values()
    assert meeting.kind is MeetingKind.NO_FIXED_TIME
    series = fixed.calendars.edit(series.ref, title="Third")
    await follows(fixed, series, url=meeting.join_url)


async def _look_twice(stage: Stage, series: Event) -> None:
    def hurry(tx: Tx) -> None:
        now = stage.clock.now()
        tx.events.mark_due(series.ref, due_at=now, starts_at=None)
        tx.calendars.hurry(series.ref.calendar, due_at=now)

    for _ in range(2):
        await stage.store.run(hurry)
        await stage.work()


@BOTH
async def test_without_that_policy_single_times_cost_no_look_at_the_series(stage, calendar):
    await stage.prepare()
    series = stage.calendars.add_series(calendar, categories=("Zoom",), rule=FIVE, zone="UTC")
    await stage.work()
    await stage.work(seconds=61)
    stage.calendars.calls.clear()
    at = series.start + WEEK
    stage.calendars.change_one(series.ref, at, start=at + HOUR, end=at + 2 * HOUR)
    await stage.work(seconds=61)
    assert not [what for name, what in stage.calendars.calls if name == "instances"]
    assert ("get", str(series.ref)) not in stage.calendars.calls


async def test_its_link_does_not_wait_for_a_calendar_that_refuses_to_tell_the_times(fixed):
    await fixed.prepare()
    fixed.calendars.fail_next("instances", Forbidden("No.", code="forbidden"))
    series = fixed.calendars.add_series(ANA, categories=("Zoom",), rule=FIVE, zone="UTC")
    await fixed.work()
    (meeting,) = fixed.meetings.alive.values()
    assert fixed.now(series).location == meeting.join_url


async def test_a_passing_fault_is_got_over(fixed):
    series = await linked(fixed, ANA)
    (meeting,) = fixed.meetings.alive.values()
    fixed.calendars.cancel_one(series.ref, series.start + WEEK)
    fixed.calendars.fail_next("instances", Transient("Down.", code="unreachable"))
    fixed.meetings.fail_next("lost_answer", "delete_occurrence")
    await fixed.work(seconds=61)
    await follows(fixed, series, url=meeting.join_url)


async def test_every_change_of_a_time_counts_for_the_day(fixed):
    series = await linked(fixed, ANA)
    before = await _spent(fixed)
    fixed.calendars.cancel_one(series.ref, series.start + WEEK)
    at = series.start + 2 * WEEK
    fixed.calendars.change_one(series.ref, at, start=at + HOUR, end=at + 2 * HOUR)
    await fixed.work(seconds=61)
    assert await _spent(fixed) == before + 2


async def _spent(stage: Stage) -> int:
    day = stage.clock.now().date()
    spent = await stage.store.run(lambda tx: tx.hosts.spent(day))
    return spent.get("ana@example.com", 0)
