"""The chores about connected accounts: probes, revocations, what is forgotten, who is told.

Shows K24 of `config/promises.md`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.core.ids import Provider
from syncd.core.secret import Secret
from syncd.engine import incidents
from syncd.engine.accounts import AccountChores
from syncd.ports.connections import FlowRow, SessionRow
from syncd.ports.errors import AuthLost, Transient
from syncd.ports.oauth import Purpose
from syncd.ports.rows import AccountRow, AccountState
from tests.fakes.oauth import FakeAuthorizer, FakeKeeper, FakeNotifier
from tests.fakes.stage import Stage
from tests.unit.engine.accounts_play import ANA_ZOOM, connect, disconnect, health, on_own_zoom

DAY = 24 * 3600.0
GONE = AuthLost("Zoom ended the consent.", code="consent_gone", remedy="Connect it.")


class Office(Stage):
    """A stage with Zoom's consents, and somebody to be told."""

    def __init__(self) -> None:
        super().__init__()
        self.authorizer, self.notifier = FakeAuthorizer(), FakeNotifier()
        self.keeper = FakeKeeper(self.store, Provider.ZOOM)
        self.deps = replace(
            self.deps,
            authorizers={Provider.ZOOM: self.authorizer},
            grants={Provider.ZOOM: self.keeper},
            notifier=self.notifier,
        )
        self.chores = AccountChores(self.deps)

    async def sick(self, state: AccountState) -> None:
        row = AccountRow(
            key=ANA_ZOOM, state=state, reason="Down.", remedy="Look.", since=self.clock.now()
        )
        await self.store.run(lambda tx: tx.accounts.set(row))

    async def pending(self) -> int:
        return len(await self.store.run(lambda tx: tx.revocations.all()))

    def tell_states(self) -> list[str]:
        return [incident.state for incident in self.notifier.told]


@pytest.fixture
async def office():
    made = Office()
    await made.prepare()
    yield made
    made.close()


async def test_a_connection_is_probed_once_a_day(office: Office):
    await on_own_zoom(office)
    await office.chores.probe()
    assert office.authorizer.probed == []
    for _ in range(50):
        office.clock.advance(DAY / 10)
        await office.chores.probe()
    assert 5 <= len(office.authorizer.probed) <= 6
    row = await office.store.run(lambda tx: tx.connections.get(ANA_ZOOM))
    assert row is not None
    assert office.clock.now() - row.probed_at <= timedelta(days=1)


async def test_a_dead_consent_is_found_before_it_is_needed(office: Office):
    await on_own_zoom(office)
    office.clock.advance(DAY)
    office.keeper.fault = GONE
    await office.chores.probe()
    row = await health(office)
    assert row is not None
    assert (row.state, row.reason) == (AccountState.NEEDS_RECONNECT, GONE.message)


async def test_a_token_that_is_refused_is_renewed_before_anybody_is_told(office: Office):
    await on_own_zoom(office)
    office.clock.advance(DAY)
    office.authorizer.faults = [GONE]
    await office.chores.probe()
    assert (office.keeper.renewals, len(office.authorizer.probed)) == (1, 2)
    row = await health(office)
    assert row is not None
    assert row.state is AccountState.OK


async def test_a_provider_that_is_down_is_asked_again_an_hour_later(office: Office):
    await on_own_zoom(office)
    office.clock.advance(DAY)
    office.authorizer.faults = [Transient("Down.", code="down")]
    for _ in range(12):
        await office.chores.probe()
        office.clock.advance(300)
    assert len(office.authorizer.probed) == 1
    await office.chores.probe()
    assert len(office.authorizer.probed) == 2
    row = await health(office)
    assert row is not None
    assert row.state is AccountState.OK


async def test_a_grant_is_ended_at_its_provider_and_erased(office: Office):
    await on_own_zoom(office)
    await disconnect(office)
    await office.chores.revoke()
    assert office.authorizer.revoked == ["access token"]
    assert await office.pending() == 0


async def test_a_grant_that_cannot_be_ended_is_tried_less_and_less_for_a_day(office: Office):
    await on_own_zoom(office)
    await disconnect(office)
    office.authorizer.faults = [Transient("Down.", code="down") for _ in range(1000)]
    minutes = 0
    while await office.pending():
        await office.chores.revoke()
        office.clock.advance(60)
        minutes += 1
        assert minutes <= 24 * 60 + 5
    assert 15 <= len(office.authorizer.revoked) <= 30
    assert minutes > 20 * 60
    row = await health(office)
    assert row is not None
    assert "could not be confirmed" in row.reason
    assert row.state is AccountState.NOT_CONNECTED
    assert "Remove syncd" in row.remedy


async def test_a_revocation_that_failed_says_nothing_of_an_account_that_is_back(office: Office):
    await on_own_zoom(office)
    await disconnect(office)
    await connect(office)
    office.deps = replace(office.deps, authorizers={})
    chores = AccountChores(office.deps)
    for _ in range(30):
        await chores.revoke()
        office.clock.advance(3600)
    assert await office.pending() == 0
    row = await health(office)
    assert row is not None
    assert (row.state, row.reason) == (AccountState.OK, "")


async def test_old_browsers_and_unfinished_consents_are_forgotten(office: Office):
    now = office.clock.now()
    flow = FlowRow(
        state=Secret("s" * 32),
        session="",
        provider=Provider.ZOOM,
        purpose=Purpose.CONNECT,
        person="ana@example.com",
        kept=Secret("kept"),
        after="/",
        expires_at=now + timedelta(minutes=10),
    )
    idle = SessionRow(id="idle", person="", provider=None, begun_at=now, seen_at=now)

    def fill(tx):
        tx.flows.put(flow)
        tx.sessions.save(idle)
        tx.sessions.save(replace(idle, id="busy", seen_at=now + timedelta(minutes=30)))

    async def left() -> set[str]:
        await office.chores.forget()
        return {row.id for row in await office.store.run(lambda tx: tx.sessions.all())}

    await office.store.run(fill)
    assert await left() == {"idle", "busy"}
    office.clock.advance(31 * 60)
    assert await left() == {"busy"}
    office.clock.advance(12 * 3600)
    assert await left() == set()


async def test_a_lost_consent_is_told_once_and_once_more_when_it_is_back(office: Office):
    await office.sick(AccountState.NEEDS_RECONNECT)
    for _ in range(5):
        await incidents.tell(office.deps)
        await office.sick(AccountState.NEEDS_RECONNECT)
        office.clock.advance(600)
    assert office.tell_states() == ["needs_reconnect"]
    await office.sick(AccountState.OK)
    await incidents.tell(office.deps)
    assert office.tell_states() == ["needs_reconnect"], "not before it lasts"
    office.clock.advance(120)
    for _ in range(3):
        await incidents.tell(office.deps)
    assert office.tell_states() == ["needs_reconnect", "ok"]
    await office.sick(AccountState.NEEDS_RECONNECT)
    await incidents.tell(office.deps)
    assert office.tell_states() == ["needs_reconnect", "ok", "needs_reconnect"]


async def test_a_failure_is_told_only_when_it_lasts(office: Office):
    await office.sick(AccountState.FAILING)
    await incidents.tell(office.deps)
    office.clock.advance(10 * 60)
    await incidents.tell(office.deps)
    assert office.tell_states() == []
    office.clock.advance(10 * 60)
    await incidents.tell(office.deps)
    assert office.tell_states() == ["failing"]


async def test_nobody_is_told_of_an_account_that_its_owner_disconnected(office: Office):
    await office.sick(AccountState.NOT_CONNECTED)
    await incidents.tell(office.deps)
    await office.sick(AccountState.NEEDS_RECONNECT)
    await incidents.tell(office.deps)
    await office.sick(AccountState.NOT_CONNECTED)
    await incidents.tell(office.deps)
    assert office.tell_states() == ["needs_reconnect"]


async def test_of_two_processes_one_tells(office: Office):
    await office.sick(AccountState.NEEDS_RECONNECT)
    other = replace(office.deps, holder="test:2")
    rows = await office.store.run(lambda tx: tx.accounts.all())
    for deps in (office.deps, other):
        await incidents._tell(deps, rows[0], is_over=False)
    assert office.tell_states() == ["needs_reconnect"]
