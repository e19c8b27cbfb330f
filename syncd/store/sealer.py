"""Seals and opens in one transaction, and never seals with a key that is being replaced (I12)."""

from __future__ import annotations

import sqlalchemy as sa

from syncd.ports.store import StoreError
from syncd.store.crypto import KeyRing
from syncd.store.secret_check import sealed_check


class Sealer:
    """The key ring of this process, as far as this transaction may use it.

    A process that was started before the keys were rotated would go on sealing with a former key,
    and what it sealed would be lost with that key. So the first seal looks which key is in force.
    """

    def __init__(self, connection: sa.Connection, ring: KeyRing) -> None:
        self._connection = connection
        self._ring = ring
        self._is_in_force = False

    def seal(self, plain: bytes, *, table: str, row: str, purpose: str) -> bytes:
        """Encrypt for one place; StoreError when the keys were rotated meanwhile."""
        if not self._is_in_force:
            self._check()
        return self._ring.seal(plain, table=table, row=row, purpose=purpose)

    def open(self, sealed: bytes, *, table: str, row: str, purpose: str) -> bytes:
        """Decrypt at the same place; SealBroken when the key, the value or the place is another."""
        return self._ring.open(sealed, table=table, row=row, purpose=purpose)

    def _check(self) -> None:
        sealed = sealed_check(self._connection)
        if sealed is None or self._ring.is_stale(sealed):
            raise StoreError("the keys were rotated since this syncd was started; restart it")
        self._is_in_force = True
