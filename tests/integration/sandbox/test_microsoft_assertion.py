"""Client assertions: which of them the Microsoft stand-in takes."""

from __future__ import annotations

import base64
import json
from functools import cache

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.integration.sandbox.microsoft_certificate import Identity, an_identity
from tests.integration.sandbox.microsoft_stage import Stage

TOKEN = "https://sandbox/microsoft/login/contoso.example/oauth2/v2.0/token"
BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
PADDINGS = {
    "RS256": padding.PKCS1v15(),
    "PS256": padding.PSS(padding.MGF1(hashes.SHA256()), 32),
}


@cache
def identity() -> Identity:
    return an_identity()


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def assertion(stage: Stage, *, header=None, algorithm: str = "RS256", **claims) -> str:
    """Sign an assertion that is good but for what the caller changes."""
    now = int(stage.world.now().timestamp())
    client = stage.microsoft.client_id
    thumbprint = b64(identity().certificate.fingerprint(hashes.SHA256()))
    head = {"alg": algorithm, "typ": "JWT", "x5t#S256": thumbprint, **(header or {})}
    body = {"iss": client, "sub": client, "aud": TOKEN, "nbf": now, "exp": now + 600, **claims}
    signed = ".".join(b64(json.dumps(part).encode()) for part in (head, body))
    scheme = PADDINGS[algorithm]
    return f"{signed}.{b64(identity().key.sign(signed.encode(), scheme, hashes.SHA256()))}"


async def ask(stage: Stage, text: str, kind: str = BEARER):
    stage.microsoft.register_certificate(identity().certificate_pem)
    form = {
        "client_id": stage.microsoft.client_id,
        "grant_type": "client_credentials",
        "scope": "https://graph.microsoft.com/.default",
        "client_assertion": text,
        "client_assertion_type": kind,
    }
    answer = await stage.http.post(TOKEN, data=form)
    return answer.status_code, answer.json()


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
async def test_both_signatures_are_taken(algorithm):
    stage = Stage()
    status, tokens = await ask(stage, assertion(stage, algorithm=algorithm))
    assert status == 200
    path = f"/users/{stage.bo.email}/events"
    assert (await stage.get(path, token=tokens["access_token"]))["value"] == []


async def test_a_certificate_may_be_named_by_its_older_thumbprint():
    stage = Stage()
    older = b64(identity().certificate.fingerprint(hashes.SHA1()))
    header = {"x5t#S256": None, "x5t": older}
    assert (await ask(stage, assertion(stage, header=header)))[0] == 200


@pytest.mark.parametrize(
    ("claims", "number"),
    [
        ({"aud": "https://login.microsoftonline.com/common"}, 700023),
        ({"iss": "other"}, 700021),
        ({"exp": 1}, 700024),
        ({"exp": "soon"}, 700024),
        ({"header": {"alg": "none"}}, 5002738),
        ({"header": {"x5t#S256": "AAAA"}}, 700027),
        ({"header": {"x5t#S256": None}}, 700027),
        ({"header": {"alg": "PS256"}}, 700027),
    ],
)
async def test_a_wrong_assertion_is_refused(claims, number):
    stage = Stage()
    status, refusal = await ask(stage, assertion(stage, **claims))
    assert (status, refusal["error"], refusal["error_codes"]) == (401, "invalid_client", [number])


@pytest.mark.parametrize("text", ["a.b.c", "e30.W10.x", "é"])
async def test_what_is_no_assertion_is_refused(text):
    assert (await ask(Stage(), text))[1]["error_codes"] == [50027]


async def test_another_kind_of_assertion_is_refused():
    stage = Stage()
    status, refusal = await ask(stage, assertion(stage), kind="saml2")
    assert (status, refusal["error_codes"]) == (401, [7000219])
