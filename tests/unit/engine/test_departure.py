"""An account leaves and comes back: links stay, nothing is asked for meanwhile, nothing is doubled."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.binding import BindingState, IntentKind
from syncd.core.event import Body
from syncd.core.ids import Provider
from syncd.engine.departure import Parting
from syncd.ports.errors import AuthLost
from syncd.ports.rows import AccountState
from syncd.services.status import status
from tests.fakes.stage import ANA, BO, Stage
from tests.unit.engine.accounts_play import (
    ANA_GOOGLE,
    ANA_ZOOM,
    audit,
    begin_anew,
    connect,
    departures,
    disconnect,
    health,
    linked,
    on_own_zoom,
    state_of,
    words,
)


async def test_whoever_connects_gets_links_and_others_are_told(stage: Stage):
    await on_own_zoom(stage)
    hers, his = stage.calendars.add(ANA, location="zoom"), stage.calendars.add(BO, location="zoom")
    await stage.work(seconds=60)
    assert stage.now(hers).location.startswith("https://")
    row = await stage.row(his)
    assert row is not None
    assert row.code == "zoom_not_connected"


async def test_disconnecting_leaves_links_and_meetings_as_they_are(stage: Stage):
    await on_own_zoom(stage)
    event = await linked(stage)
    before, writes = stage.now(event), len(stage.calendars.writes)
    assert await disconnect(stage)
    await begin_anew(stage)
    await stage.work_for(300)
    assert stage.now(event) == before
    assert len(stage.calendars.writes) == writes
    assert len(stage.meetings.alive) == 1
    assert await state_of(stage, event) is BindingState.RELEASED
    assert await stage.row(event) is None
    assert not await disconnect(stage), "a second time there is nothing to disconnect"


async def test_nothing_is_kept_of_an_account_that_left_but_its_grant_to_be_ended(stage: Stage):
    await on_own_zoom(stage)
    await linked(stage)
    await disconnect(stage)

    def read(tx):
        return (
            tx.connections.all(),
            tx.grants.get(ANA_ZOOM),
            tx.revocations.all(),
            tx.hosts.get(ANA.owner),
        )

    connections, kept, revocations, host = await stage.store.run(read)
    assert (list(connections), kept, host) == ([], None, None)
    (row,) = revocations
    assert (row.provider, row.person, row.grant.access_token.reveal()) == (
        Provider.ZOOM,
        ANA.owner,
        "access token",
    )


@pytest.mark.parametrize(
    ("how", "state", "said"),
    [
        (Parting.BY_PERSON, AccountState.NOT_CONNECTED, "Disconnected on "),
        (Parting.BY_ADMIN, AccountState.NOT_CONNECTED, "Disconnected by an administrator on "),
        (Parting.REMOVED, AccountState.NEEDS_RECONNECT, "Removed in Zoom on "),
        (Parting.CONSENT_GONE, AccountState.NEEDS_RECONNECT, "Zoom ended the consent"),
    ],
)
async def test_each_way_to_leave_has_its_own_words(stage: Stage, how, state, said):
    await on_own_zoom(stage)
    event = await linked(stage)
    await disconnect(stage, how=how)
    await begin_anew(stage)
    stage.calendars.add(ANA, location="zoom")
    await stage.work_for(120)
    row = await health(stage)
    assert row is not None
    assert (row.state, row.reason.startswith(said), bool(row.remedy)) == (state, True, True)
    assert (await audit(stage))[-1].about == str(ANA_ZOOM)
    assert f"account.{how}" in await words(stage)
    assert await state_of(stage, event) is BindingState.RELEASED
    dead = how in (Parting.REMOVED, Parting.CONSENT_GONE)
    left = await stage.store.run(lambda tx: tx.revocations.all())
    assert len(left) == (0 if dead else 1)


async def test_a_consent_that_is_gone_ends_in_the_same_place(stage: Stage):
    await on_own_zoom(stage)
    event = await linked(stage)
    error = AuthLost("Zoom ended the consent.", code="consent_gone", remedy="Connect it.")
    made = departures(stage)
    await stage.store.run(lambda tx: made.lost(tx, ANA_ZOOM, error))
    row = await health(stage)
    assert row is not None
    assert row.state is AccountState.NEEDS_RECONNECT
    assert row.reason.startswith("Zoom ended the consent, as found on ")
    assert await state_of(stage, event) is BindingState.RELEASED
    told = await status(stage.deps)
    assert [a.state for a in told.accounts if a.provider == "zoom" and a.address == ANA.owner] == [
        "needs_reconnect"
    ]


async def test_edits_while_it_is_away_ask_zoom_nothing_and_tell_nothing(stage: Stage):
    await on_own_zoom(stage)
    event = await linked(stage)
    await disconnect(stage)
    await begin_anew(stage)
    stage.meetings.calls.clear()
    stage.calendars.edit(event.ref, title="Renamed")
    await stage.work_for(120)
    assert not stage.meetings.calls
    assert await stage.row(event) is None


async def test_a_flag_meanwhile_waits_and_is_served_afterwards(stage: Stage):
    await on_own_zoom(stage)
    await disconnect(stage)
    await begin_anew(stage)
    event = stage.calendars.add(ANA, location="zoom")
    await stage.work_for(120)
    row = await stage.row(event)
    assert row is not None
    assert row.code == "zoom_not_connected"
    await connect(stage)
    await stage.work(seconds=1)
    assert stage.now(event).location.startswith("https://")
    assert stage.meetings.calls["create"] == 1


async def test_reconnecting_takes_the_meeting_up_and_it_follows_again(stage: Stage):
    await on_own_zoom(stage)
    event = await linked(stage)
    link = stage.now(event).location
    await disconnect(stage)
    await begin_anew(stage)
    stage.calendars.edit(event.ref, title="Renamed")
    await stage.work(seconds=60)
    await connect(stage)
    await stage.work_for(120)
    assert await state_of(stage, event) is BindingState.LINKED
    assert stage.now(event).location == link
    assert [meeting.topic for meeting in stage.meetings.alive.values()] == ["Renamed"]
    assert stage.meetings.calls["create"] == 1
    assert "meeting.taken_up" in await words(stage)


async def test_a_meeting_deleted_meanwhile_is_made_anew(stage: Stage):
    await on_own_zoom(stage)
    event = await linked(stage)
    await disconnect(stage)
    stage.meetings.delete_by_person(next(iter(stage.meetings.alive)))
    await connect(stage)
    await stage.work_for(180)
    (new,) = stage.meetings.alive.values()
    assert stage.now(event).location == new.join_url


async def test_another_zoom_user_never_gets_a_second_meeting_and_the_reason_is_told(stage: Stage):
    await on_own_zoom(stage)
    event = await linked(stage)
    link = stage.now(event).location
    await disconnect(stage)
    stage.meetings.hosted_by = dict.fromkeys(stage.meetings.hosted_by, "former@example.com")
    await connect(stage, subject="another user")
    await stage.work_for(180)
    row = await stage.row(event)
    assert row is not None
    assert row.code == "meeting_elsewhere"
    assert (stage.now(event).location, len(stage.meetings.alive)) == (link, 1)
    body = stage.now(event).body
    stage.calendars.edit(event.ref, body=Body(f"#zoom:new {body.text}", body.format))
    await stage.work_for(180)
    assert len(stage.meetings.alive) == 2, "the former one is another user's, and stays hers"
    assert stage.now(event).location == stage.meetings.alive[max(stage.meetings.alive)].join_url
    assert await stage.row(event) is None


async def test_a_meeting_that_is_not_to_be_found_by_another_user_is_not_made_anew(stage: Stage):
    await on_own_zoom(stage)
    event = await linked(stage)
    await disconnect(stage)
    stage.meetings.delete_by_person(next(iter(stage.meetings.alive)))
    await connect(stage, subject="another user")
    await stage.work_for(180)
    row = await stage.row(event)
    assert row is not None
    assert row.code == "meeting_elsewhere"
    assert stage.meetings.calls["create"] == 1


async def test_a_meeting_that_lost_our_marker_is_left_alone(stage: Stage):
    await on_own_zoom(stage)
    event = await linked(stage)
    await disconnect(stage)
    (meeting,) = stage.meetings.alive.values()
    stage.meetings.edit_by_person(replace(meeting, agenda="Hers now"))
    await connect(stage)
    stage.calendars.delete(event.ref)
    await stage.work_for(300)
    assert meeting.id in stage.meetings.alive


async def test_an_event_deleted_meanwhile_loses_its_meeting_afterwards(stage: Stage):
    await on_own_zoom(stage)
    event = await linked(stage)
    await disconnect(stage)
    await begin_anew(stage)
    stage.calendars.delete(event.ref)
    await stage.work_for(120)
    assert len(stage.meetings.alive) == 1
    await connect(stage)
    await stage.work_for(180)
    assert not stage.meetings.alive


async def test_an_interrupted_create_is_found_again_and_never_repeated(stage: Stage):
    await on_own_zoom(stage)
    event = stage.calendars.add(ANA, location="zoom")
    stage.meetings.fail_next("lost_answer")
    await stage.work(seconds=60)
    await disconnect(stage)
    await begin_anew(stage)
    await stage.work_for(300)
    assert len(await stage.store.run(lambda tx: tx.journal.all_open())) == 1
    assert stage.meetings.calls["create"] == 1
    await connect(stage)
    await stage.work_for(120)
    (meeting,) = stage.meetings.alive.values()
    assert stage.now(event).location == meeting.join_url
    assert stage.meetings.calls["create"] == 1


async def test_a_calendar_that_left_is_not_read_and_comes_back_as_it_was(stage: Stage):
    await connect(stage, ANA_GOOGLE)
    event = await linked(stage)
    await disconnect(stage, ANA_GOOGLE)
    stage.calendars.calls.clear()
    await stage.work_for(300)
    assert not [call for call in stage.calendars.calls if ANA.owner in str(call)]
    assert await state_of(stage, event) is BindingState.RELEASED
    assert len(stage.meetings.alive) == 1
    await connect(stage, ANA_GOOGLE)
    await stage.work_for(120)
    assert await state_of(stage, event) is BindingState.LINKED
    assert stage.meetings.calls["create"] == 1


async def test_another_calendar_in_its_place_deletes_no_meeting(stage: Stage):
    await connect(stage, ANA_GOOGLE)
    event = await linked(stage)
    await disconnect(stage, ANA_GOOGLE)
    stage.calendars.delete(event.ref)
    await connect(stage, ANA_GOOGLE, subject="another")
    await stage.work_for(300)
    assert len(stage.meetings.alive) == 1


async def test_what_is_under_way_when_an_account_leaves_is_not_written_over_it(
    stage: Stage, monkeypatch
):
    await on_own_zoom(stage)
    event = stage.calendars.add(ANA, location="zoom")
    write = stage.calendars.write

    async def meanwhile(*args, **kwargs):
        answer = await write(*args, **kwargs)
        await disconnect(stage)
        return answer

    monkeypatch.setattr(stage.calendars, "write", meanwhile)
    await stage.work(seconds=60)
    monkeypatch.setattr(stage.calendars, "write", write)
    assert await state_of(stage, event) is BindingState.RELEASED
    await begin_anew(stage)
    await stage.work_for(120)
    assert await stage.row(event) is None
    intents = await stage.store.run(lambda tx: tx.journal.all_open())
    assert not [intent for intent in intents if intent.kind is not IntentKind.CREATE]
    await connect(stage)
    await stage.work_for(120)
    assert await state_of(stage, event) is BindingState.LINKED
    assert stage.meetings.calls["create"] == 1


async def test_one_hosts_trouble_is_her_own(stage: Stage):
    stage.meetings.service = None
    await connect(stage)
    await connect(stage, replace(ANA_ZOOM, address=BO.owner))
    stage.meetings.fail_next("auth_lost", "create")
    hers = stage.calendars.add(ANA, location="zoom")
    await stage.work(seconds=60)
    his = stage.calendars.add(BO, location="zoom")
    await stage.work(seconds=60)
    assert stage.now(his).location.startswith("https://")
    row, other = await health(stage), await health(stage, replace(ANA_ZOOM, address=BO.owner))
    assert row is not None
    assert other is not None
    assert other.state is AccountState.OK
    assert await stage.row(hers) is None or row.state is not AccountState.NOT_CONNECTED
