"""Outlook by each person's own consent: whose token goes where, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from syncd.adapters.microsoft import GraphCalendars, PersonTokens
from syncd.core.event import EventChange
from syncd.core.ids import CalendarKey, Provider
from syncd.core.secret import Secret
from syncd.ports.calendar import CalendarInfo, NewEvent
from syncd.ports.connections import StoredGrant
from syncd.ports.errors import AuthLost, CursorExpired, Forbidden, Transient
from syncd.ports.oauth import Grant
from tests.fakes.clock import START
from tests.integration.adapters.microsoft_sandbox import MicrosoftStage
from tests.integration.adapters.microsoft_wire import (
    Tokens,
    Wire,
    calendars_on,
    ok,
    page,
    refused,
)
from tests.unit.adapters.microsoft_items import item

BO = "bo@example.com"
NOT_CONNECTED = AuthLost("No.", code="microsoft_not_connected", remedy="Connect.")


class Grants:
    """Grants of some people; each refusal is answered with the next token."""

    def __init__(self, **tokens: str) -> None:
        self.tokens = {f"{name}@example.com": token for name, token in tokens.items()}
        self.error: AuthLost | Transient = NOT_CONNECTED
        self.refused: list[str] = []

    async def current(self, person: str) -> StoredGrant:
        if person not in self.tokens:
            raise self.error
        return stored(self.tokens[person])

    async def renewed(self, person: str, *, refused: StoredGrant) -> StoredGrant:
        self.refused.append(refused.grant.access_token.reveal())
        self.tokens[person] += "+"
        return await self.current(person)


def stored(token: str) -> StoredGrant:
    scopes = frozenset({"Calendars.ReadWrite"})
    grant = Grant(access_token=Secret(token), expires_at=START, refresh_token=None, scopes=scopes)
    return StoredGrant(grant=grant, generation=1)


@pytest.fixture
def stage() -> MicrosoftStage:
    return MicrosoftStage()


def own(stage: MicrosoftStage, person: str = "ana@example.com", app: bool = True) -> GraphCalendars:
    """The adapter where one person, whom the configuration knows by that name, connected Ana's."""
    issued = stage.exchange.grants.issue_access(
        stage.ana, "client", frozenset({"Calendars.ReadWrite"})
    )
    grants = Grants()
    grants.tokens[person] = issued
    return stage.acting_by(PersonTokens(grants, stage.tokens if app else None))


# Which token


async def test_ones_own_grant_comes_before_the_application():
    tokens = PersonTokens(Grants(ana="own"), Tokens())
    mine, others = await tokens.access("ana@example.com"), await tokens.access(BO)
    assert (mine.token, mine.mailbox("ana@example.com")) == ("own", "/me")
    assert (others.token, others.mailbox(BO)) == ("token-1", f"/users/{BO}")
    assert "'own'" not in repr(mine)


async def test_with_neither_a_person_is_not_connected():
    for tokens in (PersonTokens(None, None), PersonTokens(Grants(), None)):
        with pytest.raises(AuthLost) as caught:
            await tokens.access(BO)
        assert caught.value.code == "microsoft_not_connected"


@pytest.mark.parametrize(
    "error",
    [AuthLost("Gone.", code="consent_gone", remedy="x"), Transient("Busy.", code="token_busy")],
)
async def test_a_consent_in_trouble_never_falls_back_to_the_application(error):
    grants = Grants()
    grants.error = error
    with pytest.raises(type(error)) as caught:
        await PersonTokens(grants, Tokens()).access(BO)
    assert caught.value.code == error.code


async def test_a_refused_token_is_renewed_where_it_came_from():
    grants, app = Grants(ana="own"), Tokens()
    tokens = PersonTokens(grants, app)
    again = await tokens.renewed("ana@example.com", refused=await tokens.access("ana@example.com"))
    assert (again.token, grants.refused, app.refused) == ("own+", ["own"], [])
    assert (await tokens.renewed(BO, refused=await tokens.access(BO))).token == "token-2"


async def test_who_connects_meanwhile_has_another_token_already():
    grants, app = Grants(), Tokens()
    tokens = PersonTokens(grants, app)
    before = await tokens.access("ana@example.com")
    grants.tokens["ana@example.com"] = "own"
    after = await tokens.renewed("ana@example.com", refused=before)
    assert (after.token, grants.refused, app.refused) == ("own", [], [])


# Where it goes


async def test_all_calls_of_a_connected_person_go_to_me(stage):
    """Known here by another address than at Microsoft: only `/me` can be right."""
    provider = own(stage, "ana@elsewhere.example")
    calendar = CalendarKey(Provider.MICROSOFT, "ana@elsewhere.example", "primary")
    event_id = await stage.add(
        title="Plan", start=await stage.now() + timedelta(hours=2), minutes=30
    )
    stage.world.counts.clear()
    [last] = [one async for one in provider.changes(calendar, None)][-1:]
    [change async for change in provider.beyond(calendar)]
    assert [one async for one in provider.changes(calendar, last.cursor)][-1].cursor
    [event] = await provider.between(
        calendar, begin=await stage.now(), end=await stage.now() + timedelta(days=1)
    )
    assert event.ref.event_id == event_id
    written = await provider.write(event, EventChange(location="Room 1"))
    assert written.location == "Room 1"
    paths = {operation.split(" ")[1] for _, operation in stage.world.counts}
    assert {path.split("/")[1] for path in paths} == {"me"}


async def test_a_cursor_of_the_application_is_no_good_for_the_person(stage):
    pages = [one async for one in stage.provider.changes(stage.calendar, None)]
    provider = own(stage)
    with pytest.raises(CursorExpired):
        [one async for one in provider.changes(stage.calendar, pages[-1].cursor)]
    mine = [one async for one in provider.changes(stage.calendar, None)]
    with pytest.raises(CursorExpired):
        [one async for one in stage.provider.changes(stage.calendar, mine[-1].cursor)]


async def test_a_consent_opens_no_mailbox_of_others(stage):
    provider = own(stage, app=False)
    other = CalendarKey(Provider.MICROSOFT, BO, "primary")
    with pytest.raises(AuthLost):
        await provider.between(
            other, begin=await stage.now(), end=await stage.now() + timedelta(days=1)
        )


async def test_a_consent_to_less_is_told_to_the_person(stage):
    bare = stage.exchange.grants.issue_access(stage.ana, "client", frozenset({"User.Read"}))
    grants = Grants()
    grants.tokens[stage.ana.email] = bare
    provider = stage.acting_by(PersonTokens(grants, None))
    with pytest.raises(Forbidden) as caught:
        await provider.calendars(stage.ana.email)
    assert caught.value.code == "access_denied"
    assert "RBAC" not in caught.value.remedy


async def test_what_the_person_can_put_right_is_told_to_the_person():
    wire = Wire(
        refused(401, "InvalidAuthenticationToken"), refused(401, "InvalidAuthenticationToken")
    )
    provider = calendars_on(wire, tokens=PersonTokens(Grants(ana="own"), None))
    with pytest.raises(AuthLost) as caught:
        await provider.calendars("ana@example.com")
    assert caught.value.code == "token_refused"
    assert "Connect Outlook again" in caught.value.remedy
    assert [one.headers["authorization"] for one in wire.calls] == ["Bearer own", "Bearer own+"]
    assert {one.url.path for one in wire.calls} == {"/v1.0/me/calendars"}


# Lists


async def test_calendars_of_others_are_shown_and_cannot_be_written():
    def entry(name: str, owner: str, **fields: object) -> dict[str, object]:
        return {
            "id": f"id-{name}",
            "name": name,
            "canEdit": True,
            "isDefaultCalendar": False,
            "owner": {"address": owner},
        } | fields

    wire = Wire(
        page(entry("Team", "Ana@example.com"), following="next"),
        page(
            entry("Bo", BO),
            entry("Birthdays", "ana@example.com", canEdit=False),
            entry("Calendar", "ana@example.com", isDefaultCalendar=True),
            "nonsense",
        ),
    )
    assert await calendars_on(wire).calendars("ana@example.com") == (
        CalendarInfo(calendar_id="primary", name="Calendar", can_write=True),
        CalendarInfo(calendar_id="id-Team", name="Team", can_write=True),
        CalendarInfo(calendar_id="id-Bo", name="Bo", can_write=False),
        CalendarInfo(calendar_id="id-Birthdays", name="Birthdays", can_write=False),
    )


@pytest.mark.parametrize("answer", [{"value": 7}, {}, {"value": [{"name": "no id"}]}])
async def test_a_list_of_calendars_that_is_none_is_passing(answer):
    with pytest.raises(Transient):
        await calendars_on(Wire(ok(answer))).calendars("ana@example.com")


async def test_an_event_that_cannot_be_read_does_not_hide_the_others(stage):
    good = item()
    wire = Wire(page({"id": "odd"}, "nonsense", good))
    [event] = await calendars_on(wire).between(
        stage.calendar, begin=START, end=START + timedelta(days=1)
    )
    assert event.ref.event_id == good["id"]


async def test_a_span_ends_at_its_most_events(stage):
    items = [item() | {"id": f"e{number}"} for number in range(250)]
    wire = Wire(*(page(*items, following=f"next{number}") for number in range(20)))
    shown = await calendars_on(wire).between(
        stage.calendar, begin=START, end=START + timedelta(days=1)
    )
    assert (len(shown), len(wire.calls)) == (2500, 10)


# New events


def review(**fields: object) -> NewEvent:
    new = NewEvent(
        title="Review",
        start=START,
        end=START + timedelta(minutes=30),
        zone="Europe/Berlin",
        attendees=(BO,),
        text="Draft",
    )
    return replace(new, **fields)  # type: ignore[arg-type]


async def test_a_key_that_was_used_for_what_is_another_event_now_finds_that_one(stage):
    made = item() | {"id": "made"}
    wire = Wire(refused(409, "ErrorDuplicateTransactionId"), page({"id": "made"}), ok(made))
    event = await calendars_on(wire).create(stage.calendar, review(), key="0f" * 32)
    assert event.ref.event_id == "made"
    assert "syncd-key" in wire.calls[1].url.params["$filter"]


async def test_the_property_that_finds_it_is_found_in_the_sandbox(stage):
    event = await stage.provider.create(stage.calendar, review(), key="0f" * 32)
    [kept] = stage.exchange.mailboxes[stage.ana.email].items.values()
    assert kept.transaction == "0f0f0f0f-0f0f-0f0f-0f0f-0f0f0f0f0f0f"
    name = "String {5b1d7c0e-8a4f-4e0b-9a39-d2f6c3e81b57} Name syncd-key"
    test = f"singleValueExtendedProperties/Any(ep: ep/id eq '{name}' and ep/value eq "
    found = await stage.call("GET", f"/me/events?$filter={test}'{kept.transaction}')")
    assert [one["id"] for one in found["value"]] == [event.ref.event_id]


async def test_a_made_event_that_asks_nothing_else_is_sent_bare(stage):
    made = item() | {"id": "made"}
    wire = Wire(ok(made), ok(made))
    bare = review(attendees=(), text="")
    await calendars_on(wire).create(stage.calendar, bare, key="0f" * 32)
    assert set(wire.body(0)) == {
        "transactionId",
        "subject",
        "start",
        "end",
        "singleValueExtendedProperties",
    }
    assert wire.calls[0].method == "POST"
    assert wire.calls[0].url.path == "/v1.0/users/ana@example.com/calendar/events"
