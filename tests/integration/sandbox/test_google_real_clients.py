"""Google's own libraries against the stand-in, over HTTPS."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import google.auth.transport.requests
import httplib2
import pytest
import requests
from google.auth.exceptions import RefreshError
from google.oauth2 import service_account
from google_auth_oauthlib.flow import Flow
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import HttpRequest

from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.google import GoogleStandIn
from syncd.sandbox.fakes.server import make_authority, serve
from syncd.sandbox.fakes.world import World

SCOPE = "https://www.googleapis.com/auth/calendar.events"
PEOPLE = ["ana@example.com", "bo@example.com"]


@contextlib.asynccontextmanager
async def running(tmp_path: Path) -> AsyncIterator[tuple[World, GoogleStandIn, str]]:
    world = World()
    stand_in = GoogleStandIn(world)
    authority = make_authority()
    async with serve(build_app(world, [stand_in]), authority=authority) as base:
        world.base = base
        ca = tmp_path / "ca.pem"
        ca.write_bytes(authority.ca_pem)
        yield world, stand_in, str(ca)


def session_of(ca: str) -> requests.Session:
    session = requests.Session()
    session.trust_env, session.verify = False, ca
    return session


def credentials_of(stand_in: GoogleStandIn, subject: str) -> Any:
    info = stand_in.service_account_info()
    found = service_account.Credentials.from_service_account_info(info, scopes=[SCOPE])
    return found.with_subject(subject)


def calendar(world: World, ca: str, token: str) -> Any:
    """Build Google's client for the stand-in, every request carrying the token."""

    def request(http: Any, *args: Any, **options: Any) -> Any:
        made = HttpRequest(http, *args, **options)
        made.headers["authorization"] = f"Bearer {token}"
        return made

    return build(
        "calendar",
        "v3",
        http=httplib2.Http(ca_certs=ca, proxy_info=None),
        requestBuilder=request,
        cache_discovery=False,
        client_options={"api_endpoint": f"{world.base}/google/calendar/v3/"},
    )


def use_calendar(world: World, stand_in: GoogleStandIn, ca: str) -> Any:
    with session_of(ca) as session:
        credentials = credentials_of(stand_in, PEOPLE[0])
        credentials.refresh(google.auth.transport.requests.Request(session=session))
        with pytest.raises(RefreshError, match="Invalid email"):
            credentials_of(stand_in, "x@example.com").refresh(
                google.auth.transport.requests.Request(session=session)
            )
    service = calendar(world, ca, credentials.token)
    events = service.events()
    body: dict[str, Any] = {
        "start": {"date": "2027-01-11"},
        "end": {"date": "2027-01-12"},
        "summary": "x",
    }
    body["extendedProperties"] = {"private": {"mark": "1"}}
    made = events.insert(calendarId="primary", body=body, sendUpdates="none").execute()
    patch = events.patch(calendarId="primary", eventId=made["id"], body={"location": "here"})
    patch.headers["If-Match"] = made["etag"]
    patched = patch.execute()
    with pytest.raises(HttpError) as caught:
        patch.execute()
    # Long enough that the library sends it as a POST with an override.
    same = ["mark=1"] * 200
    found = events.list(
        calendarId="primary", fields="items(id)", privateExtendedProperty=same
    ).execute()
    events.delete(calendarId="primary", eventId=made["id"]).execute()
    service.close()
    return made, patched, caught.value, found


async def test_a_service_account_and_googles_client_library_work(tmp_path):
    async with running(tmp_path) as (world, stand_in, ca):
        made, patched, refused, found = await asyncio.to_thread(use_calendar, world, stand_in, ca)
    assert patched["location"] == "here"
    assert refused.status_code == 412
    assert refused.error_details[0]["reason"] == "conditionNotMet"
    assert found == {"items": [{"id": made["id"]}]}
    snapshot = stand_in.snapshot()["calendars"][PEOPLE[0]]["events"]
    assert [one["status"] for one in snapshot] == ["cancelled"]


def use_flow(world: World, stand_in: GoogleStandIn, ca: str) -> Any:
    client = {
        "client_id": stand_in.client_id,
        "client_secret": stand_in.client_secret,
        "auth_uri": f"{world.base}/google/oauth/auth",
        "token_uri": f"{world.base}/google/oauth/token",
    }
    back = "https://syncd.test/callback"
    flow = Flow.from_client_config({"web": client}, [SCOPE], redirect_uri=back)
    flow.oauth2session.trust_env, flow.oauth2session.verify = False, ca
    url, state = flow.authorization_url(prompt="consent")
    with session_of(ca) as session:
        answer = session.get(f"{url}&sandbox_person={PEOPLE[1]}", allow_redirects=False)
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        assert query["state"] == [state]
        flow.fetch_token(code=query["code"][0])
        credentials, first = flow.credentials, flow.credentials.token
        credentials.refresh(google.auth.transport.requests.Request(session=session))
    flow.oauth2session.close()
    return first, credentials


async def test_the_flow_of_google_auth_oauthlib_works(tmp_path):
    async with running(tmp_path) as (world, stand_in, ca):
        first, credentials = await asyncio.to_thread(use_flow, world, stand_in, ca)
    assert credentials.refresh_token
    assert credentials.token != first
    assert credentials.granted_scopes == [SCOPE]
