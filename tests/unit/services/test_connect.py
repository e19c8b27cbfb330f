"""Consents are begun and taken by one session, for one provider, purpose and person, and once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.admission import Admission
from syncd.core.ids import AccountKey, Provider
from syncd.core.secret import Secret
from syncd.ports.errors import Transient
from syncd.ports.oauth import ConsentRefused, Purpose
from syncd.ports.rows import AccountState
from syncd.services.connect import (
    LASTS,
    Connected,
    NotPermitted,
    UnknownConsent,
    begin,
    begin_device,
    finish,
    finish_device,
)
from tests.fakes.authorizer import identity
from tests.fakes.stage import ANA, BO
from tests.unit.services.served import Served, asking, sign_in, state_in

GOOGLE, MICROSOFT, ZOOM = Provider.GOOGLE, Provider.MICROSOFT, Provider.ZOOM
MINE = AccountKey(GOOGLE, ANA.owner)


async def begun(served: Served, provider: Provider = GOOGLE, **fields: object) -> str:
    """Begin to connect for Ana in her browser, and give the state that comes back."""
    asked = replace(asking(provider), **fields)  # type: ignore[arg-type]  # any field
    return state_in(await begin(served.deps, asked, person=ANA.owner))


def calls(served: Served) -> list[str]:
    return served.google.calls + served.microsoft.calls + served.zoom.calls


async def test_an_account_is_connected(served):
    account = await served.connect(GOOGLE)

    assert account == MINE
    row = await served.connection(MINE)
    assert row is not None
    assert (row.identity.address, row.scopes) == ("ana@example.com", frozenset({"events", "list"}))
    assert row.calendars == ("primary",)
    stored = await served.deps.store.run(lambda tx: tx.grants.get(MINE))
    assert stored is not None
    assert stored.grant.access_token == Secret("google-access-1")
    health = await served.deps.store.run(lambda tx: tx.accounts.all())
    assert [(one.key, one.state) for one in health] == [(MINE, AccountState.OK)]
    assert await served.words() == ["account.connected"]
    assert served.google.hints == [ANA.owner]


async def test_signing_in_tells_who_it_is_and_connects_nothing(served):
    served.google.who = identity("Ana@Example.com")
    assert await sign_in(served, GOOGLE) == ANA.owner
    assert await served.connections() == []
    assert await served.words() == ["session.signed_in"]


async def test_the_browser_goes_where_it_wanted_to(served):
    asked = asking(GOOGLE)
    url = await begin(served.deps, asked, person=ANA.owner, after="/calendar")
    done = await finish(served.deps, asked, {"state": state_in(url), "code": "c"})
    assert isinstance(done, Connected)
    assert done.after == "/calendar"


# S1, S4, S6: an answer that is not this session's, provider's or purpose's reaches no provider.


@pytest.mark.parametrize("answer", [{}, {"state": ""}, {"code": "c"}, {"state": "guessed"}])
async def test_a_state_that_is_missing_or_guessed_is_refused(served, answer):
    await begun(served)
    with pytest.raises(UnknownConsent):
        await finish(served.deps, asking(GOOGLE), answer)
    assert calls(served) == []
    assert await served.connections() == []
    assert await served.words() == ["connect.refused"]


@pytest.mark.parametrize(
    "other",
    [
        asking(GOOGLE, session="eve's browser"),
        asking(GOOGLE, session=""),
        asking(ZOOM),
        asking(MICROSOFT),
        asking(GOOGLE, purpose=Purpose.SIGN_IN),
    ],
    ids=["another session", "no session", "at Zoom", "at Microsoft", "another purpose"],
)
async def test_a_state_works_for_nobody_and_nothing_else_and_then_not_at_all(served, other):
    state = await begun(served)
    with pytest.raises(UnknownConsent):
        await finish(served.deps, other, {"state": state, "code": "c"})
    with pytest.raises(UnknownConsent):
        await finish(served.deps, asking(GOOGLE), {"state": state, "code": "c"})
    assert calls(served) == []
    assert await served.connections() == []


async def test_a_state_works_once(served):
    state = await begun(served)
    await finish(served.deps, asking(GOOGLE), {"state": state, "code": "c"})
    with pytest.raises(UnknownConsent):
        await finish(served.deps, asking(GOOGLE), {"state": state, "code": "c"})
    assert calls(served) == ["finish"]


async def test_a_state_lasts_ten_minutes(served):
    late, in_time = await begun(served), await begun(served)
    served.clock.advance(LASTS.total_seconds() - 1)
    await finish(served.deps, asking(GOOGLE), {"state": in_time, "code": "c"})
    served.clock.advance(1)
    with pytest.raises(UnknownConsent):
        await finish(served.deps, asking(GOOGLE), {"state": late, "code": "c"})
    assert calls(served) == ["finish"]


async def test_a_state_from_before_the_sign_in_is_worth_nothing_after_it(served):
    before = await begun(served, session="before")
    assert await sign_in(served, GOOGLE, session="before") == ANA.owner
    with pytest.raises(UnknownConsent):
        await finish(served.deps, asking(GOOGLE, session="after"), {"state": before, "code": "c"})
    assert await served.connections() == []


async def test_a_victim_who_follows_an_attackers_callback_is_not_linked(served):
    state = await begun(served, session="attacker")
    with pytest.raises(UnknownConsent):
        await finish(served.deps, asking(GOOGLE, session="victim"), {"state": state, "code": "c"})
    assert calls(served) == []


async def test_the_verifier_that_was_kept_comes_back(served):
    state = await begun(served)
    await finish(served.deps, asking(GOOGLE), {"state": state, "code": "c"})
    assert served.google.kept == [f"google connect {state}"]


async def test_states_are_long_and_never_the_same(served):
    states = {await begun(served) for _ in range(20)}
    assert len(states) == 20
    assert all(len(state) == 43 for state in states)


# Whom and what is let in.


async def test_a_stranger_does_not_sign_in(served):
    served.google.who = identity("eve@evil.example")
    with pytest.raises(ConsentRefused) as refused:
        await sign_in(served, GOOGLE)
    assert refused.value.code == "not_allowed"
    assert await served.words() == ["sign_in.refused"]


async def test_nobody_signs_in_with_zoom(served):
    with pytest.raises(NotPermitted):
        await sign_in(served, ZOOM)


async def test_without_an_app_nothing_is_begun(served):
    served.deps = replace(served.deps, authorizers={})
    with pytest.raises(NotPermitted, match="names no app by which people connect Zoom"):
        await begun(served, ZOOM)


async def test_another_persons_account_is_refused_and_its_consent_ended(served):
    with pytest.raises(ConsentRefused) as refused:
        await served.connect(GOOGLE, who=identity(BO.owner))
    assert refused.value.code == "wrong_account"
    assert await served.connections() == []
    (row,) = await served.revocations()
    assert (row.provider, row.person) == (GOOGLE, ANA.owner)


async def test_what_lacks_a_needed_scope_is_refused_and_told(served):
    served.google.granted = frozenset({"list"})
    with pytest.raises(ConsentRefused, match="missing: events") as refused:
        await served.connect(GOOGLE)
    assert refused.value.code == "scopes_missing"
    assert await served.connections() == []
    assert len(await served.revocations()) == 1


async def test_what_lacks_an_extra_is_lived_with(served):
    served.google.granted = frozenset({"events"})
    await served.connect(GOOGLE)
    row = await served.connection(MINE)
    assert row is not None
    assert row.scopes == frozenset({"events"})


async def test_a_consent_that_stands_is_not_ended_by_one_that_is_refused(served):
    await served.connect(GOOGLE)
    served.google.granted = frozenset()
    with pytest.raises(ConsentRefused):
        await served.connect(GOOGLE)
    assert await served.revocations() == []
    assert await served.connections() == [MINE]


async def test_one_account_is_nobodys_twice():
    admission = Admission(
        people=frozenset({ANA.owner, BO.owner}), users=frozenset({"shared@example.com"})
    )
    served = Served(admission=admission)
    await served.stage.prepare()
    shared = identity("shared@example.com")
    await served.connect(GOOGLE, who=shared)
    with pytest.raises(ConsentRefused) as refused:
        await served.connect(GOOGLE, BO.owner, who=shared)
    assert refused.value.code == "wrong_account"
    assert await served.connections() == [MINE]
    assert await served.revocations() == []
    served.stage.close()


async def test_another_account_takes_the_place_of_the_former_whose_grant_is_ended(served):
    await served.connect(GOOGLE)
    await served.connect(GOOGLE, who=identity(ANA.owner, subject="anew"))
    row = await served.connection(MINE)
    assert row is not None
    assert row.identity.subject == "anew"
    assert [r.grant.access_token for r in await served.revocations()] == [Secret("google-access-1")]


async def test_a_refusal_at_the_provider_is_told_and_noted(served):
    no = ConsentRefused("You said no.", code="consent_refused", remedy="Say yes.")
    served.google.refusals.append(no)
    with pytest.raises(ConsentRefused, match="You said no"):
        await served.connect(GOOGLE)
    last = (await served.audit())[-1]
    assert (last.who, last.what) == (ANA.owner, "connect.refused")
    assert last.about == "google consent_refused"


async def test_a_provider_that_is_down_is_told_and_nothing_is_kept(served):
    served.google.refusals.append(Transient("503", code="http_503"))
    with pytest.raises(Transient):
        await served.connect(GOOGLE)
    assert await served.connections() == []


async def test_a_consent_on_another_device(served):
    code = await begin_device(served.deps, MICROSOFT)
    assert await finish_device(served.deps, MICROSOFT, code, person=ANA.owner) is None
    done = await finish_device(served.deps, MICROSOFT, code, person=ANA.owner)
    assert done is not None
    assert done.account == AccountKey(MICROSOFT, ANA.owner)
