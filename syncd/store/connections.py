"""Connected accounts; what their providers told of them is sealed with a key of the account's own."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import sqlalchemy as sa

from syncd.core.ids import AccountKey, Provider
from syncd.ports.connections import ConnectionRow, ConnectionState
from syncd.ports.oauth import Identity
from syncd.store.account_keys import account_ring, new_account_key
from syncd.store.connection_tables import CONNECTION, CONNECTION_GRANT, COUNTER
from syncd.store.crypto import KeyRing
from syncd.store.forms import read, written
from syncd.store.hints import with_hint
from syncd.store.keys import account_key, account_text
from syncd.store.sealed_values import kept, kept_or_made
from syncd.store.sealer import Sealer
from syncd.store.statements import insert_into, refused_as, replace_row

_c = CONNECTION.c
_PLACE = {"table": "connection", "purpose": "profile"}
_LOOKUP_KEY = "key of identities"
_VERSION = "version of connections"

_GET = sa.select(CONNECTION).where(_c.account == sa.bindparam("account"))
_GET_TO_CHANGE = _GET.with_for_update()
_OF_IDENTITY = sa.select(CONNECTION).where(_c.identity == sa.bindparam("known_by"))
_ALL = sa.select(CONNECTION)
_ERASE_GRANT = sa.delete(CONNECTION_GRANT).where(
    CONNECTION_GRANT.c.account == sa.bindparam("of_account")
)
_ERASE = sa.delete(CONNECTION).where(_c.account == sa.bindparam("of_account"))
_COUNT = sa.select(COUNTER.c.value).where(COUNTER.c.name == _VERSION)


@cache
def _grow(dialect: str) -> sa.Executable:
    insert = insert_into(COUNTER, dialect).values(name=_VERSION, value=1)
    grown = insert.on_conflict_do_update(
        index_elements=["name"], set_={"value": COUNTER.c.value + 1}
    )
    return with_hint(grown, dialect)


class SqlConnections:
    """Implements `syncd.ports.connections.Connections`.

    A provider's account is found again by an HMAC under a key of the database's own: it is made
    once, at random, and sealed like all else, so that it outlives every key of the key file.
    """

    def __init__(self, connection: sa.Connection, sealer: Sealer) -> None:
        self._connection = connection
        self._sealer = sealer

    def get(self, account: AccountKey) -> ConnectionRow | None:
        """Read one; SealBroken when its row was altered."""
        row = self._connection.execute(_GET, {"account": account_text(account)}).one_or_none()
        return None if row is None else self._row(row)

    def all(self) -> Sequence[ConnectionRow]:
        """Read all, ordered by account; SealBroken when one was altered."""
        rows = (self._row(row) for row in self._connection.execute(_ALL))
        return sorted(rows, key=lambda row: row.account)

    def of_identity(self, provider: Provider, subject: str) -> ConnectionRow | None:
        """Find whose connection a provider's account is."""
        key = kept(self._connection, self._sealer, _LOOKUP_KEY)
        if key is None:
            return None
        values = {"known_by": _known_by(key, provider, subject)}
        row = self._connection.execute(_OF_IDENTITY, values).one_or_none()
        return None if row is None else self._row(row)

    def save(self, row: ConnectionRow) -> None:
        """Insert or replace; a new one gets a key of its own.

        ValueError when another person has connected the same identity, SealBroken when the former
        row was altered; `erase` always works.
        """
        account = account_text(row.account)
        found = self._connection.execute(_GET_TO_CHANGE, {"account": account}).one_or_none()
        if found is None:
            former = None
            ring, sealed_key = new_account_key(self._sealer, account)
        else:
            former = self._row(found)
            ring, sealed_key = self._ring(found), found.sealed_key
        values = self._values(row) | {
            "sealed_key": sealed_key,
            "profile": ring.seal(written(_profile(row)), row=account, **_PLACE),
        }
        statement = replace_row(CONNECTION, self._connection.dialect.name)
        with refused_as("another person has connected this account", self._connection):
            self._connection.execute(statement, values)
        if former is None or replace(former, probed_at=row.probed_at) != row:
            self._grow()

    def erase(self, account: AccountKey) -> bool:
        """Destroy its key, its grant and its row, altered or not; False when there was none."""
        values = {"of_account": account_text(account)}
        self._connection.execute(_ERASE_GRANT, values)
        is_gone = self._connection.execute(_ERASE, values).rowcount > 0
        if is_gone:
            self._grow()
        return is_gone

    def version(self) -> int:
        """Give a number that grows with every change but the time of the last probe."""
        return self._connection.execute(_COUNT).scalar_one_or_none() or 0

    def _grow(self) -> None:
        self._connection.execute(_grow(self._connection.dialect.name))

    def _ring(self, row: sa.Row[Any]) -> KeyRing:
        return account_ring(self._sealer, row.account, row.sealed_key)

    def _values(self, row: ConnectionRow) -> dict[str, Any]:
        first = secrets.token_bytes(32)
        key = kept_or_made(self._connection, self._sealer, _LOOKUP_KEY, first)
        return {
            "account": account_text(row.account),
            "identity": _known_by(key, row.account.provider, row.identity.subject),
            "state": row.state.value,
            "connected_at": row.connected_at,
            "probed_at": row.probed_at,
        }

    def _row(self, row: sa.Row[Any]) -> ConnectionRow:
        profile = read(self._ring(row).open(row.profile, row=row.account, **_PLACE))
        return ConnectionRow(
            account=account_key(row.account),
            identity=Identity(**profile["identity"]),
            scopes=frozenset(profile["scopes"]),
            calendars=tuple(profile["calendars"]),
            state=ConnectionState(row.state),
            connected_at=row.connected_at,
            probed_at=row.probed_at,
        )


def _known_by(key: bytes, provider: Provider, subject: str) -> str:
    text = f"{provider}\n{subject}".encode("utf-8", "surrogatepass")
    return hmac.new(key, text, hashlib.sha256).hexdigest()


def _profile(row: ConnectionRow) -> dict[str, Any]:
    return {
        "identity": {
            "subject": row.identity.subject,
            "tenant": row.identity.tenant,
            "address": row.identity.address,
            "name": row.identity.name,
            "is_verified": row.identity.is_verified,
        },
        "scopes": sorted(row.scopes),
        "calendars": list(row.calendars),
    }
