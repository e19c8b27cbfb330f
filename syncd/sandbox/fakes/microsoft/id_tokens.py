"""ID tokens as Entra signs them, and forged ones for those who want to see them refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from syncd.sandbox.fakes.world import Person

PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
"""The tenant of all personal accounts."""


@dataclass(frozen=True, kw_only=True)
class Forgery:
    """What is wrong with an ID token; a claim of None is left out."""

    alg: str = "RS256"
    """Another one makes `none` (unsigned), or HS256 with the public key as its secret."""
    claims: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """Who an ID token is about, and in answer to what."""

    person: Person
    issuer_base: str
    tenant: str
    client: str
    nonce: str | None
    now: int


@cache
def _key() -> rsa.RSAPrivateKey:
    # Making one takes a while; all stand-ins of a process may share it.
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class IdTokens:
    """Writes ID tokens with one key."""

    @property
    def _key(self) -> rsa.RSAPrivateKey:
        return _key()

    def issue(self, subject: Subject, forgery: Forgery | None) -> str:
        """Write one; a forgery says how it shall differ from a good one."""
        wrong = forgery or Forgery()
        claims = {**_claims(subject), **wrong.claims}
        shown = {name: value for name, value in claims.items() if value is not None}
        header = {"typ": "JWT", "alg": wrong.alg, "kid": "sandbox"}
        text = f"{_encoded(header)}.{_encoded(shown)}"
        return f"{text}.{_base64(self._signature(text.encode(), wrong.alg))}"

    def _signature(self, text: bytes, alg: str) -> bytes:
        match alg:
            case "none":
                return b""
            case "HS256":
                public = self._key.public_key().public_bytes(
                    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
                )
                return hmac.digest(public, text, "sha256")
            case _:
                return self._key.sign(text, padding.PKCS1v15(), hashes.SHA256())


def _claims(subject: Subject) -> dict[str, Any]:
    person = subject.person
    return {
        "ver": "2.0",
        "iss": f"{subject.issuer_base}/{subject.tenant}/v2.0",
        "sub": hashlib.sha256(person.microsoft_id.encode()).hexdigest()[:43],
        "aud": subject.client,
        "exp": subject.now + 3600,
        "iat": subject.now,
        "nbf": subject.now,
        "oid": person.microsoft_id,
        "tid": subject.tenant,
        "preferred_username": person.email,
        "name": person.name,
        "nonce": subject.nonce,
    }


def _encoded(content: Mapping[str, Any]) -> str:
    return _base64(json.dumps(content).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
