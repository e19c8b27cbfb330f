"""What a person sees of their accounts, and an admin of all of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.admission import Admission
from syncd.core.ids import AccountKey, Provider
from syncd.engine.departure import Departures, Parting
from syncd.ports.errors import AuthLost
from syncd.ports.rows import AccountRow, AccountState
from syncd.services.accounts import AccountCard, listing, offer, settings
from syncd.services.whom import account_named, person_named
from tests.fakes.authorizer import identity
from tests.fakes.stage import ANA, BO
from tests.unit.services.served import ADMISSION, Served

GOOGLE, MICROSOFT, ZOOM = Provider.GOOGLE, Provider.MICROSOFT, Provider.ZOOM
MINE = AccountKey(GOOGLE, ANA.owner)
MY_ZOOM = AccountKey(ZOOM, ANA.owner)


async def cards(served: Served, person: str = ANA.owner) -> dict[str, AccountCard]:
    return {card.service: card for card in await settings(served.deps, person)}


async def states(served: Served, person: str = ANA.owner) -> dict[str, str]:
    return {name: card.state for name, card in (await cards(served, person)).items()}


async def unwell(served: Served, account: AccountKey, state: AccountState) -> None:
    row = AccountRow(
        key=account,
        state=state,
        reason="The consent is gone.",
        remedy="Connect it again.",
        since=served.clock.now(),
    )
    await served.deps.store.run(lambda tx: tx.accounts.set(row))


async def test_where_the_admin_serves_everybody_nothing_need_be_connected(served):
    assert await states(served) == {
        "google_calendar": "by_admin",
        "outlook": "not_connected",
        "zoom": "by_admin",
        "google_meet": "by_admin",
        "teams": "not_connected",
    }
    assert (await states(served, BO.owner))["outlook"] == "by_admin"


async def test_where_everybody_connects_for_themselves_nothing_is_there_at_first(own):
    assert set((await states(own)).values()) == {"not_connected"}
    assert all(
        not card.reason or "comes with" in card.reason for card in (await cards(own)).values()
    )


async def test_what_no_app_is_configured_for_is_not_permitted(own):
    own.deps = replace(own.deps, authorizers={GOOGLE: own.google})
    found = await cards(own)
    assert found["zoom"].state == found["outlook"].state == found["teams"].state == "not_permitted"
    assert found["zoom"].reason == "Connecting Zoom is not permitted by your administrator."
    assert found["zoom"].remedy
    assert found["google_calendar"].state == "not_connected"


async def test_a_connected_account_shows_the_providers_own_address_and_every_scope(own):
    own.google.granted = frozenset({"events"})
    own.google.who = identity("ana@example.com")
    await own.connect(GOOGLE)
    await own.connect(ZOOM)
    found = await cards(own)
    card = found["google_calendar"]
    assert (card.state, card.address) == ("connected", "ana@example.com")
    assert [(s.name, s.purpose, s.is_granted) for s in card.granted] == [
        ("events", "to put links into events", True),
        ("list", "to list your calendars", False),
    ]
    assert card.last_sync is None
    assert found["google_meet"].state == found["zoom"].state == "connected"
    assert found["zoom"].last_sync == own.clock.now()

    await own.stage.work()
    assert (await cards(own))["google_calendar"].last_sync == own.clock.now()


async def test_a_persons_own_account_goes_before_that_of_the_installation(served):
    await served.connect(GOOGLE)
    assert (await states(served))["google_calendar"] == "connected"
    assert (await states(served, BO.owner))["zoom"] == "by_admin"


async def test_a_lost_consent_says_so_and_how_to_mend_it(own):
    await own.connect(GOOGLE)
    await unwell(own, MINE, AccountState.NEEDS_RECONNECT)
    card = (await cards(own))["google_calendar"]
    assert (card.state, card.reason, card.remedy) == (
        "needs_reconnect",
        "The consent is gone.",
        "Connect it again.",
    )
    assert (await states(own))["google_meet"] == "needs_reconnect"


async def test_an_account_that_went_by_itself_says_when(own):
    await own.connect(ZOOM)
    lost = AuthLost("Zoom ended it", code="consent_gone", remedy="Connect.")
    made = Departures(people=own.deps.people, keys=own.deps.keys, clock=own.clock)
    await own.deps.store.run(lambda tx: made.lost(tx, MY_ZOOM, lost))
    card = (await cards(own))["zoom"]
    assert card.state == "needs_reconnect"
    assert card.reason == "Zoom ended it, as found on 2026-12-01."
    assert "syncd accounts connect zoom" in card.remedy


async def test_one_who_never_connected_is_not_told_to_reconnect(own):
    row = AccountRow(
        key=MINE,
        state=AccountState.NEEDS_RECONNECT,
        reason="Google is not connected.",
        remedy="Connect it.",
        since=own.clock.now(),
    )
    await own.deps.store.run(lambda tx: tx.accounts.set(row))
    assert (await states(own))["google_calendar"] == "not_connected"


async def test_trouble_that_passes_is_told_beside_connected(own):
    await own.connect(GOOGLE)
    await unwell(own, MINE, AccountState.FAILING)
    card = (await cards(own))["google_calendar"]
    assert (card.state, card.reason) == ("connected", "The consent is gone.")


async def test_trouble_of_the_installations_zoom_is_told_to_all_it_serves(served):
    await unwell(served, AccountKey(ZOOM, "account"), AccountState.NEEDS_RECONNECT)
    card = (await cards(served))["zoom"]
    assert (card.state, card.reason) == ("by_admin", "The consent is gone.")


async def test_nobody_sees_anything_of_another_persons_account(own):
    await own.connect(GOOGLE)
    shown = repr(await settings(own.deps, BO.owner))
    assert "ana@" not in shown


async def test_an_offer_names_the_scopes_before_anything_is_asked(own):
    before = await offer(own.deps, ANA.owner, GOOGLE)
    assert (before.is_permitted, before.is_connected) == (True, False)
    assert [scope.name for scope in before.scopes] == ["events", "list"]
    await own.connect(GOOGLE)
    after = await offer(own.deps, ANA.owner, GOOGLE)
    assert (after.is_connected, after.address) == (True, "ana@example.com")
    own.deps = replace(own.deps, authorizers={})
    assert not (await offer(own.deps, BO.owner, GOOGLE)).is_permitted


async def test_the_admin_sees_every_account(served):
    await served.connect(GOOGLE)
    lines = {line.account: line for line in await listing(served.deps)}
    assert {name: (li.mode, li.person, li.state) for name, li in lines.items()} == {
        "google:ana@example.com": ("own", ANA.owner, "connected"),
        "microsoft:bo@example.com": ("service", BO.owner, "ok"),
        "zoom:account": ("service", "", "ok"),
    }
    assert lines["google:ana@example.com"].calendars == ("primary",)


async def test_one_who_left_is_listed_with_the_reason(own):
    await own.connect(ZOOM)
    made = Departures(people=own.deps.people, keys=own.deps.keys, clock=own.clock)
    await own.deps.store.run(lambda tx: made.part(tx, MY_ZOOM, how=Parting.REMOVED, who="syncd"))
    lines = {line.account: line for line in await listing(own.deps)}
    assert lines[str(MY_ZOOM)].state == "needs_reconnect"
    assert lines[str(MY_ZOOM)].reason == "Removed in Zoom on 2026-12-01."


def test_the_only_person_need_not_be_named(served):
    with pytest.raises(LookupError, match="--person EMAIL"):
        person_named(served.deps)
    alone = replace(served.deps, admission=replace(ADMISSION, people=frozenset({ANA.owner})))
    assert person_named(alone) == ANA.owner
    assert person_named(served.deps, " Ana@Example.com ") == ANA.owner


def test_whoever_may_not_use_syncd_connects_nothing(served):
    with pytest.raises(LookupError, match="may not use syncd here"):
        person_named(served.deps, "eve@evil.example")
    of_domain = Admission(people=ADMISSION.people, domains=frozenset({"corp.example"}))
    deps = replace(served.deps, admission=of_domain)
    assert person_named(deps, "new@corp.example") == "new@corp.example"


def test_an_account_is_named_of_somebody_who_left_too(served):
    assert account_named(served.deps, ZOOM, "Gone@Example.com").address == "gone@example.com"
