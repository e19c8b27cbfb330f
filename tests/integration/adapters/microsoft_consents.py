"""A stage for consents at Microsoft: the stand-in over HTTPS, and people who go through its pages."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from syncd.adapters.microsoft import MicrosoftAuthorizer
from syncd.core.secret import Secret
from syncd.ports.oauth import Begun, Consented, Purpose
from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.microsoft import MicrosoftStandIn
from syncd.sandbox.fakes.server import make_authority, serve
from syncd.sandbox.fakes.world import World
from tests.fakes.clock import FakeClock

BACK = "https://syncd.example/connect/microsoft/callback"
STATE = "state-of-ours-0123456789abcdef"


class ConsentStage:
    """One served stand-in."""

    def __init__(self, world: World, microsoft: MicrosoftStandIn, ca_file: Path) -> None:
        self.world = world
        self.microsoft = microsoft
        self.exchange = microsoft.exchange
        self.ca_file = ca_file
        self.clock = FakeClock(world.now())
        self.ana = world.people[0]
        self.login = f"{world.base}/microsoft/login"

    def authorizer(self, tenant: str = "contoso.example", **fields: Any) -> MicrosoftAuthorizer:
        known: dict[str, Any] = {
            "tenant": tenant,
            "client_id": self.microsoft.client_id,
            "credential": Secret(self.microsoft.client_secret),
            "login_base": self.login,
            "ca_file": self.ca_file,
        }
        return MicrosoftAuthorizer(self.clock, **(known | fields))

    async def consent(
        self,
        tenant: str = "contoso.example",
        *,
        purpose: Purpose = Purpose.CONNECT,
        address: str | None = None,
    ) -> Consented:
        """Go through all of it as one person."""
        one = self.authorizer(tenant)
        begun = await begin(one, purpose)
        return await one.finish(begun.kept, await self.answer(begun.url, address=address))

    async def answer(self, url: str, *, address: str | None = None) -> dict[str, str]:
        """Accept, and give what the browser takes back."""
        where = await self.follow(f"{url}&sandbox_person={address or self.ana.email}")
        assert where.startswith(BACK)
        return dict(parse_qsl(urlsplit(where).query))

    async def follow(self, url: str) -> str:
        reply = await asyncio.to_thread(
            requests.get, url, verify=str(self.ca_file), allow_redirects=False, timeout=10
        )
        return reply.headers["Location"]

    async def page(self, method: str, url: str, **fields: str) -> str:
        reply = await asyncio.to_thread(
            requests.request, method, url, verify=str(self.ca_file), data=fields, timeout=10
        )
        return reply.text


async def begin(one: MicrosoftAuthorizer, purpose: Purpose = Purpose.CONNECT) -> Begun:
    return await one.begin(purpose=purpose, state=STATE, redirect_uri=BACK)


@contextlib.asynccontextmanager
async def consent_stage(folder: Path) -> AsyncIterator[ConsentStage]:
    world = World()
    microsoft = MicrosoftStandIn(world)
    authority = make_authority()
    ca_file = folder / "ca.pem"
    ca_file.write_bytes(authority.ca_pem)
    async with serve(build_app(world, [microsoft]), authority=authority) as base:
        world.base = base
        yield ConsentStage(world, microsoft, ca_file)
