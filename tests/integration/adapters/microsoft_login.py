"""What the tests of signing in at Entra share: a certificate, tokens, and Entra's answers."""

from __future__ import annotations

import datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from syncd.adapters.microsoft import ApplicationTokens, CertificateCredential
from syncd.core.secret import Secret
from syncd.ports.errors import ProviderError
from tests.fakes.clock import FakeClock

LOGIN = "https://login.example:8443/base"
TENANT = f"{LOGIN}/contoso.example"
DISCOVERY = f"{TENANT}/v2.0/.well-known/openid-configuration"
TOKEN = f"{TENANT}/oauth2/v2.0/token"


@cache
def certificate() -> CertificateCredential:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "syncd")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    return CertificateCredential(Secret(private.decode()), public.decode())


def tokens(**fields: Any) -> ApplicationTokens:
    known: dict[str, Any] = {
        "tenant": "contoso.example",
        "client_id": "app-1",
        "credential": Secret("s3cret"),
        "login_base": LOGIN,
        "ca_file": None,
        "clock": FakeClock(),
    }
    return ApplicationTokens(**(known | fields))


def discovery(**fields: Any) -> dict[str, Any]:
    return {
        "issuer": f"{TENANT}/v2.0",
        "authorization_endpoint": f"{TENANT}/oauth2/v2.0/authorize",
        "token_endpoint": TOKEN,
    } | fields


def grant(name: str, **fields: Any) -> dict[str, Any]:
    return {"token_type": "Bearer", "expires_in": 3600, "access_token": name} | fields


def give(entra, *answers: dict[str, Any], status: int = 200, **more: Any) -> None:
    """Let the endpoints answer well; every answer is one for a token."""
    entra.get(DISCOVERY, json=discovery())
    for answer in answers:
        entra.post(TOKEN, json=answer, status=status, **more)


def sent(entra) -> list[dict[str, str]]:
    """The forms of the requests for tokens."""
    posts = (one.request for one in entra.calls if one.request.method == "POST")
    return [{k: v[0] for k, v in parse_qs(one.body).items()} for one in posts]


async def failure(one: ApplicationTokens) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await one.token()
    return caught.value
