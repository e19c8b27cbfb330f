"""Events beyond what a read of changes covers are looked for, and told as waiting."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from syncd.core.conference import ConferenceKind
from syncd.core.event import Event
from syncd.engine.daemon import Engine
from syncd.engine.far import Far
from syncd.ports.calendar import Partial
from syncd.ports.errors import Forbidden, Transient
from syncd.ports.rows import ChoiceRow, EventRow
from tests.fakes.stage import ANA, AT_ONCE, BO
from tests.unit.engine.trial import Trial

DAY = timedelta(days=1)
HORIZON = 180 * DAY


@pytest.fixture
async def trial() -> AsyncIterator[Trial]:
    """A trial whose calendars were read once, and list their changes up to the horizon only."""
    made = Trial()
    await made.empty()
    made.calendars.window = HORIZON
    await made.work()
    made.clock.advance(1)
    yield made
    made.close()


def add(trial: Trial, *, days: float = 300, **fields: Any) -> Event:
    start = trial.clock.now() + days * DAY
    return trial.calendars.add(BO, **{"location": "zoom", "start": start, **fields})


async def looked(trial: Trial) -> None:
    await Far(trial.deps).look()
    await trial.work()


def listings(trial: Trial) -> list[str]:
    return [what for name, what in trial.calendars.calls if name == "beyond"]


async def rows(trial: Trial) -> list[EventRow]:
    return list(await trial.store.run(lambda tx: tx.events.waiting()))


async def test_an_event_too_far_away_waits_until_it_comes_near(trial: Trial):
    event = add(trial)
    await trial.work(seconds=60)
    assert await trial.row(event) is None
    await looked(trial)
    row = await trial.row(event)
    assert row is not None
    assert (row.code, row.due_at) == ("beyond_horizon", event.start - HORIZON)
    assert (row.starts_at, trial.calendars.writes) == (event.start, [])
    trial.clock.advance(120 * DAY.total_seconds() + 1)
    await trial.work()
    assert len(trial.of_event(event)) == 1
    assert await trial.row(event) is None
    assert trial.witness.violations == []


async def test_a_look_repeated_or_doubled_changes_nothing(trial: Trial):
    event = add(trial)
    await looked(trial)
    row = await trial.row(event)
    one, other = Far(trial.deps), Far(trial.deps)
    await one.look()
    await other.look()
    await trial.work()
    assert await trial.row(event) == row


async def test_what_asks_for_nothing_is_let_be(trial: Trial):
    plain = add(trial, location="Room 1")
    theirs = add(trial, is_organiser=False, organiser="cem@example.com")
    await Far(trial.deps).look()
    assert [await trial.row(event) for event in (plain, theirs)] == [None, None]
    reads = len(trial.calendars.calls)
    await trial.work()
    assert len(trial.calendars.calls) == reads


async def test_what_was_chosen_waits_as_well(trial: Trial):
    event = add(trial, location="")
    now = trial.clock.now()
    row = ChoiceRow(key=event.key, ref=event.ref, kind=ConferenceKind.ZOOM, chosen_at=now)
    await trial.store.run(lambda tx: tx.choices.set(row))
    await looked(trial)
    assert [row.code for row in await rows(trial)] == ["beyond_horizon"]


async def test_an_event_that_asks_no_more_is_told_no_more(trial: Trial):
    event = add(trial)
    await looked(trial)
    trial.calendars.edit(event.ref, location="")
    await trial.work(seconds=60)
    assert await trial.row(event) is not None
    await looked(trial)
    assert await trial.row(event) is None


async def test_a_deleted_one_is_told_no_more_after_the_next_full_read(trial: Trial):
    event = add(trial)
    await looked(trial)
    trial.calendars.delete(event.ref)
    trial.calendars.full_read_due = True
    await trial.work(seconds=60)
    assert await trial.row(event) is None


@pytest.mark.parametrize(
    ("began", "rule", "waits"),
    [
        (-1, "FREQ=WEEKLY", True),
        (50, "FREQ=WEEKLY", True),
        (-6.5, "FREQ=WEEKLY", False),
        (-100, "FREQ=WEEKLY;COUNT=2", False),
    ],
)
async def test_a_series_counts_by_its_next_occurrence(
    trial: Trial, began: float, rule: str, waits: bool
):
    link = replace(AT_ONCE, horizon=3 * DAY)
    people = {who: replace(one, link=link) for who, one in trial.deps.people.items()}
    trial.deps = replace(trial.deps, people=people)
    start = trial.clock.now() + began * DAY
    event = trial.calendars.add_series(BO, rule=rule, location="zoom", start=start)
    await Far(trial.deps).look()
    assert (await trial.row(event) is not None) is waits
    await trial.work()
    assert [row.code for row in await rows(trial)] == ["beyond_horizon"] * waits


async def test_what_tells_too_little_is_looked_at_by_itself(trial: Trial, monkeypatch):
    event = add(trial)

    async def beyond(_calendar):
        yield Partial(event.ref.event_id, "")

    monkeypatch.setattr(trial.calendars, "beyond", beyond)
    await looked(trial)
    assert [row.code for row in await rows(trial)] == ["beyond_horizon"]


async def test_each_calendar_is_looked_at_soon_after_the_start_and_once_a_day(trial: Trial):
    far = Far(trial.deps)
    counts = []
    for seconds in (59, 31, 60, 20 * 3600, 4 * 3600):
        trial.clock.advance(seconds)
        await far.tick()
        await far.tick()
        counts.append(len(listings(trial)))
    assert counts == [0, 2, 2, 2, 4]


async def test_one_that_fails_delays_no_other_and_is_tried_again_within_the_hour(trial: Trial):
    event = add(trial)
    trial.calendars.lose_account(ANA.owner)
    far = Far(trial.deps)
    trial.clock.advance(90)
    await far.tick()
    assert (await trial.row(event)) is not None
    trial.calendars.restore_account(ANA.owner)
    trial.calendars.calls.clear()
    trial.clock.advance(3600)
    await far.tick()
    assert listings(trial) == [str(ANA)]


@pytest.mark.parametrize(
    "error", [Forbidden("No.", code="refused"), Transient("Down.", code="provider_down")]
)
async def test_a_refusal_is_no_trouble_of_the_calendar(trial: Trial, error):
    trial.calendars.fail_next("beyond", error, times=2)
    await looked(trial)
    calendars = await trial.store.run(lambda tx: tx.calendars.all())
    assert [row.problem for row in calendars] == [None, None]
    assert await rows(trial) == []


async def test_an_error_of_ours_is_told_and_outlived(trial: Trial, monkeypatch, caplog):
    async def broken(_calendar):
        raise RuntimeError("oops")
        yield

    event = add(trial)
    monkeypatch.setattr(trial.calendars, "beyond", broken)
    await looked(trial)
    assert "far look failed unexpectedly" in caplog.text
    monkeypatch.undo()
    await looked(trial)
    assert await trial.row(event) is not None


async def test_a_calendar_that_was_never_read_or_cannot_be_is_not_asked(trial: Trial):
    def trouble(tx):
        for row in tx.calendars.all():
            tx.calendars.save(
                replace(row, problem="Down.")
                if row.key == ANA
                else replace(row, first_read=None, last_success=None)
            )

    await trial.store.run(trouble)
    await Far(trial.deps).look()
    assert listings(trial) == []


async def test_one_that_is_stopping_asks_nothing(trial: Trial):
    trial.deps.draining.set()
    await Far(trial.deps).look()
    assert listings(trial) == []


async def test_until_quiet_tells_of_them_too(trial: Trial):
    event = add(trial)
    engine = Engine(trial.deps)
    await engine.prepare()
    assert await engine.until_quiet()
    assert sorted(listings(trial)) == sorted(map(str, (ANA, BO)))
    row = await trial.row(event)
    assert row is not None
    assert row.code == "beyond_horizon"
