"""ID tokens that Entra never wrote are refused, whatever of them is wrong."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
import requests

from syncd.ports.errors import Transient
from syncd.ports.oauth import ConsentRefused, Purpose
from syncd.sandbox.fakes.microsoft.id_tokens import PERSONAL_TENANT, Forgery
from tests.integration.adapters.microsoft_consents import consent_stage

OTHER = "0f0f0f0f-1111-4111-8111-0f0f0f0f0f0f"
NOW = int(time.time())

FORGED: dict[str, Any] = {
    "unsigned": Forgery(alg="none"),
    "signed with the public key": Forgery(alg="HS256"),
    "another algorithm": Forgery(alg="RS512"),
    "another issuer": Forgery(claims={"iss": "https://evil.example/v2.0"}),
    "an issuer of Google": Forgery(claims={"iss": "https://accounts.google.com"}),
    "no issuer": Forgery(claims={"iss": None}),
    "another app": Forgery(claims={"aud": "another-app"}),
    "several apps": Forgery(claims={"aud": ["sandbox-microsoft-client", "another"]}),
    "no audience": Forgery(claims={"aud": None}),
    "another nonce": Forgery(claims={"nonce": "another"}),
    "no nonce": Forgery(claims={"nonce": None}),
    "expired": Forgery(claims={"exp": NOW - 3600}),
    "never expires": Forgery(claims={"exp": None}),
    "expires as a text": Forgery(claims={"exp": str(NOW + 3600)}),
    "expires as a switch": Forgery(claims={"exp": True}),
    "not valid yet": Forgery(claims={"nbf": NOW + 3600}),
    "another tenant": Forgery(claims={"tid": OTHER}),
    "personal": Forgery(claims={"tid": PERSONAL_TENANT}),
    "no tenant": Forgery(claims={"tid": None}),
    "a tenant that leads elsewhere": Forgery(claims={"tid": "../../x"}),
    "nobody": Forgery(claims={"oid": None}),
    "a number for somebody": Forgery(claims={"oid": 7}),
    "no address": Forgery(claims={"preferred_username": None}),
    "an endless address": Forgery(claims={"preferred_username": "a" * 5000}),
}


@pytest.mark.parametrize("purpose", list(Purpose))
async def test_a_forged_token_is_refused(tmp_path, purpose):
    async with consent_stage(tmp_path) as stage:
        for forgery in FORGED.values():
            stage.exchange.knobs.forgery = forgery
            with pytest.raises(ConsentRefused) as caught:
                await stage.consent(purpose=purpose)
            assert caught.value.code == "consent_broken"
        stage.exchange.knobs.forgery = None
        assert (await stage.consent(purpose=purpose)).identity.address == stage.ana.email


@pytest.mark.parametrize("named", ["id", "domain"])
async def test_a_token_of_another_tenant_is_refused_by_its_own_issuer_too(tmp_path, named):
    """The tenant and its issuer fit together, and are not the one that was asked."""
    async with consent_stage(tmp_path) as stage:
        tenant = stage.microsoft.tenant_id if named == "id" else stage.microsoft.tenant
        issuer = f"{stage.login}/{OTHER}/v2.0"
        stage.exchange.knobs.forgery = Forgery(claims={"tid": OTHER, "iss": issuer})
        with pytest.raises(ConsentRefused) as caught:
            await stage.consent(tenant)
        assert "another tenant" in caught.value.message
        assert (await stage.consent("common")).identity.tenant == OTHER


@pytest.mark.parametrize(
    ("tenant", "tid"), [("organizations", PERSONAL_TENANT), ("consumers", OTHER)]
)
async def test_a_token_of_another_kind_of_account_is_refused(tmp_path, tenant, tid):
    async with consent_stage(tmp_path) as stage:
        if tenant == "consumers":
            stage.exchange.knobs.personal = frozenset({stage.ana.email})
        issuer = f"{stage.login}/{tid}/v2.0"
        stage.exchange.knobs.forgery = Forgery(claims={"tid": tid, "iss": issuer})
        with pytest.raises(ConsentRefused) as caught:
            await stage.consent(tenant)
        assert caught.value.code == "consent_broken"


async def test_the_address_of_another_is_never_who_it_is(tmp_path):
    """Whoever writes another's address into an account of theirs is still known by their own id."""
    async with consent_stage(tmp_path) as stage:
        bo = stage.world.people[1]
        stage.exchange.knobs.forgery = Forgery(claims={"preferred_username": stage.ana.email})
        identity = (await stage.consent("common", address=bo.email)).identity
        assert identity.subject.endswith(bo.microsoft_id)
        assert not identity.is_verified


async def test_a_probe_believes_no_forged_token_either(tmp_path):
    async with consent_stage(tmp_path) as stage:
        grant = (await stage.consent()).grant
        for forgery in (Forgery(alg="none"), Forgery(claims={"aud": "another"})):
            stage.exchange.knobs.forgery = forgery
            with pytest.raises(Transient):
                await stage.authorizer().probe(grant)


async def test_a_forgery_is_made_and_ended_by_the_knob(tmp_path):
    async with consent_stage(tmp_path) as stage:
        knobs = f"{stage.world.base}/microsoft/_knobs"
        await _turn(stage, knobs, {"forge_id_tokens": {"alg": "none"}})
        with pytest.raises(ConsentRefused):
            await stage.consent()
        await _turn(stage, knobs, {"forge_id_tokens": {}})
        await stage.consent()


async def _turn(stage: Any, url: str, knobs: dict[str, Any]) -> None:
    reply = await asyncio.to_thread(
        requests.post, url, json=knobs, verify=str(stage.ca_file), timeout=10
    )
    assert reply.ok, reply.text
