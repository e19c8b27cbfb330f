"""Client assertions: the signed JWT by which an application proves itself with a certificate."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from syncd.sandbox.fakes.microsoft.aadsts import LoginError, invalid_client

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def verify(
    assertion: str,
    *,
    certificates: Mapping[bytes, x509.Certificate],
    client: str,
    audiences: frozenset[str],
    now: datetime,
) -> None:
    """Check a client assertion; `now` is the real time (UTC), for the client signed by that.

    Raise LoginError when it is malformed, not signed by a registered certificate, for another
    client or audience, or out of date (Microsoft identity platform certificate credentials).
    """
    head, _, rest = assertion.partition(".")
    payload, _, signature = rest.partition(".")
    header, claims = _json(head), _json(payload)
    certificate = certificates.get(_thumbprint(header))
    if certificate is None:
        raise invalid_client(700027, "The certificate with identifier used to sign is not known.")
    _check_signature(certificate, header, f"{head}.{payload}".encode(), _bytes(signature))
    _check_claims(claims, client=client, audiences=audiences, now=now)


def _check_signature(
    certificate: x509.Certificate, header: Mapping[str, Any], signed: bytes, signature: bytes
) -> None:
    key = certificate.public_key()
    if not isinstance(key, rsa.RSAPublicKey):
        raise invalid_client(700027, "The certificate's key is not an RSA key.")
    try:
        key.verify(signature, signed, _padding(header.get("alg")), hashes.SHA256())
    except InvalidSignature as problem:
        text = "Client assertion failed signature validation."
        raise invalid_client(700027, text) from problem


def _padding(algorithm: Any) -> padding.AsymmetricPadding:
    match algorithm:
        case "PS256":
            return padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size)
        case "RS256":
            return padding.PKCS1v15()
        case _:
            raise invalid_client(5002738, f"Invalid JWT token. Algorithm '{algorithm}'.")


def _check_claims(
    claims: Mapping[str, Any], *, client: str, audiences: frozenset[str], now: datetime
) -> None:
    if claims.get("iss") != client or claims.get("sub") != client:
        raise invalid_client(700021, "The assertion's subject must be the application's id.")
    if claims.get("aud") not in audiences:
        raise invalid_client(700023, "Client assertion audience claim does not match.")
    expiry, begin = claims.get("exp", 0), claims.get("nbf", 0)
    if not isinstance(expiry, int | float) or not begin - 300 <= now.timestamp() < expiry:
        raise invalid_client(700024, "Client assertion is not within its valid time range.")


def _thumbprint(header: Mapping[str, Any]) -> bytes:
    name = header.get("x5t#S256") or header.get("x5t")
    if not isinstance(name, str):
        raise invalid_client(700027, "The assertion names no certificate.")
    return _bytes(name)


def _json(text: str) -> Mapping[str, Any]:
    try:
        content = json.loads(_bytes(text))
    except ValueError as problem:
        raise _malformed() from problem
    if not isinstance(content, dict):
        raise _malformed()
    return content


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as problem:
        raise _malformed() from problem


def _malformed() -> LoginError:
    return invalid_client(50027, "JWT token is invalid or malformed.")
