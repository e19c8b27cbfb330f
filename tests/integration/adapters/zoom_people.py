"""People who connect their own Zoom accounts in the sandbox, and the adapters that use them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from syncd.adapters.grants import GrantTokens
from syncd.adapters.http import Http, Limits
from syncd.adapters.zoom import ZoomAccounts, ZoomAuthorizer, ZoomMeetings, ZoomTokens
from syncd.core.ids import AccountKey, Provider
from syncd.core.secret import Secret
from syncd.ports.errors import AuthLost
from syncd.ports.oauth import Begun, Consented, Purpose
from syncd.ports.store import Tx
from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.dropping import ConnectionDropped
from syncd.sandbox.fakes.world import Fault, World
from syncd.sandbox.fakes.zoom import ZoomStandIn
from tests.fakes.clock import FakeClock
from tests.fakes.grant_store import FakeGrantStore
from tests.fakes.token_store import FakeTokenStore

BASE = "https://sandbox.example"
REDIRECT = "https://syncd.example/connect/zoom/callback"


class Wire(httpx.AsyncBaseTransport):
    """The sandbox in this loop, its connections breaking as in life; notes every request."""

    def __init__(self, world: World, zoom: ZoomStandIn) -> None:
        self._inner = httpx.ASGITransport(build_app(world, [zoom]))
        self.requests: list[httpx.Request] = []
        self.down = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            self.down -= 1
            raise httpx.ConnectError("refused")
        self.requests.append(request)
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionDropped as exc:
            raise httpx.ReadError("dropped") from exc

    def paths(self) -> list[str]:
        return [f"{one.method} {one.url.path.removeprefix('/zoom')}" for one in self.requests]


class People:
    """One sandbox; `gone` notes whose consent was found to be no more."""

    def __init__(self, *, scopes: tuple[str, ...] = ()) -> None:
        self.world = World(people=4)
        self.world.base = BASE
        self.zoom = ZoomStandIn(self.world)
        self.clock = FakeClock(self.world.now())
        self.wire = Wire(self.world, self.zoom)
        self.ana, self.bo, self.cem, self.dana = self.world.people
        self.http = Http(
            clock=self.clock,
            origins=[BASE],
            ca_file=None,
            limits=Limits(concurrency=4, per_second=1000),
            transport=self.wire,
        )
        self.authorizer = self.app(scopes=scopes)
        self.store = FakeGrantStore()
        self.gone: list[tuple[AccountKey, str]] = []

    def app(self, **changes: Any) -> ZoomAuthorizer:
        fields: dict[str, Any] = {
            "client_id": self.zoom.user_client_id,
            "client_secret": Secret(self.zoom.user_client_secret),
            "oauth_base": f"{BASE}/zoom/oauth",
            "api_base": f"{BASE}/zoom/v2",
        }
        return ZoomAuthorizer(self.http, self.clock, **(fields | changes))

    def grants(self, holder: str = "one") -> GrantTokens:
        def on_gone(_tx: Tx, account: AccountKey, error: AuthLost) -> None:
            self.gone.append((account, error.code))
            del self.store.grants.stored[account]

        return GrantTokens(
            Provider.ZOOM,
            self.authorizer,
            self.store,
            self.clock,
            holder=holder,
            on_gone=on_gone,
        )

    async def begun(self, state: str = "state-1") -> Begun:
        return await self.authorizer.begin(
            purpose=Purpose.CONNECT, state=state, redirect_uri=REDIRECT
        )

    async def allow(self, begun: Begun, **more: str) -> dict[str, str]:
        """Open the address as a browser does, press a button, and give what comes back."""
        url = httpx.URL(begun.url).copy_merge_params({"sandbox_person": self.ana.email} | more)
        async with httpx.AsyncClient(transport=self.wire) as browser:
            answer = await browser.get(url)
        assert answer.status_code == 302, answer.text
        location = answer.headers["location"]
        assert location.startswith(REDIRECT)
        return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}

    async def consent(self, **more: str) -> Consented:
        begun = await self.begun()
        return await self.authorizer.finish(begun.kept, await self.allow(begun, **more))

    async def connect(self, email: str) -> AccountKey:
        """Let a person connect, for themselves."""
        account = AccountKey(Provider.ZOOM, email)
        consented = await self.consent(sandbox_person=email)
        self.store.grants.connect(account, consented.grant)
        return account

    def accounts(self, *connected: str, service: bool = False) -> ZoomAccounts:
        return ZoomAccounts(
            self.http,
            self.clock,
            api_base=f"{BASE}/zoom/v2",
            service=self.service() if service else None,
            grants=self.grants(),
            hosts={person.email: person.email for person in self.world.people},
            connected=connected,
        )

    def service(self) -> ZoomMeetings:
        tokens = ZoomTokens(
            self.http,
            FakeTokenStore(),
            self.clock,
            account_id=self.zoom.account_id,
            client_id=self.zoom.client_id,
            client_secret=Secret(self.zoom.client_secret),
            oauth_base=f"{BASE}/zoom/oauth",
            holder="one",
        )
        return ZoomMeetings(self.http, tokens, self.clock, f"{BASE}/zoom/v2")

    def strike(self, operation: str, *, count: int = 1, **fault: Any) -> None:
        self.world.faults.append(Fault(provider="zoom", operation=operation, count=count, **fault))

    def later(self, seconds: float) -> None:
        """Let time pass, here and at Zoom."""
        self.world.advance(seconds)
        self.clock.advance(seconds)
