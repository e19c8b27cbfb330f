"""The authoriser on the stand-in, and a person before Google's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

import httpx

from syncd.adapters.google.oauth import GoogleAuthorizer
from syncd.adapters.http import Http
from syncd.core.secret import Secret
from syncd.ports.oauth import Authorizer, Begun, Consented, Grant, Purpose
from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.google import GoogleStandIn
from syncd.sandbox.fakes.world import Fault, World
from tests.fakes.clock import FakeClock
from tests.integration.adapters.google_sandbox import BASE, OAUTH, Wire
from tests.integration.adapters.google_wire import LIMITS

BACK = "https://syncd.example/connect/google/callback"
STATE = "s" * 43


class ConsentStage:
    """Ana before Google's page; `change` may alter the address that her browser goes to."""

    def __init__(self, *, shared_calendars: bool = False) -> None:
        self.world = World()
        self.world.base = BASE
        self.google = GoogleStandIn(self.world)
        self.ana, self.bo = self.world.people
        self.clock = FakeClock(self.world.now())
        self.wire = Wire(build_app(self.world, [self.google]))
        self.http = Http(
            clock=self.clock, origins=[BASE], ca_file=None, limits=LIMITS, transport=self.wire
        )
        self.authorizer: Authorizer = GoogleAuthorizer(
            self.http,
            self.clock,
            client_id=self.google.client_id,
            client_secret=Secret(self.google.client_secret),
            authorize_url=f"{OAUTH}/auth",
            oauth_base=OAUTH,
            userinfo_url=f"{OAUTH}/userinfo",
            shared_calendars=shared_calendars,
        )

    async def begin(self, purpose: Purpose = Purpose.CONNECT, **more: Any) -> Begun:
        return await self.authorizer.begin(purpose=purpose, state=STATE, redirect_uri=BACK, **more)

    async def allow(self, url: str, **change: str) -> dict[str, str]:
        """Let Ana allow what the address asks for; gives what the browser brings back."""
        parts = urlsplit(url)
        query = {"sandbox_person": self.ana.email, **dict(parse_qsl(parts.query)), **change}
        kept = {key: value for key, value in query.items() if value or key == "sandbox_person"}
        async with httpx.AsyncClient(transport=self.wire) as browser:
            answer = await browser.get(urlunsplit(parts._replace(query=urlencode(kept))))
        assert answer.status_code == 302, answer.text
        found = parse_qs(urlsplit(answer.headers["location"]).query)
        return {key: value[0] for key, value in found.items()}

    async def connect(self, purpose: Purpose = Purpose.CONNECT, **change: str) -> Consented:
        begun = await self.begin(purpose)
        return await self.authorizer.finish(begun.kept, await self.allow(begun.url, **change))

    async def grant(self) -> Grant:
        return (await self.connect()).grant

    def strike(self, operation: str, **fault: Any) -> None:
        self.world.faults.append(Fault(provider="google", operation=operation, **fault))

    def count(self, operation: str) -> int:
        return self.world.counts["google", operation]

    def asked(self) -> Mapping[str, Any]:
        """What the last authorisation asked for."""
        found: Mapping[str, Any] = self.google.snapshot()["authorisations"][-1]
        return found
