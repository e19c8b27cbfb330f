"""Secrets at rest: AES-256-GCM envelopes under a ring of keys that is not in the database."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from syncd.ports.store import StoreError

KEY_LENGTH = 32
ID_LENGTH = 4

_VERSION = b"\x01"
_NONCE_LENGTH = 12
_HEAD_LENGTH = len(_VERSION) + ID_LENGTH
_SHORTEST = _HEAD_LENGTH + _NONCE_LENGTH + 16


class SealBroken(StoreError):
    """A sealed value does not open; the message names the key id and the row, never the content."""


@dataclass(frozen=True, slots=True)
class SealKey:
    """One AES-256 key (32 bytes) and the 4 bytes by which envelopes name it."""

    id: bytes
    key: bytes = field(repr=False)


class KeyRing:
    """Seals with its first key and opens with all, so that keys can be replaced one by one.

    An envelope is `version(1) | key id(4) | nonce(12) | ciphertext and tag`. It is bound to its
    table, row and purpose, and so opens nowhere else. Random nonces are safe up to 2**32 seals
    per key (NIST SP 800-38D, 8.3).
    """

    def __init__(self, keys: Sequence[SealKey]) -> None:
        if not keys:
            raise ValueError("a key ring needs a key")
        self._ciphers = {key.id: AESGCM(key.key) for key in keys}
        self._first = keys[0].id

    @property
    def key_id(self) -> bytes:
        """The id of the key that seals."""
        return self._first

    def seal(self, plain: bytes, *, table: str, row: str, purpose: str) -> bytes:
        """Encrypt for one place."""
        head = _VERSION + self._first
        nonce = secrets.token_bytes(_NONCE_LENGTH)
        bound = _bound(head, table, row, purpose)
        return head + nonce + self._ciphers[self._first].encrypt(nonce, plain, bound)

    def open(self, sealed: bytes, *, table: str, row: str, purpose: str) -> bytes:
        """Decrypt at the same place; SealBroken when the key, the value or the place is another."""
        head, nonce, rest = (
            sealed[:_HEAD_LENGTH],
            sealed[_HEAD_LENGTH : _HEAD_LENGTH + _NONCE_LENGTH],
            sealed[_HEAD_LENGTH + _NONCE_LENGTH :],
        )
        if len(sealed) < _SHORTEST or not head.startswith(_VERSION):
            raise SealBroken(f"the {purpose} in table {table} is no sealed value of this version")
        key_id = head[len(_VERSION) :]
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise SealBroken(
                f"the {purpose} in table {table} was sealed with key {key_id.hex()}, "
                "which is not in the key file"
            )
        try:
            return cipher.decrypt(nonce, rest, _bound(head, table, row, purpose))
        except InvalidTag:
            raise SealBroken(
                f"the {purpose} in table {table} does not open with key {key_id.hex()}: "
                "it was altered or moved, or this is another key of the same name"
            ) from None

    def is_stale(self, sealed: bytes) -> bool:
        """Tell whether a value was sealed with a former key."""
        return sealed[len(_VERSION) : _HEAD_LENGTH] != self._first


def _bound(head: bytes, table: str, row: str, purpose: str) -> bytes:
    return head + f"{table}\0{row}\0{purpose}".encode("utf-8", "surrogatepass")
