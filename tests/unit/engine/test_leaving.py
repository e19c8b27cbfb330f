"""Links that are taken out before their account is disconnected, because a person wants it so."""

from __future__ import annotations

from datetime import timedelta

from syncd.core.event import Body
from syncd.engine.accounts import AccountChores
from syncd.ports.errors import Transient
from syncd.ports.rows import AccountState
from tests.fakes.stage import ANA, BO, Stage
from tests.unit.engine.accounts_play import (
    ANA_GOOGLE,
    ANA_ZOOM,
    connect,
    health,
    leave,
    linked,
    on_own_zoom,
    words,
)


async def is_connected(stage: Stage, account=ANA_ZOOM) -> bool:
    return await stage.store.run(lambda tx: tx.connections.get(account) is not None)


async def gone_through(stage: Stage, chores: AccountChores, seconds: float = 120) -> None:
    for _ in range(int(seconds / 10)):
        await stage.work_for(10)
        await chores.part_those_that_left()


async def test_links_go_and_meetings_after_them_then_the_account(stage: Stage):
    await on_own_zoom(stage)
    events = [await linked(stage, title=f"Event {number}") for number in range(3)]
    await leave(stage)
    chores = AccountChores(stage.deps)
    await stage.work(seconds=1)
    await chores.part_those_that_left()
    assert len(stage.meetings.alive) == 3, "no meeting goes without a second look"
    assert await is_connected(stage)
    await gone_through(stage, chores)
    assert not stage.meetings.alive
    assert all("https" not in stage.now(event).location for event in events)
    assert not await is_connected(stage)
    row = await health(stage)
    assert row is not None
    assert row.state is AccountState.NOT_CONNECTED
    assert (await words(stage)).index("account.leaving") < (await words(stage)).index(
        "account.disconnected"
    )


async def test_the_guard_does_not_stop_what_a_person_asked_for(stage: Stage):
    await on_own_zoom(stage)
    for number in range(25):
        stage.calendars.add(ANA, location="zoom", title=f"Event {number}")
    await stage.work(seconds=60)
    assert len(stage.meetings.alive) == 25
    await leave(stage)
    await gone_through(stage, AccountChores(stage.deps))
    assert not stage.meetings.alive
    assert not await is_connected(stage)


async def test_a_flag_does_not_bring_the_link_back_meanwhile(stage: Stage):
    await on_own_zoom(stage)
    start = stage.clock.now() + timedelta(days=2)
    event = stage.calendars.add(ANA, text="#zoom Agenda", start=start)
    await stage.work(seconds=60)
    await leave(stage)
    await stage.work_for(120)
    body = stage.now(event).body
    stage.calendars.edit(event.ref, body=Body(f"{body.text} more", body.format))
    new = stage.calendars.add(ANA, location="zoom")
    await stage.work_for(120)
    assert not stage.meetings.alive
    assert stage.meetings.calls["create"] == 1
    assert stage.now(new).location == "zoom"
    row = await stage.row(new)
    assert row is not None
    assert row.code == "account_leaves"
    await AccountChores(stage.deps).part_those_that_left()
    stage.meetings.disconnect(ANA.owner)
    await stage.work(seconds=5)
    row = await stage.row(new)
    assert row is not None
    assert row.code == "zoom_not_connected"
    await connect(stage)
    await stage.work_for(60)
    assert len(stage.meetings.alive) == 2, "connected again, what is flagged gets its link"


async def test_a_calendar_account_takes_the_links_of_its_calendars_only(stage: Stage):
    await connect(stage, ANA_GOOGLE)
    hers, his = await linked(stage), stage.calendars.add(BO, location="zoom")
    await stage.work(seconds=60)
    await leave(stage, ANA_GOOGLE)
    await gone_through(stage, AccountChores(stage.deps))
    assert "https" not in stage.now(hers).location
    assert stage.now(his).location.startswith("https://")
    assert len(stage.meetings.alive) == 1
    assert not await is_connected(stage, ANA_GOOGLE)


async def test_what_may_not_be_written_keeps_nobody(stage: Stage):
    await on_own_zoom(stage)
    event = await linked(stage, start=stage.clock.now() + timedelta(days=30))
    stage.calendars.edit(event.ref, can_write=False)
    await leave(stage)
    await gone_through(stage, AccountChores(stage.deps))
    assert not await is_connected(stage)
    row = await health(stage)
    assert row is not None
    assert "1 link could not be taken out" in row.reason
    assert len(stage.meetings.alive) == 1


async def test_what_is_tried_in_vain_keeps_nobody_for_longer_than_a_day(stage: Stage):
    await on_own_zoom(stage)
    await linked(stage, start=stage.clock.now() + timedelta(days=30))
    await leave(stage)
    chores = AccountChores(stage.deps)
    for _ in range(12):
        stage.calendars.fail_next("write", Transient("Google is down.", code="provider_down"))
        await gone_through(stage, chores, 10)
    assert await is_connected(stage)
    stage.clock.advance(25 * 3600)
    await chores.part_those_that_left()
    assert not await is_connected(stage)
    row = await health(stage)
    assert row is not None
    assert "1 link could not be taken out" in row.reason
    assert len(stage.meetings.alive) == 1


async def test_an_event_that_is_over_keeps_its_link(stage: Stage):
    await on_own_zoom(stage)
    event = await linked(stage)
    stage.clock.advance((stage.now(event).end - stage.clock.now()).total_seconds() + 60)
    await leave(stage)
    await gone_through(stage, AccountChores(stage.deps))
    assert stage.now(event).location.startswith("https://")
    assert not await is_connected(stage)
