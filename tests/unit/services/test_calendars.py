"""The calendars of a connected account: offered as they are, chosen by whoever may write them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from syncd.core.conference import ConferenceKind
from syncd.core.ids import AccountKey, Provider
from syncd.ports.calendar import CalendarInfo
from syncd.ports.connections import ConnectionState
from syncd.ports.errors import Transient
from syncd.services.calendars import choose, offered, writable
from tests.fakes.stage import ANA, BO
from tests.unit.services.served import Served

GOOGLE, ZOOM = Provider.GOOGLE, Provider.ZOOM
MINE = AccountKey(GOOGLE, ANA.owner)
TEAM = CalendarInfo(calendar_id="team", name="Team", can_write=True)
HOLIDAYS = CalendarInfo(calendar_id="holidays", name="Holidays", can_write=False)


@pytest.fixture
async def mine(own):
    own.calendars.others += [TEAM, HOLIDAYS]
    await own.connect(GOOGLE)
    return own


async def version(served: Served) -> int:
    return await served.deps.store.run(lambda tx: tx.connections.version())


async def test_all_are_offered_and_the_main_one_is_chosen(mine):
    found = await offered(mine.deps, MINE)
    assert [(c.id, c.name, c.can_write, c.is_primary, c.is_chosen) for c in found] == [
        ("primary", ANA.owner, True, True, True),
        ("team", "Team", True, False, False),
        ("holidays", "Holidays", False, False, False),
    ]


async def test_what_is_chosen_is_served_and_noted(mine):
    before = await version(mine)
    assert await choose(mine.deps, MINE, {"team"}, who=ANA.owner, request_id="r1") == ("team",)
    row = await mine.connection(MINE)
    assert row is not None
    assert row.calendars == ("team",)
    assert await version(mine) > before
    last = (await mine.audit())[-1]
    assert (last.who, last.what, last.about) == (ANA.owner, "calendars.chosen", str(MINE))
    assert (last.old, last.new, last.request_id) == ("primary", "team", "r1")


async def test_the_same_choice_again_changes_nothing(mine):
    before = (await version(mine), await mine.audit())
    await choose(mine.deps, MINE, ["primary"], who=ANA.owner)
    assert (await version(mine), await mine.audit()) == before


@pytest.mark.parametrize(
    ("ids", "why"),
    [
        ([], "choose at least one"),
        (["holidays"], "'Holidays' cannot be chosen"),
        (["primary", "holidays"], "'Holidays' cannot be chosen"),
        (["bo@example.com"], "'bo@example.com' cannot be chosen"),
    ],
)
async def test_what_cannot_be_written_cannot_be_chosen(mine, ids, why):
    with pytest.raises(LookupError, match=why):
        await choose(mine.deps, MINE, ids, who=ANA.owner)
    row = await mine.connection(MINE)
    assert row is not None
    assert row.calendars == ("primary",)


@pytest.mark.parametrize("account", [AccountKey(GOOGLE, BO.owner), AccountKey(ZOOM, ANA.owner)])
async def test_what_is_not_connected_offers_nothing_and_its_provider_is_not_asked(mine, account):
    await mine.connect(ZOOM)
    mine.calendars.calls.clear()
    with pytest.raises(LookupError):
        await offered(mine.deps, account)
    with pytest.raises(LookupError):
        await choose(mine.deps, account, ["primary"], who=ANA.owner)
    assert mine.calendars.calls == []


async def test_while_it_is_being_disconnected_nothing_is_chosen(mine):
    row = await mine.connection(MINE)
    assert row is not None
    leaving = replace(row, state=ConnectionState.LEAVING)
    await mine.deps.store.run(lambda tx: tx.connections.save(leaving))
    with pytest.raises(LookupError, match="being disconnected"):
        await choose(mine.deps, MINE, ["team"], who=ANA.owner)


async def test_trouble_at_the_provider_names_the_account(mine):
    mine.calendars.fail_next("calendars", Transient("503", code="http_503"))
    with pytest.raises(Transient) as failed:
        await offered(mine.deps, MINE)
    assert failed.value.account == MINE


async def test_new_events_go_into_ones_own_calendars_with_their_menu(mine):
    (found,) = await writable(mine.deps, ANA.owner)
    assert (found.key, found.name) == (str(ANA), ANA.owner)
    menu = {choice.kind: choice for choice in found.kinds}
    assert menu[ConferenceKind.GOOGLE_MEET].is_available
    assert menu[ConferenceKind.ZOOM].why_not == "Not connected"
    assert menu[ConferenceKind.ZOOM].connect is ZOOM
    assert menu[ConferenceKind.TEAMS].why_not == "Only events in Outlook can have Microsoft Teams."
    await mine.connect(ZOOM)
    (found,) = await writable(mine.deps, ANA.owner)
    assert all(c.is_available for c in found.kinds if c.kind is ConferenceKind.ZOOM)


async def test_a_list_that_cannot_be_read_costs_only_the_names(mine):
    mine.calendars.fail_next("calendars", Transient("503", code="http_503"))
    assert [found.name for found in await writable(mine.deps, ANA.owner)] == ["primary"]


async def test_who_is_hosted_by_somebody_else_waits_for_that_account(own):
    people = dict(own.deps.people)
    people[BO.owner] = replace(people[BO.owner], host=ANA.owner)
    own.deps = own.stage.deps = replace(own.deps, people=people)
    (found,) = await writable(own.deps, BO.owner)
    (zoom,) = (c for c in found.kinds if c.kind is ConferenceKind.ZOOM)
    assert zoom.why_not == f"The Zoom account of {ANA.owner} is not connected."
    assert zoom.connect is None
    await own.connect(ZOOM)
    (found,) = await writable(own.deps, BO.owner)
    assert all(c.is_available for c in found.kinds if c.kind is ConferenceKind.ZOOM)
