"""One good grant per account over all processes: renewed once, kept before it is used, never reborn.

Shows K21 and I13 of `config/promises.md`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar, cast

import pytest

from syncd.adapters.grants import CONSENT_GONE, GrantTokens
from syncd.core.ids import AccountKey, Provider
from syncd.core.secret import Secret
from syncd.ports.connections import ConnectionRow, ConnectionState
from syncd.ports.errors import AuthLost, Transient
from syncd.ports.oauth import Authorizer, Grant, Identity
from syncd.ports.store import StoreError, Tx
from syncd.store.keyfile import new_key_file, read_key_file
from syncd.store.store import SqlStore
from tests.fakes.clock import START, FakeClock

ANA = AccountKey(Provider.ZOOM, "ana@example.com")
HOUR = timedelta(hours=1)
T = TypeVar("T")


def grant(number: int, *, lasts: timedelta = HOUR, now: datetime = START) -> Grant:
    return Grant(
        access_token=Secret(f"access-{number}"),
        expires_at=now + lasts,
        refresh_token=Secret(f"refresh-{number}"),
        scopes=frozenset({"meeting:write:meeting"}),
    )


class RotatingZoom:
    """Refreshes as Zoom does: a refresh token is good once. `before` runs while it answers."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.newest = 1
        self.asked: list[str] = []
        self.refusals: list[Exception] = []
        self.before: Callable[[], Awaitable[None]] | None = None

    async def refresh(self, old: Grant) -> Grant:
        assert old.refresh_token is not None
        self.asked.append(old.refresh_token.reveal())
        if self.before is not None:
            before, self.before = self.before, None
            await before()
        await asyncio.sleep(0)
        if self.refusals:
            raise self.refusals.pop(0)
        if old.refresh_token.reveal() != f"refresh-{self.newest}":
            raise gone()
        self.newest += 1
        return grant(self.newest, now=self.clock.now())


class FailingToKeep:
    """A database that fails so many times, from when the provider has answered."""

    def __init__(self, inner: SqlStore, times: int) -> None:
        self._inner = inner
        self._times = times

    async def run(self, work: Callable[[Tx], T]) -> T:
        is_keeping = isinstance(work, partial) and "grant" in work.keywords
        if is_keeping and self._times > 0:
            self._times -= 1
            raise StoreError("the disk is full")
        return await self._inner.run(work)


def gone() -> AuthLost:
    return AuthLost("Zoom takes the consent no more.", code=CONSENT_GONE, remedy="Connect again.")


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
async def store():
    opened = SqlStore.open("sqlite://", read_key_file(new_key_file()).ring, inline=True)
    yield opened
    opened.close()


@pytest.fixture
def zoom(clock):
    return RotatingZoom(clock)


def tokens_of(
    store: SqlStore,
    clock: FakeClock,
    zoom: RotatingZoom,
    *,
    holder: str = "one",
    found: list[tuple[AccountKey, str]] | None = None,
) -> GrantTokens:
    def on_gone(tx: Tx, account: AccountKey, error: AuthLost) -> None:
        (found if found is not None else []).append((account, error.code))
        tx.connections.erase(account)

    return GrantTokens(
        Provider.ZOOM, cast("Authorizer", zoom), store, clock, holder=holder, on_gone=on_gone
    )


async def connect(store: SqlStore, *, lasts: timedelta = HOUR) -> None:
    row = ConnectionRow(
        account=ANA,
        identity=Identity(
            subject="z1", tenant="abc", address="ana@zoom.test", name="Ana", is_verified=True
        ),
        scopes=frozenset(),
        calendars=(),
        state=ConnectionState.CONNECTED,
        connected_at=datetime(2026, 12, 1, tzinfo=UTC),
        probed_at=datetime(2026, 12, 1, tzinfo=UTC),
    )

    def save(tx: Tx) -> None:
        tx.connections.save(row)
        tx.grants.put(ANA, grant(1, lasts=lasts))

    await store.run(save)


async def test_a_grant_that_lasts_is_given_without_asking(store, clock, zoom):
    await connect(store)
    stored = await tokens_of(store, clock, zoom).current("ana@example.com")
    assert stored.grant.access_token.reveal() == "access-1"
    assert zoom.asked == []


async def test_without_a_connection_it_says_so(store, clock, zoom):
    tokens = tokens_of(store, clock, zoom)
    assert not await tokens.is_connected("ana@example.com")
    with pytest.raises(AuthLost) as caught:
        await tokens.current("ana@example.com")
    assert caught.value.code == "zoom_not_connected"
    assert "syncd accounts connect zoom" in caught.value.remedy


async def test_an_ageing_grant_is_renewed_once_for_many_callers(store, clock, zoom):
    await connect(store, lasts=timedelta(minutes=4))
    one, two = tokens_of(store, clock, zoom), tokens_of(store, clock, zoom, holder="two")
    calls = [each.current("ana@example.com") for each in (one, two) for _ in range(5)]
    given = {stored.grant.access_token.reveal() for stored in await asyncio.gather(*calls)}
    assert given == {"access-2"}
    assert zoom.asked == ["refresh-1"]


async def test_what_is_given_was_committed_first(store, clock, zoom):
    await connect(store, lasts=timedelta(minutes=4))
    given = await tokens_of(store, clock, zoom).current("ana@example.com")
    kept = await store.run(lambda tx: tx.grants.get(ANA))
    assert kept is not None
    assert kept.grant.refresh_token == Secret("refresh-2")
    assert kept.generation == given.generation


@pytest.mark.parametrize("times", [1, 4])
async def test_a_database_that_fails_for_moments_costs_no_consent(store, clock, zoom, times):
    await connect(store, lasts=timedelta(minutes=4))
    failing = FailingToKeep(store, times)
    given = await tokens_of(cast("SqlStore", failing), clock, zoom).current("ana@example.com")
    kept = await store.run(lambda tx: tx.grants.get(ANA))
    assert kept == given
    assert given.grant.refresh_token == Secret("refresh-2")
    assert zoom.asked == ["refresh-1"]


async def test_one_that_fails_for_longer_is_told(store, clock, zoom):
    await connect(store, lasts=timedelta(minutes=4))
    failing = FailingToKeep(store, 5)
    with pytest.raises(StoreError):
        await tokens_of(cast("SqlStore", failing), clock, zoom).current("ana@example.com")
    assert sum(clock.slept) < 15


async def test_a_refused_access_token_is_replaced_once(store, clock, zoom):
    await connect(store)
    tokens = tokens_of(store, clock, zoom)
    refused = await tokens.current("ana@example.com")
    first, second = await asyncio.gather(
        tokens.renewed("ana@example.com", refused=refused),
        tokens.renewed("ana@example.com", refused=refused),
    )
    assert first.generation == second.generation == refused.generation + 1
    assert zoom.asked == ["refresh-1"]


async def test_a_consent_is_given_up_on_two_answers_and_told_in_the_same_transaction(
    store, clock, zoom
):
    await connect(store, lasts=timedelta(minutes=4))
    zoom.refusals = [gone(), gone()]
    found: list[tuple[AccountKey, str]] = []
    with pytest.raises(AuthLost, match="no more"):
        await tokens_of(store, clock, zoom, found=found).current("ana@example.com")
    assert zoom.asked == ["refresh-1", "refresh-1"]
    assert found == [(ANA, CONSENT_GONE)]
    assert await store.run(lambda tx: tx.connections.get(ANA)) is None


async def test_one_odd_answer_costs_no_consent(store, clock, zoom):
    await connect(store, lasts=timedelta(minutes=4))
    zoom.refusals = [gone()]
    stored = await tokens_of(store, clock, zoom).current("ana@example.com")
    assert stored.grant.access_token.reveal() == "access-2"


async def test_a_refusal_does_not_count_when_a_newer_grant_stands(store, clock, zoom):
    await connect(store, lasts=timedelta(minutes=4))
    zoom.refusals = [gone(), gone()]

    async def reconnected() -> None:
        await store.run(lambda tx: tx.grants.put(ANA, grant(7)))

    zoom.before = reconnected
    found: list[tuple[AccountKey, str]] = []
    stored = await tokens_of(store, clock, zoom, found=found).current("ana@example.com")
    assert stored.grant.access_token.reveal() == "access-7"
    assert found == []


@pytest.mark.parametrize(
    "error",
    [
        Transient("Zoom is down.", code="zoom_unavailable"),
        AuthLost("The app is refused.", code="zoom_client_refused", remedy="Mend it."),
    ],
)
async def test_trouble_of_another_kind_costs_no_consent_and_frees_the_refresh(
    store, clock, zoom, error
):
    await connect(store, lasts=timedelta(seconds=20))
    zoom.refusals = [error]
    with pytest.raises(type(error)):
        await tokens_of(store, clock, zoom).current("ana@example.com")
    stored = await tokens_of(store, clock, zoom, holder="two").current("ana@example.com")
    assert stored.grant.access_token.reveal() == "access-2"


async def test_a_grant_that_comes_after_a_disconnect_is_not_used_and_is_to_be_ended(
    store, clock, zoom
):
    await connect(store, lasts=timedelta(minutes=4))

    async def disconnected() -> None:
        await store.run(lambda tx: tx.connections.erase(ANA))

    zoom.before = disconnected
    with pytest.raises(AuthLost) as caught:
        await tokens_of(store, clock, zoom).current("ana@example.com")
    assert caught.value.code == "zoom_not_connected"
    assert await store.run(lambda tx: tx.grants.get(ANA)) is None
    (row,) = await store.run(lambda tx: tx.revocations.all())
    assert row.grant.refresh_token == Secret("refresh-2")


async def test_a_process_that_died_in_its_refresh_holds_nobody_up_for_good(store, clock, zoom):
    await connect(store, lasts=timedelta(minutes=4))
    until = clock.now() + timedelta(seconds=40)
    await store.run(
        lambda tx: tx.grants.begin_refresh(ANA, holder="dead", now=clock.now(), until=until)
    )
    stored = await tokens_of(store, clock, zoom).current("ana@example.com")
    assert stored.grant.access_token.reveal() == "access-2"
    assert clock.now() >= until


async def test_an_ageing_token_is_used_while_the_provider_is_down(store, clock, zoom):
    await connect(store, lasts=timedelta(minutes=4))
    zoom.refusals = [Transient("Zoom is down.", code="zoom_unavailable")]
    stored = await tokens_of(store, clock, zoom).current("ana@example.com")
    assert stored.grant.access_token.reveal() == "access-1"


async def test_a_refused_one_is_not_used_again_for_that(store, clock, zoom):
    await connect(store)
    tokens = tokens_of(store, clock, zoom)
    refused = await tokens.current("ana@example.com")
    zoom.refusals = [Transient("Zoom is down.", code="zoom_unavailable")]
    with pytest.raises(Transient):
        await tokens.renewed("ana@example.com", refused=refused)


async def test_a_refresh_outlives_the_caller_who_began_it(store, clock, zoom):
    await connect(store, lasts=timedelta(minutes=4))
    tokens = tokens_of(store, clock, zoom)
    began, answered = asyncio.Event(), asyncio.Event()

    async def answer_late() -> None:
        began.set()
        await answered.wait()

    zoom.before = answer_late
    asked = asyncio.create_task(tokens.current("ana@example.com"))
    await began.wait()
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    answered.set()
    await tokens.finish()
    kept = await store.run(lambda tx: tx.grants.get(ANA))
    assert kept is not None
    assert kept.grant.refresh_token == Secret("refresh-2")
    assert (await tokens.current("ana@example.com")).grant.access_token.reveal() == "access-2"
    assert zoom.asked == ["refresh-1"]
