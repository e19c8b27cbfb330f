"""The tables of accounts, of browsers, of who did what and who works; those of `tables` beside.

Whatever a provider told of a person stands in sealed columns only.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field

from syncd.store.tables import Base


class Connection(Base, table=True):
    """An account that its owner connected; `profile` is sealed with the key in `sealed_key`."""

    account: str = Field(primary_key=True)
    identity: str = Field(unique=True)
    state: str
    sealed_key: bytes
    profile: bytes
    connected_at: datetime
    probed_at: datetime


class ConnectionGrant(Base, table=True):
    """The newest grant of a connection, sealed with its key, and who is fetching the next one."""

    account: str = Field(primary_key=True)
    sealed: bytes
    generation: int = Field(sa_type=sa.BigInteger)
    refresh_holder: str | None
    refresh_until: datetime | None

    __table_args__ = (sa.ForeignKeyConstraint(["account"], ["connection.account"]),)


class Revocation(Base, table=True):
    """A grant that is still to be ended at its provider, sealed."""

    id: str = Field(primary_key=True)
    due_at: datetime
    sealed: bytes


class Flow(Base, table=True):
    """A consent under way, sealed; its state is known by the hash only."""

    state: str = Field(primary_key=True)
    expires_at: datetime = Field(index=True)
    sealed: bytes


class Session(Base, table=True):
    """A browser; `id` is a hash of what its cookie holds."""

    id: str = Field(primary_key=True)
    person: str = Field(index=True)
    provider: str | None
    begun_at: datetime
    seen_at: datetime


class AuditEntry(Base, table=True):
    """Something that was done, and its link in the chain; never changed."""

    number: int = Field(
        sa_type=sa.BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    at: datetime
    who: str
    what: str
    about: str
    old: str
    new: str
    request_id: str
    hash: str


class Halt(Base, table=True):
    """The one row that stops all writes while it is there."""

    id: str = Field(primary_key=True)
    since: datetime
    who: str


class Counter(Base, table=True):
    """A number that only grows."""

    name: str = Field(primary_key=True)
    value: int = Field(sa_type=sa.BigInteger)


class SealedValue(Base, table=True):
    """A value of the database's own, sealed: the end of the audit log, the key of lookups."""

    name: str = Field(primary_key=True)
    sealed: bytes


class Replica(Base, table=True):
    """A daemon that works on this database, and when it last said so."""

    holder: str = Field(primary_key=True)
    seen_at: datetime


class Chore(Base, table=True):
    """Work that one daemon does for all: who is at it until when, and who last did it when."""

    name: str = Field(primary_key=True)
    holder: str | None
    until: datetime | None
    done_at: datetime | None
    done_by: str | None


METADATA = Base.metadata
CONNECTION = METADATA.tables["connection"]
CONNECTION_GRANT = METADATA.tables["connection_grant"]
REVOCATION = METADATA.tables["revocation"]
FLOW = METADATA.tables["flow"]
SESSION = METADATA.tables["session"]
AUDIT_ENTRY = METADATA.tables["audit_entry"]
HALT = METADATA.tables["halt"]
COUNTER = METADATA.tables["counter"]
SEALED_VALUE = METADATA.tables["sealed_value"]
REPLICA = METADATA.tables["replica"]
CHORE = METADATA.tables["chore"]
