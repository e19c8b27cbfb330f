"""What every store promises of accounts that leave: leases ended, hosts forgotten, people told once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.binding import BindingState
from syncd.core.ids import AccountKey, Provider
from syncd.core.meeting import Host
from syncd.ports.errors import LeaseLost
from syncd.ports.rows import AccountRow, AccountState
from syncd.ports.store import Store
from tests.conformance.store_cases import ANA, BEN, NOW, at, binding, claimed, configured

LOST = AccountRow(
    key=AccountKey(Provider.ZOOM, "ana@example.com"),
    state=AccountState.NEEDS_RECONNECT,
    reason="Gone.",
    remedy="Connect it.",
    since=NOW,
)


async def test_a_lease_that_was_interrupted_commits_nothing_more_and_others_do(store: Store):
    await configured(store, ANA, BEN)
    leases = {lease.calendar: lease for _, lease in await claimed(store)}

    await store.run(lambda tx: tx.calendars.interrupt([ANA]))

    with pytest.raises(LeaseLost):
        await store.run(lambda tx: tx.calendars.hold(leases[ANA], now=NOW, until=at(1)))
    await store.run(lambda tx: tx.calendars.hold(leases[BEN], now=NOW, until=at(1)))
    assert [row.key for row, _ in await claimed(store, "two")] == [ANA]


async def test_a_host_is_forgotten_and_what_she_spent_is_not(store: Store):
    day = NOW.date()

    def fill(tx):
        tx.hosts.put(Host("ana@example.com", "u1", False), checked_at=NOW)
        tx.hosts.spend("ana@example.com", day)

    await store.run(fill)
    await store.run(lambda tx: tx.hosts.forget("Ana@Example.com"))

    assert await store.run(lambda tx: tx.hosts.get("ana@example.com")) is None
    assert await store.run(lambda tx: tx.hosts.spent(day)) == {"ana@example.com": 1}


async def test_that_people_were_told_is_noted_once_and_survives_the_next_row(store: Store):
    async def note(moment) -> bool:
        return await store.run(lambda tx: tx.accounts.note_told(LOST.key, moment))

    assert not await note(NOW), "nothing is known of the account"
    await store.run(lambda tx: tx.accounts.set(LOST))
    assert await note(at(1))
    assert not await note(at(2))

    await store.run(lambda tx: tx.accounts.set(replace(LOST, reason="Still gone.")))

    (row,) = await store.run(lambda tx: tx.accounts.all())
    assert (row.told_at, row.reason) == (at(1), "Still gone.")
    assert await note(None)
    assert not await note(None)


async def test_a_released_binding_comes_back_as_it_was_saved(store: Store):
    released = binding(
        "one",
        state=BindingState.RELEASED,
        meeting_id=1001,
        parted=Provider.ZOOM,
        made_by="a" * 26,
        retired_meeting_id=1000,
        retired_url="https://zoom.us/j/1000",
        retired_at=NOW,
        retired_host="ben@example.com",
    )

    await store.run(lambda tx: tx.bindings.save(released))

    assert await store.run(lambda tx: tx.bindings.by_key(released.key)) == released
    former = released.retired
    assert former is not None
    assert former.host == "ben@example.com"
