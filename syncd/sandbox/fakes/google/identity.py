"""The OAuth client, the service account, and what is signed with their key."""

from __future__ import annotations

import base64
import hmac
import json
import zlib
from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from syncd.sandbox.fakes.google.forging import CLAIMS, SHAPES
from syncd.sandbox.fakes.world import Person, World

GOOGLE_TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address, no secret
"""What google-auth writes as `aud`, wherever it sends the assertion."""

LONG_NAMES = {
    "https://www.googleapis.com/auth/userinfo.email": "email",
    "https://www.googleapis.com/auth/userinfo.profile": "profile",
}
"""The long names of two scopes, by which Google calls them in its answers."""


@cache
def _key() -> RSAPrivateKey:
    # Making one takes a while; all stand-ins of a process may share it.
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Identity:
    """Names and secrets of the stand-in that no reset changes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.client_id = "sandbox-google-client"
        self.client_secret = f"GOCSPX-{world.random.getrandbits(112):028x}"
        self.account_email = "syncd@sandbox-project.iam.gserviceaccount.com"
        self.key_id = f"{world.random.getrandbits(160):040x}"

    @property
    def token_url(self) -> str:
        """Give the address of the token endpoint."""
        return f"{self._world.base}/google/oauth/token"

    @property
    def key(self) -> RSAPrivateKey:
        """Give the service account's key, made when first needed."""
        return _key()

    def service_account_info(self) -> dict[str, Any]:
        """Give the service account's key file as Google makes it, its token_uri the sandbox's."""
        pem = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return {
            "type": "service_account",
            "project_id": "sandbox-project",
            "private_key_id": self.key_id,
            "private_key": pem.decode(),
            "client_email": self.account_email,
            "client_id": "100000000000000000001",
            "auth_uri": f"{self._world.base}/google/oauth/auth",
            "token_uri": self.token_url,
            "universe_domain": "googleapis.com",
        }

    def id_token(
        self, person: Person, scopes: Collection[str], *, nonce: str, forgery: str = ""
    ) -> str:
        """Sign an ID token for the OAuth client; `forgery` is a word of `forging`."""
        # The one who reads it lives in real time: it cannot know how far the clock was moved.
        now = int((self._world.now() - self._world.offset).timestamp())
        honest = {
            "iss": "https://accounts.google.com",
            "aud": self.client_id,
            "azp": self.client_id,
            **profile(person, scopes),
            **({"nonce": nonce} if nonce else {}),
            "iat": now,
            "exp": now + 3600,
        }
        claims = CLAIMS.get(forgery, dict)(honest)
        if forgery in SHAPES:
            return {"two_parts": f"e30.{_encoded(claims)}", "garbage": "x.\u00e9.z"}.get(
                forgery, ""
            )
        return self._signed(claims, forgery)

    def _signed(self, claims: Mapping[str, Any], forgery: str) -> str:
        algorithm = {"alg_none": "none", "hs256": "HS256"}.get(forgery, "RS256")
        header: dict[str, Any] = {"alg": algorithm, "kid": self.key_id, "typ": "JWT"}
        if forgery == "crit":
            header["crit"] = ["exp"]
        signed = f"{_encoded(header)}.{_encoded(claims)}"
        if algorithm == "none":
            return f"{signed}."
        if algorithm == "HS256":
            public = self.key.public_key()
            pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            return f"{signed}.{_text(hmac.digest(pem, signed.encode(), 'sha256'))}"
        signature = self.key.sign(signed.encode(), padding.PKCS1v15(), SHA256())
        return f"{signed}.{_text(signature)}"

    def is_signed(self, assertion: str) -> bool:
        """Say whether the service account's key signed this JWT."""
        signed, _, signature = assertion.rpartition(".")
        try:
            self.key.public_key().verify(
                _bytes(signature), signed.encode(), padding.PKCS1v15(), SHA256()
            )
        except (InvalidSignature, ValueError):
            return False
        return True


def profile(person: Person, scopes: Collection[str] | None) -> dict[str, Any]:
    """Give a person's claims, as far as the scopes go; None means every scope.

    The subject is stable and made of digits.
    """
    given = None if scopes is None else {LONG_NAMES.get(one, one) for one in scopes}
    claims: dict[str, Any] = {"sub": f"1{zlib.crc32(person.email.encode()):020d}"}
    if given is None or "email" in given:
        claims |= {"email": person.email, "email_verified": True}
        claims |= {"hd": person.email.partition("@")[2]}
    if given is None or "profile" in given:
        claims |= {"name": person.name}
    return claims


def decoded(assertion: str, part: int) -> dict[str, Any] | None:
    """Give the header (0) or the claims (1) of a JWT, if it is one."""
    try:
        content = json.loads(_bytes(assertion.split(".")[part]))
    except (ValueError, IndexError):
        return None
    return content if isinstance(content, dict) else None


def _encoded(content: Mapping[str, Any]) -> str:
    return _text(json.dumps(content).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
