"""What every store promises of connected accounts, their grants, and grants to be ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from syncd.core.ids import AccountKey, Provider
from syncd.ports.connections import ConnectionState, StoredGrant
from syncd.ports.oauth import Grant
from syncd.ports.store import Store, Tx
from tests.conformance.store_account_cases import (
    ANA_GOOGLE,
    ANA_ZOOM,
    BEN_GOOGLE,
    IDENTITY,
    connected,
    connection,
    grant,
    granted,
    revocation,
)
from tests.conformance.store_cases import NOW, at, in_turn


async def begun(store: Store, holder: str, *, now=NOW, account: AccountKey = ANA_GOOGLE) -> bool:
    until = now + timedelta(minutes=1)
    return await store.run(
        lambda tx: tx.grants.begin_refresh(account, holder=holder, now=now, until=until)
    )


async def _version(store: Store) -> int:
    return await store.run(lambda tx: tx.connections.version())


async def test_a_connection_comes_back_as_it_was_saved(store: Store):
    assert await store.run(lambda tx: tx.connections.get(ANA_GOOGLE)) is None

    await connected(store, connection())

    assert await store.run(lambda tx: tx.connections.get(ANA_GOOGLE)) == connection()
    assert await store.run(lambda tx: tx.connections.get(BEN_GOOGLE)) is None


async def test_connections_come_ordered_by_account(store: Store):
    rows = [connection(ANA_GOOGLE), connection(BEN_GOOGLE), connection(ANA_ZOOM)]

    await connected(store, *reversed(rows))

    assert await store.run(lambda tx: tx.connections.all()) == rows


async def test_a_connection_is_found_by_its_identity(store: Store):
    def found(provider: Provider, subject: str):
        return lambda tx: tx.connections.of_identity(provider, subject)

    assert await store.run(found(Provider.GOOGLE, "one")) is None
    row = connection(identity=replace(IDENTITY, subject="one"))
    await connected(store, row)

    assert await store.run(found(Provider.GOOGLE, "one")) == row
    assert await store.run(found(Provider.ZOOM, "one")) is None
    assert await store.run(found(Provider.GOOGLE, "two")) is None


async def test_a_connection_may_change_its_identity(store: Store):
    await connected(store, connection(), connection(identity=replace(IDENTITY, subject="new")))

    found = await store.run(lambda tx: tx.connections.of_identity(Provider.GOOGLE, "new"))
    former = await store.run(
        lambda tx: tx.connections.of_identity(Provider.GOOGLE, f"subject of {ANA_GOOGLE}")
    )

    assert found is not None
    assert former is None


async def test_an_identity_is_connected_by_one_person(store: Store):
    await connected(store, connection(ANA_GOOGLE, identity=IDENTITY))

    with pytest.raises(ValueError, match="another person has connected"):
        await connected(store, connection(BEN_GOOGLE, identity=IDENTITY))
    await connected(store, connection(ANA_ZOOM, identity=IDENTITY))

    accounts = [row.account for row in await store.run(lambda tx: tx.connections.all())]
    assert accounts == [ANA_GOOGLE, ANA_ZOOM]


async def test_an_erased_connection_is_gone_with_its_grant(store: Store):
    await connected(store, connection(), connection(BEN_GOOGLE))
    await granted(store, grant())
    await granted(store, grant("of ben"), BEN_GOOGLE)

    assert await store.run(lambda tx: tx.connections.erase(ANA_GOOGLE))
    assert not await store.run(lambda tx: tx.connections.erase(ANA_GOOGLE))
    await store.settle()

    assert await store.run(lambda tx: tx.connections.get(ANA_GOOGLE)) is None
    assert await store.run(lambda tx: tx.grants.get(ANA_GOOGLE)) is None
    assert await store.run(lambda tx: tx.grants.get(BEN_GOOGLE)) is not None
    subject = f"subject of {ANA_GOOGLE}"
    found = await store.run(lambda tx: tx.connections.of_identity(Provider.GOOGLE, subject))
    assert found is None


async def test_a_connection_that_comes_again_has_no_grant_of_former_days(store: Store):
    await connected(store, connection())
    await granted(store, grant())
    await store.run(lambda tx: tx.connections.erase(ANA_GOOGLE))

    await connected(store, connection())

    assert await store.run(lambda tx: tx.grants.get(ANA_GOOGLE)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"calendars": ("primary",)},
        {"state": ConnectionState.LEAVING},
        {"scopes": frozenset({"openid"})},
        {"identity": IDENTITY},
        {"connected_at": at(1)},
    ],
)
async def test_the_version_grows_with_what_matters(store: Store, changes: dict[str, Any]):
    assert await _version(store) == 0
    await connected(store, connection())
    before = await _version(store)

    await connected(store, connection(**changes))

    assert 0 < before < await _version(store)


async def test_the_version_stays_after_a_probe(store: Store):
    await connected(store, connection())
    before = await _version(store)

    await connected(store, connection(probed_at=at(60)))
    await granted(store, grant())

    assert await _version(store) == before
    assert await store.run(lambda tx: tx.connections.get(ANA_GOOGLE)) == connection(
        probed_at=at(60)
    )


async def test_the_version_grows_when_an_account_goes_and_comes_again(store: Store):
    await connected(store, connection())
    versions = [await _version(store)]

    await store.run(lambda tx: tx.connections.erase(ANA_GOOGLE))
    versions.append(await _version(store))
    await store.run(lambda tx: tx.connections.erase(ANA_GOOGLE))
    assert await _version(store) == versions[-1]
    await connected(store, connection())
    versions.append(await _version(store))

    assert versions == sorted(set(versions))


async def test_what_is_undone_leaves_the_version(store: Store):
    def fail(_tx: Tx) -> None:
        raise LookupError("thrown by the work")

    with pytest.raises(LookupError):
        await store.run(in_turn(lambda tx: tx.connections.save(connection()), fail))

    assert await _version(store) == 0
    assert await store.run(lambda tx: tx.connections.all()) == []


@pytest.mark.parametrize("given", [grant(), grant(refresh_token=None, api_url=None)])
async def test_a_grant_comes_back_as_it_was_put(store: Store, given: Grant):
    await connected(store, connection())

    put = await granted(store, given)

    assert put == StoredGrant(grant=given, generation=1)
    assert await store.run(lambda tx: tx.grants.get(ANA_GOOGLE)) == put


async def test_every_grant_begins_a_new_generation(store: Store):
    await connected(store, connection())
    await granted(store, grant())

    assert await granted(store, grant("second")) == StoredGrant(grant=grant("second"), generation=2)


async def test_no_grant_is_kept_of_an_account_that_is_not_connected(store: Store):
    assert await granted(store, grant()) is None
    assert not await begun(store, "one")

    await connected(store, connection())

    assert await store.run(lambda tx: tx.grants.get(ANA_GOOGLE)) is None


async def test_saving_a_connection_leaves_its_grant(store: Store):
    await connected(store, connection())
    put = await granted(store, grant())

    await connected(store, connection(calendars=("primary",)))

    assert await store.run(lambda tx: tx.grants.get(ANA_GOOGLE)) == put


async def test_one_holder_refreshes_a_grant_at_a_time(store: Store):
    await connected(store, connection(), connection(BEN_GOOGLE))
    first = await granted(store, grant())
    await granted(store, grant(), BEN_GOOGLE)

    assert await begun(store, "one")
    assert not await begun(store, "two")
    assert not await begun(store, "one")
    assert await begun(store, "two", account=BEN_GOOGLE)
    assert await store.run(lambda tx: tx.grants.get(ANA_GOOGLE)) == first


async def test_a_refresh_of_a_grant_expires(store: Store):
    await connected(store, connection())
    await granted(store, grant())
    await begun(store, "one")

    assert not await begun(store, "two", now=at(1) - timedelta(microseconds=1))
    assert await begun(store, "two", now=at(1))


async def test_a_refresh_begun_by_a_clock_that_was_set_back_since_holds_nobody_up_either(
    store: Store,
):
    await connected(store, connection())
    await granted(store, grant())
    await begun(store, "one", now=at(120))

    assert await begun(store, "two")


async def test_a_new_grant_ends_the_refresh(store: Store):
    await connected(store, connection())
    await granted(store, grant())
    await begun(store, "one")

    await granted(store, grant("second"))

    assert await begun(store, "two")


async def test_a_refresh_of_a_grant_is_given_up_by_its_holder_alone(store: Store):
    await connected(store, connection())
    await granted(store, grant())
    await begun(store, "one")

    await store.run(lambda tx: tx.grants.end_refresh(ANA_GOOGLE, holder="two"))
    assert not await begun(store, "two")
    await store.run(lambda tx: tx.grants.end_refresh(ANA_GOOGLE, holder="one"))
    assert await begun(store, "two")


async def test_revocations_come_by_the_time_they_are_due(store: Store):
    rows = [revocation("b"), revocation("a", due_at=at(1)), revocation("c", due_at=at(2))]
    await store.run(in_turn(*(lambda tx, row=row: tx.revocations.put(row) for row in rows[::-1])))

    assert await store.run(lambda tx: tx.revocations.all()) == rows


async def test_a_revocation_is_replaced_and_erased(store: Store):
    await store.run(lambda tx: tx.revocations.put(revocation("a")))
    again = revocation("a", due_at=at(5), attempts=1)

    await store.run(lambda tx: tx.revocations.put(again))
    assert await store.run(lambda tx: tx.revocations.all()) == [again]

    await store.run(lambda tx: tx.revocations.delete("a"))
    await store.run(lambda tx: tx.revocations.delete("a"))
    assert await store.run(lambda tx: tx.revocations.all()) == []


@pytest.mark.parametrize(
    "work",
    [
        lambda tx: tx.connections.save(connection(probed_at=NOW.replace(tzinfo=None))),
        lambda tx: tx.revocations.put(revocation("a", since=NOW.replace(tzinfo=None))),
        lambda tx: tx.revocations.put(
            revocation("a", grant=grant(expires_at=NOW.replace(tzinfo=None)))
        ),
    ],
)
async def test_times_of_accounts_without_a_zone_are_refused(store: Store, work):
    with pytest.raises(ValueError, match=r"time ?zone"):
        await store.run(work)
