"""The OAuth client, the service account, and what is signed with their key."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from syncd.sandbox.fakes.world import Person, World

GOOGLE_TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address, no secret
"""What google-auth writes as `aud`, wherever it sends the assertion."""


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

    @cached_property
    def key(self) -> RSAPrivateKey:
        """Give the service account's key, made when first needed."""
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

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

    def id_token(self, person: Person) -> str:
        """Sign an ID token for the OAuth client."""
        now = int(self._world.now().timestamp())
        claims = {
            "iss": "https://accounts.google.com",
            "aud": self.client_id,
            "azp": self.client_id,
            **profile(person),
            "iat": now,
            "exp": now + 3600,
        }
        header = {"alg": "RS256", "kid": self.key_id, "typ": "JWT"}
        signed = f"{_encoded(header)}.{_encoded(claims)}"
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


def profile(person: Person) -> dict[str, Any]:
    """Give a person's claims: a stable subject of digits, the address and the name."""
    subject = f"1{zlib.crc32(person.email.encode()):020d}"
    return {
        "sub": subject,
        "email": person.email,
        "email_verified": True,
        "hd": person.email.partition("@")[2],
        "name": person.name,
    }


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
