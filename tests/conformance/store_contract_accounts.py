"""What every store promises of tokens, accounts, hosts and budgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from syncd.core.ids import AccountKey, Provider
from syncd.core.meeting import Host
from syncd.core.secret import Secret
from syncd.ports.rows import AccountRow, AccountState, GuardRow, StoredToken
from syncd.ports.store import Store
from tests.conformance.store_cases import ACCOUNT, NOW, at, in_turn

OTHER = AccountKey(Provider.GOOGLE, "ana@example.com")


async def _begin(store: Store, holder: str, *, now=NOW, account: AccountKey = ACCOUNT) -> bool:
    until = now + timedelta(minutes=1)
    return await store.run(
        lambda tx: tx.tokens.begin_refresh(account, holder=holder, now=now, until=until)
    )


async def _put(store: Store, text: str) -> StoredToken:
    return await store.run(lambda tx: tx.tokens.put(ACCOUNT, Secret(text), expires_at=at(60)))


async def test_a_token_comes_back_as_it_was_put(store: Store):
    put = await _put(store, "first")

    assert put == StoredToken(token=Secret("first"), expires_at=at(60), generation=1)
    assert await store.run(lambda tx: tx.tokens.get(ACCOUNT)) == put
    assert await store.run(lambda tx: tx.tokens.get(OTHER)) is None


async def test_every_token_begins_a_new_generation(store: Store):
    await _put(store, "first")

    second = await _put(store, "second")

    assert second == StoredToken(token=Secret("second"), expires_at=at(60), generation=2)
    assert await store.run(lambda tx: tx.tokens.get(ACCOUNT)) == second


async def test_one_holder_refreshes_at_a_time(store: Store):
    assert await _begin(store, "one")
    assert not await _begin(store, "two")
    assert await _begin(store, "two", account=OTHER)


async def test_a_refresh_before_the_first_token_shows_no_token(store: Store):
    await _begin(store, "one")

    assert await store.run(lambda tx: tx.tokens.get(ACCOUNT)) is None


async def test_all_refreshes_can_be_ended_and_tokens_stay(store: Store):
    put = await _put(store, "first")
    await _begin(store, "one")
    await _begin(store, "one", account=OTHER)

    await store.run(lambda tx: tx.tokens.break_refreshes())

    assert await _begin(store, "two")
    assert await _begin(store, "two", account=OTHER)
    assert await store.run(lambda tx: tx.tokens.get(ACCOUNT)) == put


async def test_the_one_who_refreshes_may_begin_again(store: Store):
    await _begin(store, "one")

    assert await _begin(store, "one", now=at(0.5))
    assert not await _begin(store, "two", now=at(1.25))


async def test_a_refresh_expires(store: Store):
    await _begin(store, "one")

    assert not await _begin(store, "two", now=at(1) - timedelta(microseconds=1))
    assert await _begin(store, "two", now=at(1))
    assert not await _begin(store, "one", now=at(1))


async def test_a_refresh_begun_by_a_clock_that_was_set_back_since_holds_nobody_up(store: Store):
    await _begin(store, "one", now=at(120))

    assert await _begin(store, "two")


async def test_a_new_token_ends_the_refresh(store: Store):
    await _begin(store, "one")
    first = await _put(store, "first")

    assert first.generation == 1
    assert await _begin(store, "two")


async def test_a_refresh_leaves_the_token_alone(store: Store):
    first = await _put(store, "first")

    await _begin(store, "one")

    assert await store.run(lambda tx: tx.tokens.get(ACCOUNT)) == first


async def test_a_refresh_can_be_given_up_by_its_holder_alone(store: Store):
    await _begin(store, "one")

    await store.run(lambda tx: tx.tokens.end_refresh(ACCOUNT, holder="two"))
    assert not await _begin(store, "two")
    await store.run(lambda tx: tx.tokens.end_refresh(ACCOUNT, holder="one"))
    assert await _begin(store, "two")


def _account(key: AccountKey = ACCOUNT) -> AccountRow:
    return AccountRow(key=key, state=AccountState.FAILING, reason="503", remedy="Wait.", since=NOW)


async def test_accounts_come_ordered_by_key(store: Store):
    rows = [_account(OTHER), _account(replace(OTHER, address="ben@example.com")), _account()]
    await store.run(in_turn(*(lambda tx, row=row: tx.accounts.set(row) for row in reversed(rows))))

    assert await store.run(lambda tx: tx.accounts.all()) == rows


async def test_since_is_kept_while_the_state_stays(store: Store):
    await store.run(lambda tx: tx.accounts.set(_account()))
    again = replace(_account(), reason="504", remedy="Wait longer.", since=at(5))

    await store.run(lambda tx: tx.accounts.set(again))

    assert await store.run(lambda tx: tx.accounts.all()) == [replace(again, since=NOW)]


async def test_since_moves_with_the_state(store: Store):
    await store.run(lambda tx: tx.accounts.set(_account()))
    well = replace(_account(), state=AccountState.OK, reason="", remedy="", since=at(5))

    await store.run(lambda tx: tx.accounts.set(well))

    assert await store.run(lambda tx: tx.accounts.all()) == [well]


async def test_a_host_is_found_whatever_the_case_of_its_address(store: Store):
    await store.run(lambda tx: tx.hosts.put(Host("Ana@Example.com", "u1", True), checked_at=NOW))

    found = await store.run(lambda tx: tx.hosts.get("ANA@example.com"))

    assert found == (Host("ana@example.com", "u1", True), NOW)


async def test_a_host_looked_up_again_replaces_what_was_known(store: Store):
    await store.run(lambda tx: tx.hosts.put(Host("ana@example.com", "u1", True), checked_at=NOW))
    upgraded = Host("ana@example.com", "u1", False)
    await store.run(lambda tx: tx.hosts.put(upgraded, checked_at=at(9)))

    assert await store.run(lambda tx: tx.hosts.get("ana@example.com")) == (upgraded, at(9))


async def test_an_unknown_host_is_none(store: Store):
    assert await store.run(lambda tx: tx.hosts.get("ana@example.com")) is None


async def test_a_budget_counts_per_host_and_day(store: Store):
    today, tomorrow = NOW.date(), NOW.date() + timedelta(days=1)

    assert await store.run(lambda tx: tx.hosts.spend("ana@example.com", today)) == 1
    assert await store.run(lambda tx: tx.hosts.spend("ANA@example.com", today)) == 2
    assert await store.run(lambda tx: tx.hosts.spend("ben@example.com", today)) == 1
    assert await store.run(lambda tx: tx.hosts.spend("ana@example.com", tomorrow)) == 1
    assert await store.run(lambda tx: tx.hosts.spent(today)) == {
        "ana@example.com": 2,
        "ben@example.com": 1,
    }
    assert await store.run(lambda tx: tx.hosts.spent(tomorrow)) == {"ana@example.com": 1}
    assert await store.run(lambda tx: tx.hosts.spent(today - timedelta(days=1))) == {}


async def test_what_had_no_effect_is_given_back_to_its_day(store: Store):
    today, tomorrow = NOW.date(), NOW.date() + timedelta(days=1)
    await store.run(lambda tx: tx.hosts.spend("ana@example.com", today))
    await store.run(lambda tx: tx.hosts.spend("ana@example.com", tomorrow))

    await store.run(lambda tx: tx.hosts.give_back("ANA@example.com", today))
    await store.run(lambda tx: tx.hosts.give_back("ana@example.com", today))
    await store.run(lambda tx: tx.hosts.give_back("nobody@example.com", today))

    assert await store.run(lambda tx: tx.hosts.spent(today)) == {"ana@example.com": 0}
    assert await store.run(lambda tx: tx.hosts.spent(tomorrow)) == {"ana@example.com": 1}


async def test_a_guard_comes_back_as_it_was_saved_and_is_replaced(store: Store):
    stopped = GuardRow(account=OTHER, stopped_at=NOW, reason="21 of 30", allowed_until=None)
    allowed = GuardRow(account=OTHER, stopped_at=None, reason="", allowed_until=at(60))
    assert await store.run(lambda tx: tx.guards.get(OTHER)) is None

    await store.run(lambda tx: tx.guards.save(stopped))
    assert await store.run(lambda tx: tx.guards.get(OTHER)) == stopped

    await store.run(lambda tx: tx.guards.save(allowed))
    assert await store.run(lambda tx: tx.guards.all()) == [allowed]
