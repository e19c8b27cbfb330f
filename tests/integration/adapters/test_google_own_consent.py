"""Calendars by a person's own consent, beside a service account or without one."""

from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from syncd.adapters.google import GoogleCalendars, ServiceAccountTokens
from syncd.adapters.google.oauth import GoogleAuthorizer
from syncd.adapters.http import Http
from syncd.core.event import EventChange
from syncd.core.ids import AccountKey, CalendarKey, Provider
from syncd.core.secret import Secret
from syncd.ports.calendar import CalendarInfo, NewEvent
from syncd.ports.errors import AuthLost
from syncd.ports.oauth import Purpose
from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.google import GoogleStandIn
from syncd.sandbox.fakes.server import make_authority, serve
from syncd.sandbox.fakes.world import World
from tests.fakes.clock import FakeClock
from tests.integration.adapters.google_consent import BACK, STATE, ConsentStage
from tests.integration.adapters.google_grants import PersonStage
from tests.integration.adapters.google_sandbox import API, OAUTH
from tests.integration.adapters.google_wire import LIMITS

ANA, BO = "ana@example.com", "bo@example.com"
OWN_EVENTS = "https://www.googleapis.com/auth/calendar.events.owned"
MAIN = CalendarKey(Provider.GOOGLE, ANA, "primary")


def service(stage: ConsentStage) -> ServiceAccountTokens:
    info = stage.google.service_account_info()
    return ServiceAccountTokens(stage.http, stage.clock, info=info, oauth_base=OAUTH)


def alone(stage: ConsentStage) -> tuple[PersonStage, GoogleCalendars]:
    people = PersonStage(stage.authorizer, stage.clock)
    return people, people.calendars(stage.http, api_base=API)


def beside(stage: ConsentStage) -> tuple[PersonStage, GoogleCalendars]:
    people = PersonStage(stage.authorizer, stage.clock, service=service(stage))
    return people, people.calendars(stage.http, api_base=API)


async def test_without_any_access_the_account_is_not_connected():
    _, calendars = alone(ConsentStage())
    with pytest.raises(AuthLost) as caught:
        await calendars.calendars(ANA)
    assert caught.value.code == "google_not_connected"
    assert caught.value.remedy


async def test_a_persons_own_consent_wins_and_the_others_go_by_the_service_account():
    stage = ConsentStage()
    people, calendars = beside(stage)
    grant = await stage.grant()
    people.connect(ANA, grant)
    assert await people.tokens.token(ANA) == grant.access_token
    assert await people.tokens.token(BO) == await people.tokens.token(BO)
    assert await people.tokens.token(BO) != grant.access_token
    assert len(await calendars.calendars(ANA)) == 2


async def test_the_service_account_lists_the_main_calendar_alone():
    """Its scope does not go further, and asking for more would break domains that grant no more."""
    stage = ConsentStage()
    _, calendars = beside(stage)
    assert await calendars.calendars(BO) == (
        CalendarInfo(calendar_id="primary", name=BO, can_write=True),
    )
    assert stage.count("GET /users/me/calendarList") == 0


async def test_a_consent_without_the_list_shows_the_main_calendar_alone():
    stage = ConsentStage()
    people, calendars = alone(stage)
    consented = await stage.connect(sandbox_scope=f"openid email {OWN_EVENTS}")
    people.connect(ANA, consented.grant)
    assert [one.calendar_id for one in await calendars.calendars(ANA)] == ["primary"]


async def test_the_narrow_scope_is_enough_for_all_that_the_daemon_does():
    stage = ConsentStage()
    people, calendars = alone(stage)
    people.connect(ANA, await stage.grant())
    event = await calendars.get((await made(stage, calendars)).ref)
    after = await calendars.write(event, EventChange(location="Room 1", mark="v1.1.abc"))
    assert (after.location, after.mark) == ("Room 1", "v1.1.abc")
    pages = [page async for page in calendars.changes(MAIN, None)]
    assert pages[-1].cursor


async def test_a_token_that_google_refuses_is_renewed_once():
    stage = ConsentStage()
    people, calendars = alone(stage)
    grant = await stage.grant()
    people.connect(ANA, replace(grant, access_token=Secret("ya29.dead")))
    assert await calendars.calendars(ANA)
    assert people.store.grants.rows[AccountKey(Provider.GOOGLE, ANA)].generation == 2
    tokens = stage.count("POST /token")
    assert await calendars.calendars(ANA)
    assert stage.count("POST /token") == tokens


async def test_a_token_about_to_end_is_renewed_before_it_is_used():
    stage = ConsentStage()
    people, _ = alone(stage)
    grant = await stage.grant()
    people.connect(ANA, grant)
    stage.clock.advance(3400)
    assert await people.tokens.token(ANA) != grant.access_token


async def test_who_was_renewed_meanwhile_is_not_renewed_again():
    stage = ConsentStage()
    people, _ = alone(stage)
    grant = await stage.grant()
    people.connect(ANA, grant)
    renewed = await people.tokens.renewed(ANA, refused=Secret("of long ago"))
    assert renewed == grant.access_token


async def test_a_consent_taken_back_ends_that_account_and_no_other():
    stage = ConsentStage()
    people, calendars = alone(stage)
    people.connect(ANA, await stage.grant())
    stage.google.revoke_person(ANA)
    with pytest.raises(AuthLost) as caught:
        await calendars.calendars(ANA)
    assert caught.value.code == "consent_gone"
    assert people.gone == [AccountKey(Provider.GOOGLE, ANA)]


async def test_a_consent_that_is_gone_does_not_fall_back_in_the_same_call():
    stage = ConsentStage()
    people, calendars = beside(stage)
    people.connect(ANA, await stage.grant())
    stage.google.revoke_person(ANA)
    with pytest.raises(AuthLost):
        await calendars.calendars(ANA)
    assert [one.calendar_id for one in await calendars.calendars(ANA)] == ["primary"]


async def test_a_refused_token_of_the_service_account_is_renewed_by_it():
    stage = ConsentStage()
    people, _ = beside(stage)
    first = await people.tokens.token(BO)
    assert await people.tokens.renewed(BO, refused=first) != first


async def made(stage: ConsentStage, calendars: GoogleCalendars):
    start = (stage.clock.now() + timedelta(days=1)).replace(microsecond=0)
    new = NewEvent(
        title="Review",
        start=start,
        end=start + timedelta(hours=1),
        zone="Europe/Berlin",
        attendees=(BO,),
        text="",
    )
    return await calendars.create(MAIN, new, key="ab" * 32)


async def test_from_consent_to_event_over_real_https(tmp_path: Path):
    world = World()
    google = GoogleStandIn(world)
    authority = make_authority()
    clock = FakeClock(world.now())
    async with serve(build_app(world, [google]), authority=authority) as base:
        world.base = base
        ca = tmp_path / "ca.pem"
        ca.write_bytes(authority.ca_pem)
        http = Http(clock=clock, origins=[base], ca_file=ca, limits=LIMITS)
        authorizer = GoogleAuthorizer(
            http,
            clock,
            client_id=google.client_id,
            client_secret=Secret(google.client_secret),
            authorize_url=f"{base}/google/oauth/auth",
            oauth_base=f"{base}/google/oauth",
            userinfo_url=f"{base}/google/oauth/userinfo",
        )
        begun = await authorizer.begin(purpose=Purpose.CONNECT, state=STATE, redirect_uri=BACK)
        async with httpx.AsyncClient(verify=_context(ca), trust_env=False) as browser:
            answer = await browser.get(f"{begun.url}&sandbox_person={ANA}")
        brought = dict(httpx.URL(answer.headers["location"]).params)
        consented = await authorizer.finish(begun.kept, brought)
        people = PersonStage(authorizer, clock)
        people.connect(ANA, consented.grant)
        calendars = people.calendars(http, api_base=f"{base}/google/calendar/v3/")
        listed = await calendars.calendars(ANA)
        assert await authorizer.probe(consented.grant) == consented.identity
        assert await authorizer.revoke(await authorizer.refresh(consented.grant))
        with pytest.raises(AuthLost):
            await authorizer.probe(consented.grant)
        await http.close()
    assert [one.calendar_id for one in listed] == [
        "primary",
        "ana-team@group.calendar.example.com",
    ]


def _context(ca: Path):
    return ssl.create_default_context(cafile=ca)
