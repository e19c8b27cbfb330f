"""The key of a connected account: what it seals is gone, in every copy, once the key is.

Made at random with the connection, sealed under the key ring in the connection's own row.
"""

from __future__ import annotations

import secrets

from syncd.store.crypto import ID_LENGTH, KEY_LENGTH, KeyRing, SealKey
from syncd.store.sealer import Sealer

_PLACE = {"table": "connection", "purpose": "account key"}


def new_account_key(sealer: Sealer, account: str) -> tuple[KeyRing, bytes]:
    """Make a key for this account: the ring that uses it, and its sealed form."""
    plain = secrets.token_bytes(ID_LENGTH + KEY_LENGTH)
    return _ring(plain), sealer.seal(plain, row=account, **_PLACE)


def account_ring(sealer: Sealer, account: str, sealed: bytes) -> KeyRing:
    """Open the key of this account; SealBroken when it was altered, or is another account's."""
    return _ring(sealer.open(sealed, row=account, **_PLACE))


def _ring(plain: bytes) -> KeyRing:
    return KeyRing([SealKey(plain[:ID_LENGTH], plain[ID_LENGTH:])])
