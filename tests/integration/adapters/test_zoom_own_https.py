"""People's own Zoom over real HTTPS: from the page's address to the app being removed in Zoom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from syncd.adapters.clock import SystemClock
from syncd.adapters.grants import GrantTokens
from syncd.adapters.http import Http, Limits
from syncd.adapters.zoom import (
    Challenge,
    Deauthorised,
    HookRefused,
    ZoomAccounts,
    ZoomAuthorizer,
    ZoomHooks,
)
from syncd.adapters.zoom.hooks import Hook
from syncd.core.ids import AccountKey, Provider
from syncd.core.meeting import MeetingChange
from syncd.core.secret import Secret
from syncd.ports.errors import AuthLost
from syncd.ports.oauth import Purpose
from syncd.ports.store import Tx
from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.server import Authority, make_authority, serve
from syncd.sandbox.fakes.world import World
from syncd.sandbox.fakes.zoom import ZoomStandIn
from tests.fakes.grant_store import FakeGrantStore
from tests.integration.adapters.zoom_wire import SPEC

CALLBACK = "http://127.0.0.1:1/zoom/callback"
ANA = AccountKey(Provider.ZOOM, "ana@example.com")


class Setting:
    """A sandbox on a socket, the adapters, and a browser; `gone` notes ended consents."""

    def __init__(self, base: str, zoom: ZoomStandIn, authority: Authority, ca_file: Path) -> None:
        self.zoom = zoom
        self.world = zoom.world
        self.browser = httpx.AsyncClient(verify=authority.client_context())
        self.clock = SystemClock()
        self.http = Http(
            clock=self.clock,
            origins=[base],
            ca_file=ca_file,
            limits=Limits(concurrency=4, per_second=1000),
        )
        self.authorizer = ZoomAuthorizer(
            self.http,
            self.clock,
            client_id=zoom.user_client_id,
            client_secret=Secret(zoom.user_client_secret),
            oauth_base=f"{base}/zoom/oauth",
            api_base=f"{base}/zoom/v2",
        )
        self.store = FakeGrantStore()
        self.gone: list[str] = []
        self.accounts = ZoomAccounts(
            self.http,
            self.clock,
            api_base=f"{base}/zoom/v2",
            service=None,
            grants=GrantTokens(
                Provider.ZOOM,
                self.authorizer,
                self.store,
                self.clock,
                holder="one",
                on_gone=self._on_gone,
            ),
            hosts={ANA.address: ANA.address},
            connected=[ANA.address],
        )

    def _on_gone(self, _tx: Tx, account: AccountKey, error: AuthLost) -> None:
        self.gone.append(error.code)
        del self.store.grants.stored[account]

    async def connect(self) -> None:
        begun = await self.authorizer.begin(
            purpose=Purpose.CONNECT, state="state", redirect_uri=CALLBACK
        )
        page = await self.browser.get(begun.url)
        assert "Allow" in page.text
        form = {**httpx.URL(begun.url).params, "sandbox_person": ANA.address, "decision": "allow"}
        answer = await self.browser.post(begun.url, data=form)
        query = parse_qs(urlsplit(answer.headers["location"]).query)
        answered = {name: values[0] for name, values in query.items()}
        consented = await self.authorizer.finish(begun.kept, answered)
        self.store.grants.connect(ANA, consented.grant)


@asynccontextmanager
async def setting(tmp_path: Path) -> AsyncIterator[Setting]:
    world, authority = World(), make_authority()
    zoom = ZoomStandIn(world)
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes(authority.ca_pem)
    async with serve(build_app(world, [zoom]), authority=authority) as base:
        world.base = base
        made = Setting(base, zoom, authority, ca_file)
        try:
            yield made
        finally:
            await made.http.close()
            await made.browser.aclose()


async def test_a_person_connects_meets_and_leaves(tmp_path: Path):
    async with setting(tmp_path) as at:
        await at.connect()
        zoom = at.accounts.of(ANA.address)
        made = await zoom.create(ANA.address, SPEC, send_by=at.clock.monotonic() + 10)
        await zoom.update(made.id, MeetingChange(topic="Later"))
        assert (await zoom.get(made.id)).topic == "Later"
        assert await at.authorizer.revoke(at.store.grants.stored[ANA].grant)
        with pytest.raises(AuthLost):
            await zoom.get(made.id)
        [stays] = at.zoom.snapshot()["meetings"]
        assert stays["id"] == made.id


async def test_an_answer_lost_while_refreshing_is_told_as_a_consent_that_is_gone(tmp_path: Path):
    async with setting(tmp_path) as at:
        await at.connect()
        # What it gave never arrives anywhere.
        await at.authorizer.refresh(at.store.grants.stored[ANA].grant)
        at.zoom.tokens.expire_access()
        with pytest.raises(AuthLost) as lost:
            await at.accounts.of(ANA.address).listing(ANA.address)
        assert (lost.value.code, at.gone) == ("consent_gone", ["consent_gone"])


class Door:
    """An app that takes Zoom's deliveries as the daemon does."""

    def __init__(self, secret: str) -> None:
        self._hooks = ZoomHooks(Secret(secret))
        self._clock = SystemClock()
        self.taken: list[Hook] = []
        self.app = Starlette(routes=[Route("/hooks/zoom", self.take, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        body, headers = await request.body(), dict(request.headers)
        try:
            hook = self._hooks.read(headers, body, now=self._clock.now())
        except HookRefused:
            return Response(status_code=401)
        self.taken.append(hook)
        return JSONResponse(dict(hook.answer) if isinstance(hook, Challenge) else {})


async def test_zoom_asks_for_the_secret_and_tells_that_the_app_was_removed(tmp_path: Path):
    async with setting(tmp_path) as at:
        door = Door(at.zoom.webhooks.secret)
        async with serve(door.app, authority=make_authority()) as base:
            at.zoom.webhooks.url = f"{base}/hooks/zoom"
            at.zoom.webhooks.send("endpoint.url_validation", {"plainToken": "abc"}, at.world.now())
            at.zoom.remove_app(at.world.people[0])
            stale = at.world.now() - timedelta(minutes=6)
            at.zoom.webhooks.send("app_deauthorized", {"account_id": "a", "user_id": "b"}, stale)
            await asyncio.gather(*at.zoom.webhooks.under_way())
        statuses = [one.status for one in at.zoom.webhooks.deliveries]
        assert statuses == [200, 200, 401]
        assert [each for each in door.taken if isinstance(each, Deauthorised)] == [
            Deauthorised(account_id=at.zoom.account_id, user_id=at.world.people[0].zoom_id)
        ]
