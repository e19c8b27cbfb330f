"""Zoom by host: each by their own account, by the one for all, or by none.

Shows I14 of `config/promises.md`.
"""

from __future__ import annotations

import re

import pytest

from syncd.adapters.zoom.accounts import own_hosts
from syncd.core.ids import AccountKey, Provider
from syncd.core.meeting import MeetingChange
from syncd.ports.errors import AuthLost, Forbidden, NotFound, Permanent
from syncd.ports.meetings import MeetingProvider
from tests.integration.adapters.zoom_people import People
from tests.integration.adapters.zoom_wire import SPEC

ALLOWED = re.compile(
    r"(GET|POST) /oauth/(authorize|token|revoke)"
    r"|(GET|POST) /v2/users/(me|[^/]+@[^/]+)(/meetings)?"
    r"|(GET|PATCH|DELETE) /v2/meetings/[0-9]+(/invitation)?"
)


def soon(people: People) -> float:
    return people.clock.monotonic() + 10


async def test_a_connected_host_is_acted_for_as_me():
    people = People()
    await people.connect(people.ana.email)
    own = people.accounts(people.ana.email).of(people.ana.email)
    made = await own.create(people.ana.email, SPEC, send_by=soon(people))
    await own.update(made.id, MeetingChange(topic="Later"))
    assert [one.id for one in await own.listing(people.ana.email)] == [made.id]
    assert (await own.host(people.ana.email.upper())).user_id == people.ana.zoom_id
    assert (await own.start_url(made.id)).reveal().startswith("https://")
    await own.delete(made.id)
    used = [path for path in people.wire.paths() if "/users/" in path]
    assert {path.split("/users/")[1].partition("/")[0] for path in used} == {"me"}


async def test_an_own_account_refuses_to_act_for_anybody_else():
    people = People()
    await people.connect(people.ana.email)
    accounts = people.accounts(people.ana.email, service=True)
    theirs = await accounts.of(people.bo.email).create(people.bo.email, SPEC, send_by=soon(people))
    own = accounts.of(people.ana.email)
    sent = len(people.wire.requests)
    with pytest.raises(Forbidden) as refused:
        await own.create(people.bo.email, SPEC, send_by=soon(people))
    with pytest.raises(Forbidden):
        await own.listing(people.bo.email)
    with pytest.raises(NotFound):
        await own.host(people.bo.email)
    assert refused.value.code == "zoom_host_unknown"
    assert len(people.wire.requests) == sent
    for call in (own.delete(theirs.id), own.update(theirs.id, MeetingChange(topic="Mine"))):
        with pytest.raises(Permanent) as not_theirs:
            await call
        assert not_theirs.value.code == "zoom_not_host"


async def test_the_persons_own_wins_and_the_others_stay_with_the_account():
    people = People()
    ana = await people.connect(people.ana.email)
    accounts = people.accounts(people.ana.email, service=True)
    everybody = AccountKey(Provider.ZOOM, people.zoom.account_id)
    assert accounts.account(people.ana.email) == ana
    assert accounts.account(people.bo.email) == everybody
    assert accounts.account("stranger@elsewhere.example") == everybody
    assert accounts.of(people.ana.email) is accounts.of(people.ana.email.upper())


async def test_nobody_connected_is_told_and_costs_no_call():
    people = People()
    accounts = people.accounts()
    assert accounts.account(people.bo.email) == AccountKey(Provider.ZOOM, people.bo.email)
    with pytest.raises(AuthLost) as lost:
        await accounts.of(people.bo.email).create(people.bo.email, SPEC, send_by=soon(people))
    assert (lost.value.code, bool(lost.value.remedy)) == ("zoom_not_connected", True)
    assert people.wire.requests == []


async def test_who_leaves_is_acted_for_no_more_from_the_next_call_on():
    people = People()
    account = await people.connect(people.ana.email)
    own = people.accounts(people.ana.email, service=True).of(people.ana.email)
    await own.listing(people.ana.email)
    del people.store.grants.stored[account]
    sent = len(people.wire.requests)
    with pytest.raises(AuthLost) as lost:
        await own.listing(people.ana.email)
    assert lost.value.code == "zoom_not_connected"
    assert len(people.wire.requests) == sent


async def test_who_comes_is_acted_for_before_the_engine_is_built_anew():
    people = People()
    accounts = people.accounts()
    await people.connect(people.ana.email)
    assert await accounts.of(people.ana.email).listing(people.ana.email) == ()


async def test_an_expired_token_is_renewed_on_the_way():
    people = People()
    await people.connect(people.ana.email)
    own = people.accounts(people.ana.email).of(people.ana.email)
    people.later(3700)
    assert await own.listing(people.ana.email) == ()
    people.zoom.tokens.expire_access()
    assert await own.listing(people.ana.email) == ()
    assert people.world.counts[("zoom", "POST /oauth/token")] == 3


async def use(own: MeetingProvider, scope: str, host: str, meeting_id: int) -> None:
    """Make a call that needs the scope."""
    match scope:
        case "meeting:update:meeting":
            await own.update(meeting_id, MeetingChange(topic="Later"))
        case "meeting:read:list_meetings":
            await own.listing(host)
        case _:
            await own.invitation(meeting_id)


@pytest.mark.parametrize(
    "lacking",
    ["meeting:update:meeting", "meeting:read:list_meetings", "meeting:read:invitation"],
)
async def test_what_was_not_granted_is_named_and_never_asked(lacking: str):
    people = People()
    people.zoom.user_scopes = tuple(scope for scope in people.zoom.user_scopes if scope != lacking)
    await people.connect(people.ana.email)
    own = people.accounts(people.ana.email).of(people.ana.email)
    made = await own.create(people.ana.email, SPEC, send_by=soon(people))
    sent = len(people.wire.requests)
    with pytest.raises(Forbidden) as refused:
        await use(own, lacking, people.ana.email, made.id)
    assert refused.value.code == "zoom_scope_missing"
    assert lacking in refused.value.message
    assert len(people.wire.requests) == sent


@pytest.mark.parametrize("is_granted", [True, False])
async def test_whether_meetings_may_be_changed_is_known_without_a_request(is_granted: bool):
    people, update = People(), "meeting:update:meeting"
    if not is_granted:
        scopes = people.zoom.user_scopes
        people.zoom.user_scopes = tuple(scope for scope in scopes if scope != update)
    await people.connect(people.ana.email)
    own = people.accounts(people.ana.email).of(people.ana.email)
    sent = len(people.wire.requests)
    assert await own.may_update() is is_granted
    assert len(people.wire.requests) == sent


async def test_no_call_goes_anywhere_but_where_people_were_told():
    people = People()
    people.zoom.user_scopes += ("meeting:read:invitation",)
    await people.connect(people.ana.email)
    accounts = people.accounts(people.ana.email, service=True)
    for host in (people.ana.email, people.bo.email):
        zoom = accounts.of(host)
        made = await zoom.create(host, SPEC, send_by=soon(people))
        await zoom.get(made.id)
        await zoom.update(made.id, MeetingChange(topic="Later"))
        await zoom.listing(host)
        await zoom.host(host)
        await zoom.start_url(made.id)
        if host == people.ana.email:
            await zoom.invitation(made.id)
        await zoom.delete(made.id)
    grant = people.store.grants.stored[AccountKey(Provider.ZOOM, people.ana.email)].grant
    await people.authorizer.revoke(grant)
    assert [path for path in people.wire.paths() if not ALLOWED.fullmatch(path)] == []


ANA, BO, CEM = "ana@example.com", "bo@example.com", "cem@example.com"


@pytest.mark.parametrize(
    ("hosts", "connected", "acting"),
    [
        ({ANA: ANA, BO: BO}, {ANA}, {ANA: ANA}),
        ({ANA: "ana@zoom.example"}, {ANA}, {ANA: ANA, "ana@zoom.example": ANA}),
        ({ANA: ANA, BO: ANA}, {ANA, BO}, {ANA: ANA, BO: BO}),
        ({ANA: ANA, BO: ANA}, {BO}, {BO: BO}),
        ({ANA: CEM, BO: CEM}, {ANA, BO}, {ANA: ANA, BO: BO}),
        ({}, {"guest@partner.example"}, {"guest@partner.example": "guest@partner.example"}),
        ({ANA: ANA}, set(), {}),
    ],
)
def test_who_acts_for_which_host(hosts, connected, acting):
    assert own_hosts(hosts, connected) == acting
