"""Disconnecting: told first, done in one piece, ended at the provider, and nothing left behind."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from syncd.core.binding import BindingState
from syncd.core.event import Event
from syncd.core.ids import AccountKey, Provider
from syncd.engine.accounts import AccountChores
from syncd.ports.connections import ConnectionState
from syncd.ports.errors import Transient
from syncd.ports.rows import AccountState
from syncd.services.disconnect import deauthorised, disconnect, preview
from tests.fakes.authorizer import identity
from tests.fakes.stage import ANA, BO
from tests.unit.services.served import Served

GOOGLE, MICROSOFT, ZOOM = Provider.GOOGLE, Provider.MICROSOFT, Provider.ZOOM
MINE = AccountKey(ZOOM, ANA.owner)
ZOOM_USER = identity(ANA.owner, subject="user1", tenant="acc1")


@pytest.fixture
async def mine(own):
    await own.connect(GOOGLE)
    await own.connect(ZOOM, who=ZOOM_USER)
    return own


async def linked(served: Served, **fields: object) -> Event:
    event = served.calendars.add(ANA, location="zoom", **fields)  # type: ignore[arg-type]  # as given
    await served.stage.work(seconds=60)
    assert served.stage.now(event).location.startswith("https://")
    return event


async def state_of(served: Served, event: Event) -> BindingState | None:
    binding = await served.stage.binding(event)
    return binding.state if binding is not None else None


async def test_it_is_told_first_and_telling_changes_nothing(mine):
    await linked(mine)
    await linked(mine)
    told = await preview(mine.deps, MINE)
    assert (told.links, told.upcoming, told.revokes) == (2, 2, True)
    assert told.address == ANA.owner
    assert told.remove_at_url == "https://marketplace.zoom.us/user/installed"
    assert told.what_happens[0] == f"2 coming events carry a link that rests on {ANA.owner}."
    assert await mine.connection(MINE) is not None
    mine.clock.advance(timedelta(days=3).total_seconds())
    assert (await preview(mine.deps, MINE)).upcoming == 0


@pytest.mark.parametrize(
    ("tenant", "url"),
    [
        ("t1", "https://myapplications.microsoft.com"),
        ("9188040d-6c67-4c5b-b112-36a304b66dad", "https://account.live.com/consent/Manage"),
    ],
)
async def test_microsoft_keeps_the_consent_and_it_is_said_where(own, tenant, url):
    who = identity(ANA.owner, tenant=tenant)
    account = await own.connect(MICROSOFT, who=who)
    told = await preview(own.deps, account)
    assert (told.revokes, told.remove_at_url) == (False, url)
    assert told.what_happens[-1] == f"Microsoft keeps the consent until you remove it at {url}."
    done = await disconnect(own.deps, account, who=ANA.owner)
    assert (done.is_revoked, done.is_retried) == (False, False)
    assert await own.revocations() == []


async def test_the_link_stays_and_the_consent_is_ended(mine):
    event = await linked(mine)
    writes = len(mine.calendars.writes)

    done = await disconnect(mine.deps, MINE, who=ANA.owner, request_id="r1")

    assert (done.is_leaving, done.is_revoked, done.is_retried) == (False, True, False)
    assert mine.zoom.revoked == ["zoom-access-1"]
    assert await mine.revocations() == []
    assert await mine.connection(MINE) is None
    assert await state_of(mine, event) is BindingState.RELEASED
    assert len(mine.calendars.writes) == writes
    assert len(mine.meetings.alive) == 1
    last = (await mine.audit())[-1]
    assert (last.who, last.what, last.request_id) == (ANA.owner, "account.disconnected", "r1")
    rows = await mine.deps.store.run(lambda tx: tx.accounts.all())
    (health,) = (row for row in rows if row.key == MINE)
    assert health.state is AccountState.NOT_CONNECTED
    assert health.reason == "Disconnected on 2026-12-01."


async def test_an_admin_is_told_apart(mine):
    await disconnect(mine.deps, MINE, who="admin")
    last = (await mine.audit())[-1]
    assert (last.who, last.what) == ("admin", "account.disconnected_by_admin")


async def test_when_the_provider_is_down_all_is_done_but_that_which_is_retried(mine):
    mine.zoom.revocation_faults.append(Transient("503", code="http_503"))
    done = await disconnect(mine.deps, MINE, who=ANA.owner)
    assert (done.is_revoked, done.is_retried) == (False, True)
    assert await mine.connection(MINE) is None
    assert len(await mine.revocations()) == 1

    mine.clock.advance(120)
    await AccountChores(mine.deps).revoke()
    assert mine.zoom.revoked == ["zoom-access-1"]
    assert await mine.revocations() == []


async def test_links_are_taken_out_first_when_that_is_asked(mine):
    await linked(mine)
    done = await disconnect(mine.deps, MINE, who=ANA.owner, remove_links=True)
    assert done.is_leaving
    row = await mine.connection(MINE)
    assert row is not None
    assert row.state is ConnectionState.LEAVING
    assert mine.zoom.calls.count("revoke") == 0


async def test_asked_again_without_it_goes_at_once(mine):
    event = await linked(mine)
    await disconnect(mine.deps, MINE, who=ANA.owner, remove_links=True)
    done = await disconnect(mine.deps, MINE, who=ANA.owner)
    assert not done.is_leaving
    assert await mine.connection(MINE) is None
    assert await state_of(mine, event) is BindingState.RELEASED


async def test_without_links_there_is_nothing_to_wait_for(mine):
    done = await disconnect(mine.deps, MINE, who=ANA.owner, remove_links=True)
    assert not done.is_leaving
    assert await mine.connection(MINE) is None


async def test_what_is_not_connected_is_neither_told_nor_done(mine):
    other = AccountKey(ZOOM, BO.owner)
    with pytest.raises(LookupError, match="not connected"):
        await preview(mine.deps, other)
    with pytest.raises(LookupError, match="not connected"):
        await disconnect(mine.deps, other, who=BO.owner)
    await disconnect(mine.deps, MINE, who=ANA.owner)
    with pytest.raises(LookupError):
        await disconnect(mine.deps, MINE, who=ANA.owner)


async def test_removed_at_zoom_it_ends_in_the_same_place_with_its_own_words(mine):
    event = await linked(mine)
    assert await deauthorised(mine.deps, zoom_account_id="acc1", zoom_user_id="user1")
    assert await mine.connection(MINE) is None
    assert await state_of(mine, event) is BindingState.RELEASED
    assert mine.zoom.calls.count("revoke") == 0
    rows = await mine.deps.store.run(lambda tx: tx.accounts.all())
    (health,) = (row for row in rows if row.key == MINE)
    assert health.state is AccountState.NEEDS_RECONNECT
    assert health.reason == "Removed in Zoom on 2026-12-01."
    assert (await mine.words())[-1] == "account.removed_at_provider"


@pytest.mark.parametrize(("account", "user"), [("acc1", "user2"), ("acc2", "user1"), ("", "")])
async def test_a_removal_of_somebody_else_touches_nobody(mine, account, user):
    assert not await deauthorised(mine.deps, zoom_account_id=account, zoom_user_id=user)
    assert await mine.connection(MINE) is not None


async def test_reconnected_the_same_meeting_is_taken_up(mine):
    event = await linked(mine)
    shown = mine.stage.now(event).location
    await disconnect(mine.deps, MINE, who=ANA.owner)
    mine.meetings.disconnect(ANA.owner)
    await mine.connect(ZOOM, who=ZOOM_USER)
    now = mine.clock.now()

    def look(tx):
        tx.events.mark_due(event.ref, due_at=now, starts_at=event.start)
        tx.calendars.hurry(ANA, due_at=now)

    await mine.deps.store.run(look)
    await mine.stage.work(seconds=60)
    assert await state_of(mine, event) is BindingState.LINKED
    assert len(mine.meetings.alive) == 1
    assert mine.stage.now(event).location == shown


async def test_a_provider_that_hangs_keeps_nobody_waiting(mine, monkeypatch):
    async def hang(_: object) -> bool:
        await asyncio.Event().wait()
        return True

    monkeypatch.setattr(mine.zoom, "revoke", hang)
    monkeypatch.setattr("syncd.services.disconnect._PATIENCE", 0)
    done = await disconnect(mine.deps, MINE, who=ANA.owner)
    assert (done.is_revoked, done.is_retried) == (False, True)
    assert await mine.connection(MINE) is None
    assert len(await mine.revocations()) == 1


async def test_the_database_forgets_whose_account_it_was(mine):
    await disconnect(mine.deps, MINE, who=ANA.owner)

    def left(tx):
        known = tx.connections.of_identity(ZOOM, "user1")
        return known, tx.grants.get(MINE), tx.hosts.get(ANA.owner)

    assert await mine.deps.store.run(left) == (None, None, None)
