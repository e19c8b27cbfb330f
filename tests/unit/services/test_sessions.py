"""Browsers: idle for half an hour at most, half a day in all, ended by signing out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.admission import Admission
from syncd.core.ids import Provider
from syncd.ports.connections import SessionRow
from syncd.services.sessions import (
    IDLE,
    LASTS,
    begin,
    end,
    find,
    renew,
    revoke_all,
    session_id,
    touch,
)
from tests.fakes.stage import ANA, BO
from tests.unit.services.served import Served

COOKIE = "A" * 43
MINE = session_id(COOKIE)


async def begun(served: Served, name: str = MINE, person: str = ANA.owner) -> SessionRow:
    return await begin(served.deps, name, person=person, provider=Provider.GOOGLE)


def test_what_is_stored_leads_to_no_cookie():
    assert MINE != COOKIE
    assert len(MINE) == 64
    assert session_id("B" * 43) != MINE
    assert len(session_id("\udcff")) == 64


async def test_a_session_is_found_until_it_is_idle_for_too_long(served):
    await begun(served)
    served.clock.advance(IDLE.total_seconds() - 1)
    assert await find(served.deps, MINE) is not None
    served.clock.advance(1)
    assert await find(served.deps, MINE) is None


async def test_whoever_is_there_stays_but_half_a_day_at_most(served):
    row: SessionRow | None = await begun(served)
    for _ in range(int(LASTS / IDLE) * 2 - 1):
        served.clock.advance(IDLE.total_seconds() / 2)
        row = await find(served.deps, MINE)
        assert row is not None
        await touch(served.deps, row)
    served.clock.advance(IDLE.total_seconds() / 2)
    assert await find(served.deps, MINE) is None


async def test_being_there_is_noted_once_a_minute(served):
    row = await begun(served)
    served.clock.advance(59)
    await touch(served.deps, row)
    assert (await find(served.deps, MINE)) == row
    served.clock.advance(1)
    await touch(served.deps, row)
    found = await find(served.deps, MINE)
    assert found is not None
    assert found.seen_at == served.clock.now()


async def test_one_that_was_ended_is_not_revived_by_a_page_on_its_way(served):
    row = await begun(served)
    await end(served.deps, MINE)
    served.clock.advance(120)
    await touch(served.deps, row)
    assert await find(served.deps, MINE) is None


async def test_a_planted_id_is_worth_nothing_after_the_sign_in(served):
    await begun(served, "planted", "")
    await begin(served.deps, MINE, person=ANA.owner, provider=Provider.GOOGLE, instead_of="planted")
    assert await find(served.deps, "planted") is None
    assert await find(served.deps, MINE) is not None
    with pytest.raises(ValueError, match="new id"):
        await begin(served.deps, MINE, person=BO.owner, provider=Provider.GOOGLE, instead_of=MINE)


async def test_a_renewed_session_lives_no_longer(served):
    row = await begun(served)
    served.clock.advance(60)
    renewed = await renew(served.deps, MINE, "other")
    assert (renewed.id, renewed.person, renewed.begun_at) == ("other", ANA.owner, row.begun_at)
    assert await find(served.deps, MINE) is None
    with pytest.raises(LookupError):
        await renew(served.deps, MINE, "third")


async def test_signing_out_is_noted_once(served):
    await begun(served)
    await end(served.deps, MINE)
    await end(served.deps, MINE)
    assert await find(served.deps, MINE) is None
    assert await served.words() == ["session.ended"]


async def test_all_or_one_persons_sessions_are_ended(served):
    for name, person in (("a1", ANA.owner), ("a2", ANA.owner), ("b1", BO.owner)):
        await begun(served, name, person)
    assert (await revoke_all(served.deps, who="admin", person=ANA.owner)).count == 2
    assert await find(served.deps, "a1") is None
    assert await find(served.deps, "b1") is not None
    assert (await revoke_all(served.deps, who="admin")).count == 1
    entries = await served.audit()
    assert [(e.what, e.about, e.new) for e in entries] == [
        ("session.revoked", ANA.owner, "2"),
        ("session.revoked", "everybody", "1"),
    ]


async def test_whoever_is_admitted_no_more_is_out(served):
    await begun(served)
    served.deps = replace(served.deps, admission=Admission(people=frozenset({BO.owner})))
    assert await find(served.deps, MINE) is None
    of_domain = Admission(domains=frozenset({"example.com"}))
    assert await find(replace(served.deps, admission=of_domain), MINE) is not None
    of_tenant = Admission(tenants={"t": frozenset()})
    assert await find(replace(served.deps, admission=of_tenant), MINE) is None
