"""Real MSAL against the Microsoft stand-in, over HTTPS as in production."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msal
import pytest
import requests

from syncd.sandbox.fakes.app import build_app
from syncd.sandbox.fakes.microsoft import MicrosoftStandIn
from syncd.sandbox.fakes.server import make_authority, serve
from syncd.sandbox.fakes.world import World
from tests.integration.sandbox.microsoft_certificate import an_identity

SCOPES = ["Calendars.ReadWrite", "User.Read"]
BACK = "http://localhost:8000/back"

pytestmark = pytest.mark.filterwarnings("ignore:.*response_mode.*:UserWarning")


class Tenant:
    """A served stand-in, and the session by which MSAL reaches it."""

    def __init__(self, microsoft: MicrosoftStandIn, world: World, base: str, ca: Path) -> None:
        self.microsoft = microsoft
        self.world = world
        self.base = f"{base}/microsoft"
        self.session = requests.Session()
        verified = functools.partial(self.session.request, verify=str(ca), timeout=10)
        self.session.request = verified  # type: ignore[method-assign]  # the documented way to give MSAL a CA

    def app(self, credential: Any = None, kind: Any = msal.ConfidentialClientApplication) -> Any:
        return kind(
            self.microsoft.client_id,
            authority=f"{self.base}/login/{self.microsoft.tenant}",
            client_credential=credential,
            instance_discovery=False,
            http_client=self.session,
        )

    def secret_app(self) -> Any:
        return self.app(self.microsoft.client_secret)

    def sign_in(self, app: Any, address: str) -> Any:
        """Go through the whole code flow as one person."""
        flow = app.initiate_auth_code_flow(SCOPES, redirect_uri=BACK)
        uri = f"{flow['auth_uri']}&sandbox_person={address}"
        answer = self.session.request("GET", uri, allow_redirects=False)
        fields = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
        return app.acquire_token_by_auth_code_flow(flow, fields)

    def me(self, token: str) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        return self.session.request("GET", f"{self.base}/v1.0/me", headers=headers).json()


@contextlib.asynccontextmanager
async def a_tenant(folder: Path) -> AsyncIterator[Tenant]:
    world = World()
    microsoft = MicrosoftStandIn(world)
    authority = make_authority()
    (folder / "ca.pem").write_bytes(authority.ca_pem)
    async with serve(build_app(world, [microsoft]), authority=authority) as base:
        world.base = base
        tenant = Tenant(microsoft, world, base, folder / "ca.pem")
        with contextlib.closing(tenant.session):
            yield tenant


async def test_the_code_flow_gives_an_account_and_a_token_that_works(tmp_path):
    async with a_tenant(tmp_path) as tenant:
        ana = tenant.world.people[0]

        def act():
            app = tenant.secret_app()
            result = tenant.sign_in(app, ana.email)
            [account] = app.get_accounts()
            silent = app.acquire_token_silent_with_error(SCOPES, account)
            return result, account, silent, tenant.me(result["access_token"])

        result, account, silent, me = await asyncio.to_thread(act)
    assert account["username"] == ana.email
    assert result["id_token_claims"]["oid"] == ana.microsoft_id
    assert silent["access_token"] == result["access_token"]
    assert me["mail"] == ana.email


async def test_a_forced_refresh_gives_another_token_until_consent_is_taken_back(tmp_path):
    async with a_tenant(tmp_path) as tenant:
        ana = tenant.world.people[0]

        def act():
            app = tenant.secret_app()
            first = tenant.sign_in(app, ana.email)
            [account] = app.get_accounts()
            refresh = functools.partial(
                app.acquire_token_silent_with_error, SCOPES, account, force_refresh=True
            )
            second = refresh()
            tenant.microsoft.exchange.grants.revoke(ana.email)
            return first, second, refresh()

        first, second, refused = await asyncio.to_thread(act)
    assert second["access_token"] != first["access_token"]
    assert refused["error"] == "invalid_grant"
    assert refused["error_codes"] == [700082]


async def test_client_credentials_work_by_secret_and_are_kept_in_the_cache(tmp_path):
    async with a_tenant(tmp_path) as tenant:

        def act():
            app = tenant.secret_app()
            scopes = ["https://graph.microsoft.com/.default"]
            return [app.acquire_token_for_client(scopes) for _ in range(2)]

        first, second = await asyncio.to_thread(act)
    assert first["token_source"] == "identity_provider"
    assert second["token_source"] == "cache"


@pytest.mark.parametrize("known", [True, False])
async def test_client_credentials_work_by_a_registered_certificate_only(tmp_path, known):
    identity = an_identity()
    key, certificate = identity.key_pem, identity.certificate_pem
    async with a_tenant(tmp_path) as tenant:
        if known:
            tenant.microsoft.register_certificate(certificate)
        tenant.world.advance(3600)

        def act():
            app = tenant.app({"private_key": key, "public_certificate": certificate})
            return app.acquire_token_for_client(["https://graph.microsoft.com/.default"])

        result = await asyncio.to_thread(act)
    assert ("access_token" in result) is known
    assert known or result["error_codes"] == [700027]


async def test_a_wrong_secret_is_told(tmp_path):
    async with a_tenant(tmp_path) as tenant:

        def act():
            return tenant.app("wrong").acquire_token_for_client(
                ["https://graph.microsoft.com/.default"]
            )

        result = await asyncio.to_thread(act)
    assert (result["error"], result["error_codes"]) == ("invalid_client", [7000215])


async def test_the_device_flow_works_without_a_secret(tmp_path):
    async with a_tenant(tmp_path) as tenant:
        bo = tenant.world.people[1]

        def act():
            app = tenant.app(kind=msal.PublicClientApplication)
            flow = app.initiate_device_flow(SCOPES)
            query = {"user_code": flow["user_code"], "sandbox_person": bo.email}
            tenant.session.request("GET", flow["verification_uri"], params=query)
            result = app.acquire_token_by_device_flow(flow)
            [account] = app.get_accounts()
            renewed = app.acquire_token_silent_with_error(SCOPES, account, force_refresh=True)
            return account, result, renewed

        account, result, renewed = await asyncio.to_thread(act)
    assert account["username"] == bo.email
    assert renewed["access_token"] != result["access_token"]
