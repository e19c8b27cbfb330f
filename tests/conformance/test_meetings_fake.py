"""The fake of the engine's tests keeps the promises of the port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from syncd.core.ids import AccountKey, Provider
from syncd.ports.errors import AuthLost, Forbidden, OutcomeUnknown, Permanent
from tests.conformance.meetings_contract import MeetingsContract, Rig
from tests.conformance.meetings_listing_contract import ListingContract
from tests.conformance.meetings_series_contract import SeriesContract
from tests.fakes.clock import FakeClock
from tests.fakes.meetings import FakeMeetings


def make() -> tuple[FakeMeetings, Rig]:
    clock = FakeClock()
    hosts = {"ana@example.com": False, "bo@example.com": True, "cem@example.com": False}
    fake = FakeMeetings(clock, hosts=hosts)
    rig = Rig(
        provider=fake,
        clock=clock,
        host="ana@example.com",
        basic="bo@example.com",
        colleague="cem@example.com",
        fail_next=fake.fail_next,
        creates=lambda: fake.calls["create"],
        alive=lambda: len(fake.alive),
        convert=fake.convert_by_person,
    )
    return fake, rig


class TestFakeMeetings(MeetingsContract, ListingContract, SeriesContract):
    @asynccontextmanager
    async def rig(self) -> AsyncIterator[Rig]:
        yield make()[1]


async def test_a_late_create_appears_when_it_arrives():
    fake, rig = make()
    fake.fail_next("late")
    with pytest.raises(OutcomeUnknown):
        await rig.create()
    assert rig.alive() == 0
    fake.arrive()
    assert rig.alive() == 1


async def test_a_person_deletes_and_recovers_a_meeting():
    fake, rig = make()
    made = await rig.create()
    fake.delete_by_person(made.id)
    assert rig.alive() == 0
    fake.recover_by_person(made.id)
    assert await rig.provider.get(made.id) == made


async def test_a_connected_host_is_acted_for_by_their_own_account_only():
    fake, rig = make()
    made = await rig.create()
    assert fake.account("ana@example.com") == fake.service
    fake.connect("bo@example.com", person="bo@work.example")
    assert fake.account("bo@example.com") == AccountKey(Provider.ZOOM, "bo@work.example")
    own = fake.of("bo@example.com")
    with pytest.raises(Permanent) as refused:
        await own.delete(made.id)
    assert refused.value.code == "zoom_not_host"
    with pytest.raises(Forbidden):
        await own.create("ana@example.com", rig.spec(), send_by=rig.clock.monotonic() + 10)
    assert rig.alive() == 1


async def test_an_account_that_was_taken_away_meanwhile_acts_no_more():
    fake, rig = make()
    fake.service = None
    fake.connect("ana@example.com")
    own = fake.of("ana@example.com")
    made = await own.create("ana@example.com", rig.spec(), send_by=rig.clock.monotonic() + 10)
    fake.disconnect("ana@example.com")
    with pytest.raises(AuthLost) as lost:
        await own.delete(made.id)
    assert lost.value.code == "zoom_not_connected"
    assert fake.account("ana@example.com") == AccountKey(Provider.ZOOM, "ana@example.com")
