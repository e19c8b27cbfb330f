"""A connected person's life: consent, calendars, renewal, and the end of the consent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from syncd.adapters.grants import GrantTokens
from syncd.adapters.http import Http
from syncd.adapters.microsoft import LIMITS, GraphCalendars, PersonTokens
from syncd.core.ids import AccountKey, CalendarKey, Provider
from syncd.ports.connections import ConnectionRow, ConnectionState
from syncd.ports.errors import AuthLost
from syncd.ports.oauth import Consented
from syncd.ports.store import Tx
from syncd.store.keyfile import new_key_file, read_key_file
from syncd.store.store import SqlStore
from tests.integration.adapters.microsoft_consents import ConsentStage, consent_stage

PERSON = "ana.of.us@elsewhere.example"
ACCOUNT = AccountKey(Provider.MICROSOFT, PERSON)


@pytest.fixture
async def stage(tmp_path) -> AsyncIterator[ConsentStage]:
    async with consent_stage(tmp_path) as one:
        yield one


@pytest.fixture
def store():
    opened = SqlStore.open("sqlite://", read_key_file(new_key_file()).ring, inline=True)
    yield opened
    opened.close()


async def connect(store: SqlStore, consented: Consented, stage: ConsentStage) -> None:
    row = ConnectionRow(
        account=ACCOUNT,
        identity=consented.identity,
        scopes=consented.grant.scopes,
        calendars=("primary",),
        state=ConnectionState.CONNECTED,
        connected_at=stage.clock.now(),
        probed_at=stage.clock.now(),
    )

    def save(tx: Tx) -> None:
        tx.connections.save(row)
        tx.grants.put(ACCOUNT, consented.grant)

    await store.run(save)


async def test_a_connected_person_is_served_until_the_consent_ends(stage, store):
    gone: list[tuple[AccountKey, str]] = []

    def on_gone(tx: Tx, account: AccountKey, error: AuthLost) -> None:
        gone.append((account, error.code))
        tx.connections.erase(account)

    await connect(store, await stage.consent(), stage)
    grants = GrantTokens(
        Provider.MICROSOFT,
        stage.authorizer(),
        store,
        stage.clock,
        holder="one",
        on_gone=on_gone,
    )
    http = Http(clock=stage.clock, origins=[stage.world.base], ca_file=stage.ca_file, limits=LIMITS)
    calendars = GraphCalendars(
        http,
        PersonTokens(grants, None),
        stage.clock,
        api_base=f"{stage.world.base}/microsoft/v1.0",
        horizon=timedelta(days=60),
    )
    calendar = CalendarKey(Provider.MICROSOFT, PERSON, "primary")
    try:
        first, *_ = await calendars.calendars(PERSON)
        assert (first.calendar_id, first.can_write) == ("primary", True)
        stage.world.advance(4000)
        stage.clock.advance(4000)
        now = stage.clock.now()
        assert await calendars.between(calendar, begin=now, end=now + timedelta(days=1)) == ()
        stage.exchange.grants.revoke(stage.ana.email)
        with pytest.raises(AuthLost) as caught:
            await calendars.calendars(PERSON)
        assert (caught.value.code, gone) == ("consent_gone", [(ACCOUNT, "consent_gone")])
        with pytest.raises(AuthLost) as caught:
            await calendars.calendars(PERSON)
        assert caught.value.code == "microsoft_not_connected"
    finally:
        await http.close()
