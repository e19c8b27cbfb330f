"""How the product comes to make each of its calls to Google."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

from google.auth.crypt import RSASigner

from syncd.adapters.google import GoogleCalendars, ServiceAccountTokens, client
from syncd.adapters.google.ability import ConferenceData
from syncd.adapters.google.cursor import cursor_text
from syncd.adapters.google.oauth import GoogleAuthorizer
from syncd.adapters.google.own_grants import PersonTokens
from syncd.adapters.grants import GrantTokens
from syncd.core.event import AskMeet, EventChange, NativeWish, ShowZoom
from syncd.core.ids import AccountKey, Provider
from syncd.core.secret import Secret
from syncd.ports.oauth import Grant, Purpose
from tests.cells.google_office import GRANT, JOIN, KEY, MEET, NEW, SPAN, URL, GoogleOffice
from tests.cells.stage import (
    BACK,
    GOOGLE_API,
    GOOGLE_OAUTH,
    STATE,
    Act,
    Stage,
)
from tests.fakes.abilities import FakeAbilities
from tests.fakes.clock import START
from tests.fakes.grant_store import FakeGrantStore
from tests.integration.adapters.google_wire import ANA, EVENT_1, service_account


def _authorizer(stage: Stage) -> GoogleAuthorizer:
    GoogleOffice(stage)
    return GoogleAuthorizer(
        stage.http(GOOGLE_API, GOOGLE_OAUTH),
        stage.clock,
        client_id="app-1",
        client_secret=Secret("s3cret"),
        authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
        oauth_base=GOOGLE_OAUTH,
    )


def _service(stage: Stage) -> ServiceAccountTokens:
    http = stage.http(GOOGLE_API, GOOGLE_OAUTH)
    # To read the key takes longer than all the rest of a cell.
    with mock.patch("syncd.adapters.google.tokens._signer", return_value=_signer()):
        return ServiceAccountTokens(
            http, stage.clock, info=service_account(), oauth_base=GOOGLE_OAUTH
        )


_signer = cache(lambda: RSASigner.from_service_account_info(service_account()))
_resource = cache(client._service)


def _calendars(
    stage: Stage, tokens: Any = None, conference_data: ConferenceData = "always"
) -> GoogleCalendars:
    GoogleOffice(stage)
    with mock.patch("syncd.adapters.google.client._service", _resource):
        return GoogleCalendars(
            stage.http(GOOGLE_API, GOOGLE_OAUTH),
            tokens or _service(stage),
            stage.clock,
            api_base=f"{GOOGLE_API}/calendar/v3/",
            abilities=FakeAbilities(),
            conference_data=conference_data,
        )


async def token(stage: Stage) -> Act:
    GoogleOffice(stage)
    return lambda: _service(stage).token("ana@example.com")


async def code(stage: Stage) -> Act:
    one = _authorizer(stage)

    async def act() -> Any:
        begun = await one.begin(purpose=Purpose.CONNECT, state=STATE, redirect_uri=BACK)
        stage.notes["nonce"] = parse_qs(urlsplit(begun.url).query)["nonce"][0]
        return await one.finish(begun.kept, {"state": STATE, "code": "code-1"})

    return act


async def refresh(stage: Stage) -> Act:
    one = _authorizer(stage)
    return lambda: one.refresh(GRANT)


async def renewal(stage: Stage) -> Act:
    store = FakeGrantStore()
    one = _authorizer(stage)
    account = AccountKey(Provider.GOOGLE, "ana@example.com")

    async def act() -> Any:
        store.grants.connect(account, GRANT)
        return await GrantTokens(
            Provider.GOOGLE, one, store, stage.clock, holder="one", on_gone=_nothing
        ).current("ana@example.com")

    return act


def _nothing(*_args: object) -> None:
    return


async def revoke(stage: Stage) -> Act:
    one = _authorizer(stage)
    return lambda: one.revoke(GRANT)


async def userinfo(stage: Stage) -> Act:
    one = _authorizer(stage)
    return lambda: one.probe(GRANT)


async def calendar_list(stage: Stage) -> Act:
    store = FakeGrantStore()
    live = Grant(
        access_token=Secret("access-1"),
        expires_at=START + timedelta(days=9),
        refresh_token=Secret("refresh-1"),
        scopes=GRANT.scopes,
    )
    store.grants.connect(AccountKey(Provider.GOOGLE, "ana@example.com"), live)
    grants = GrantTokens(
        Provider.GOOGLE,
        _authorizer(stage),
        store,
        stage.clock,
        holder="one",
        on_gone=_nothing,
    )
    provider = _calendars(stage, PersonTokens(grants, None))
    return lambda: provider.calendars("ana@example.com")


async def main_calendar(stage: Stage) -> Act:
    provider = _calendars(stage)
    return lambda: provider.calendars("ana@example.com")


async def full(stage: Stage) -> Act:
    provider = _calendars(stage)

    async def act() -> Any:
        return [page async for page in provider.changes(ANA, None)]

    return act


async def sync(stage: Stage) -> Act:
    provider = _calendars(stage)

    async def act() -> Any:
        return [page async for page in provider.changes(ANA, cursor_text("sync-1"))]

    return act


async def between(stage: Stage) -> Act:
    provider = _calendars(stage)
    return lambda: provider.between(ANA, **SPAN)


async def facts(stage: Stage) -> Act:
    return lambda: _calendars(stage).get(EVENT_1)


async def get(stage: Stage) -> Act:
    provider = _calendars(stage)
    await provider.get(EVENT_1)
    return lambda: provider.get(EVENT_1)


async def instances(stage: Stage) -> Act:
    provider = _calendars(stage)
    series = await provider.get(EVENT_1)
    return lambda: provider.instances(series, **SPAN)


async def patch(stage: Stage, native: NativeWish | None = None) -> Act:
    provider = _calendars(stage)
    before = await provider.get(EVENT_1)
    return lambda: provider.write(before, EventChange(location=URL, native=native))


async def meet(stage: Stage) -> Act:
    return await patch(stage, AskMeet("request-1"))


async def button(stage: Stage) -> Act:
    return await patch(stage, ShowZoom(JOIN))


async def tidy(stage: Stage) -> Act:
    stage.notes["event"] = MEET
    stage.notes["keeps no button"] = True
    return await patch(stage, ShowZoom(JOIN))


async def insert(stage: Stage) -> Act:
    provider = _calendars(stage)
    await provider.get(EVENT_1)
    return lambda: provider.create(ANA, NEW, key=KEY)


async def inserted(stage: Stage) -> Act:
    act = await insert(stage)
    stage.notes["inserted"] = True
    return act
