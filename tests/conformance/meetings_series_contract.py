"""Promises of `syncd.ports.meetings` about the meetings of series."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from syncd.core.meeting import (
    FixedTimes,
    Meeting,
    MeetingChange,
    MeetingKind,
    MeetingSpec,
    Repeat,
    difference,
)
from syncd.ports.errors import OutcomeUnknown, Permanent
from tests.conformance.meetings_contract import Rig

DAILY = FixedTimes(repeat=Repeat.DAILY, count=5)
RULES = [
    DAILY,
    FixedTimes(repeat=Repeat.DAILY, every=3),
    FixedTimes(repeat=Repeat.WEEKLY, every=2, weekdays=(2, 4), count=10),
    FixedTimes(repeat=Repeat.MONTHLY, month_day=15, count=4),
    FixedTimes(repeat=Repeat.MONTHLY, month_week=-1, weekdays=(6,), count=4),
]


def open_series(rig: Rig) -> MeetingSpec:
    return rig.spec(start=None)


def fixed_series(rig: Rig, repeats: FixedTimes = DAILY) -> MeetingSpec:
    return rig.spec(repeats=repeats)


async def changed(rig: Rig, meeting: Meeting, spec: MeetingSpec) -> Meeting:
    """Bring a meeting in step and read it again."""
    await rig.provider.update(meeting.id, difference(meeting, spec))
    return await rig.provider.get(meeting.id)


class SeriesContract:
    """Subclass it beside `MeetingsContract`."""

    def rig(self) -> AbstractAsyncContextManager[Rig]:
        raise AssertionError("a runner gives the rig")

    async def test_a_meeting_without_a_fixed_time_is_as_asked(self):
        async with self.rig() as rig:
            spec = open_series(rig)
            made = await rig.create(spec)
            assert made.kind is MeetingKind.NO_FIXED_TIME
            assert (made.start, made.occurrences) == (None, ())
            assert difference(made, spec).is_empty
            assert await rig.provider.get(made.id) == made

    @pytest.mark.parametrize("repeats", RULES)
    async def test_a_meeting_with_fixed_times_is_as_asked(self, repeats: FixedTimes):
        async with self.rig() as rig:
            spec = fixed_series(rig, repeats)
            made = await rig.create(spec)
            if made.start != spec.start:
                # Its first time is the first day that the rule names.
                spec = replace(spec, start=made.start)
            assert made.repeats == repeats
            assert made.occurrences[0].start == made.start
            assert difference(made, spec).is_empty
            assert await rig.provider.get(made.id) == made

    async def test_an_end_date_is_kept(self):
        async with self.rig() as rig:
            until = rig.start() + timedelta(days=3)
            made = await rig.create(fixed_series(rig, FixedTimes(repeat=Repeat.DAILY, until=until)))
            assert made.repeats is not None
            assert (made.repeats.until, made.repeats.count) == (until, None)
            assert len(made.occurrences) == 4

    async def test_fixed_times_keep_their_local_time_when_the_clocks_change(self):
        async with self.rig() as rig:
            weekly = FixedTimes(repeat=Repeat.MONTHLY, month_day=20, count=12)
            made = await rig.create(fixed_series(rig, weekly))
        zone = ZoneInfo("Europe/Berlin")
        assert len({each.start.astimezone(zone).time() for each in made.occurrences}) == 1
        assert len({each.start.time() for each in made.occurrences}) == 2

    @pytest.mark.parametrize("series", [open_series, fixed_series])
    async def test_a_lost_series_is_found_once_by_its_marker(self, series):
        async with self.rig() as rig:
            rig.fail_next("lost_answer", "create")
            with pytest.raises(OutcomeUnknown):
                await rig.create(series(rig))
            (found,) = await rig.provider.listing(rig.host)
        assert found.agenda.startswith("syncd:test:marker")
        assert found.created_at is not None

    async def test_a_series_changes_its_kind_and_keeps_its_link(self):
        async with self.rig() as rig:
            made = await rig.create(open_series(rig))
            for spec in (fixed_series(rig), open_series(rig), rig.spec(), open_series(rig)):
                now = await changed(rig, await rig.provider.get(made.id), spec)
                assert now.kind is spec.kind
                assert difference(now, spec).is_empty
                assert (now.id, now.join_url, now.passcode) == (
                    made.id,
                    made.join_url,
                    made.passcode,
                )

    async def test_a_series_takes_another_rule_and_another_start(self):
        async with self.rig() as rig:
            made = await rig.create(fixed_series(rig))
            later = rig.start() + timedelta(days=1)
            spec = replace(fixed_series(rig, FixedTimes(repeat=Repeat.DAILY, count=3)), start=later)
            now = await changed(rig, made, spec)
            assert (now.start, len(now.occurrences)) == (later, 3)
            assert difference(now, spec).is_empty

    async def test_a_renamed_series_keeps_the_times_that_were_moved(self):
        async with self.rig() as rig:
            made = await rig.create(fixed_series(rig))
            await self._move(rig, made)
            spec = replace(fixed_series(rig), topic="Renamed")
            now = await changed(rig, await rig.provider.get(made.id), spec)
        assert now.topic == "Renamed"
        assert now.occurrences[1].start == made.occurrences[1].start + timedelta(hours=2)

    async def test_one_time_is_moved_and_moving_it_again_changes_nothing(self):
        async with self.rig() as rig:
            made = await rig.create(fixed_series(rig))
            await self._move(rig, made)
            first = await rig.provider.get(made.id)
            await self._move(rig, made)
            assert await rig.provider.get(made.id) == first
        moved = first.occurrences[1]
        assert (moved.id, moved.start, moved.duration_minutes) == (
            made.occurrences[1].id,
            made.occurrences[1].start + timedelta(hours=2),
            20,
        )
        assert first.start == made.start
        assert len(first.occurrences) == len(made.occurrences)

    async def test_the_first_time_that_is_moved_does_not_move_the_series(self):
        async with self.rig() as rig:
            spec = fixed_series(rig)
            made = await rig.create(spec)
            await self._move(rig, made, which=0)
            assert difference(await rig.provider.get(made.id), spec).is_empty

    async def test_one_time_is_taken_out_and_taking_it_out_again_is_done(self):
        async with self.rig() as rig:
            made = await rig.create(fixed_series(rig))
            for _ in range(2):
                await rig.provider.delete_occurrence(made.id, made.occurrences[1].id)
            now = await rig.provider.get(made.id)
            assert [each.deleted for each in now.occurrences] == [False, True, False, False, False]
            assert rig.alive() == 1

    async def test_a_time_of_a_deleted_series_counts_as_taken_out(self):
        async with self.rig() as rig:
            made = await rig.create(fixed_series(rig))
            await rig.provider.delete(made.id)
            await rig.provider.delete_occurrence(made.id, made.occurrences[0].id)

    async def test_a_time_that_is_not_there_is_not_moved(self):
        async with self.rig() as rig:
            made = await rig.create(fixed_series(rig))
            await rig.provider.delete_occurrence(made.id, made.occurrences[1].id)
            with pytest.raises(Permanent) as refused:
                await self._move(rig, made)
        assert refused.value.code == "zoom_occurrence_gone"

    async def test_fixed_times_in_a_zone_nobody_knows_become_a_meeting_without(self):
        async with self.rig() as rig:
            spec = replace(fixed_series(rig), zone="Custom/Nowhere")
            made = await rig.create(spec)
            assert made.kind is MeetingKind.NO_FIXED_TIME
            now = await changed(rig, made, replace(spec, topic="Renamed"))
        assert (now.topic, now.kind) == ("Renamed", MeetingKind.NO_FIXED_TIME)

    async def test_a_series_is_renamed_without_its_times(self):
        async with self.rig() as rig:
            made = await rig.create(open_series(rig))
            await rig.provider.update(made.id, MeetingChange(topic="Renamed"))
            now = await rig.provider.get(made.id)
        assert now == replace(made, topic="Renamed")

    async def _move(self, rig: Rig, made: Meeting, *, which: int = 1) -> None:
        start: datetime = made.occurrences[which].start + timedelta(hours=2)
        await rig.provider.update_occurrence(
            made.id, made.occurrences[which].id, start=start, duration_minutes=20
        )
