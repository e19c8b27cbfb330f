"""The tables and their constraints; rows are written and read by the repositories beside.

Keys are texts made by the caller, so that a secret can be sealed for its row before the row exists.
Times are UTC; SQLModel refuses naive ones.
"""

import re
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import declared_attr, registry
from sqlmodel import Field, SQLModel

_NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Base(SQLModel, registry=registry(metadata=sa.MetaData(naming_convention=_NAMES))):
    """A table of syncd, in metadata of its own; `MarkerIssued` is stored as `marker_issued`."""

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 - SQLAlchemy passes the class
        """Name the table after its class."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class Calendar(Base, table=True):
    """A calendar, when it is due, and who works on it."""

    key: str = Field(primary_key=True)
    cursor: str | None
    due_at: datetime = Field(index=True)
    poll_at: datetime
    lease_holder: str | None
    lease_until: datetime | None
    lease_epoch: int = Field(sa_type=sa.BigInteger)
    failures: int
    last_success: datetime | None
    problem: str | None
    enabled: bool
    first_read: datetime | None


class Event(Base, table=True):
    """An event that is due or waits."""

    calendar: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    due_at: datetime | None
    starts_at: datetime | None
    attempts: int
    code: str | None = Field(index=True)
    reason: str
    remedy: str
    unsettled_since: datetime | None
    noted_at: datetime | None

    __table_args__ = (sa.Index(None, "calendar", "due_at"),)


class Binding(Base, table=True):
    """An event and its meeting: one per event, one per meeting."""

    id: str = Field(primary_key=True)
    key: str = Field(unique=True)
    calendar: str
    event_id: str
    state: str
    host: str
    starts_at: datetime
    ends_at: datetime
    meeting_id: int | None = Field(sa_type=sa.BigInteger, unique=True)
    join_url: str | None
    spec_digest: str | None
    version: str | None
    changed_at: datetime | None
    flag_taken: bool
    wishes: list[str] = Field(sa_type=sa.JSON)
    flags_seen: list[str] = Field(sa_type=sa.JSON)
    removal_since: datetime | None
    conference: str = Field(sa_column_kwargs={"server_default": "zoom"})
    retired_meeting_id: int | None = Field(sa_type=sa.BigInteger)
    retired_url: str | None
    retired_at: datetime | None
    failed_at: datetime | None
    repeats: bool = Field(sa_column_kwargs={"server_default": sa.false()})
    inexact: str | None
    retired_host: str | None
    parted: str | None
    made_by: str | None

    __table_args__ = (sa.Index(None, "calendar", "event_id"),)


class Occurrence(Base, table=True):
    """An occurrence that was changed by itself."""

    calendar: str = Field(primary_key=True)
    event_id: str = Field(primary_key=True)
    series_id: str
    ends_at: datetime = Field(index=True)
    had_link: bool

    __table_args__ = (sa.Index(None, "calendar", "series_id"),)


_IS_OPEN = sa.text("closed_at IS NULL")


class Intent(Base, table=True):
    """An effect written down before it happens; one may be open per binding."""

    id: str = Field(primary_key=True)
    binding_id: str
    kind: str
    host: str
    marker: str
    meeting_id: int | None = Field(sa_type=sa.BigInteger)
    opened_at: datetime
    epoch: int = Field(sa_type=sa.BigInteger)
    outcome: str | None
    closed_at: datetime | None

    __table_args__ = (
        # Deferred, so that a binding and its first intent may be written in either order.
        sa.ForeignKeyConstraint(
            ["binding_id"], ["binding.id"], deferrable=True, initially="DEFERRED"
        ),
        sa.Index(
            "uq_intent_open",
            "binding_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        sa.Index(None, "binding_id"),
    )


class MarkerIssued(Base, table=True):
    """Which event a marker stands for; never deleted."""

    marker: str = Field(primary_key=True)
    event_key: str
    issued_at: datetime


class Token(Base, table=True):
    """An access token, sealed, and who is fetching the next one."""

    account: str = Field(primary_key=True)
    sealed: bytes | None
    expires_at: datetime | None
    generation: int = Field(sa_type=sa.BigInteger)
    refresh_holder: str | None
    refresh_until: datetime | None


class Account(Base, table=True):
    """The health of an account."""

    key: str = Field(primary_key=True)
    state: str
    reason: str
    remedy: str
    since: datetime
    told_at: datetime | None


class Guard(Base, table=True):
    """An account whose removals were stopped, or allowed for a while."""

    account: str = Field(primary_key=True)
    stopped_at: datetime | None
    reason: str
    allowed_until: datetime | None


class Host(Base, table=True):
    """A user of Zoom who can host; the address is in lower case."""

    address: str = Field(primary_key=True)
    user_id: str
    is_basic: bool
    checked_at: datetime


class Budget(Base, table=True):
    """Creates and updates of one host on one UTC day."""

    address: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    used: int


class Choice(Base, table=True):
    """What a person chose for one event."""

    key: str = Field(primary_key=True)
    calendar: str = Field(index=True)
    event_id: str
    kind: str
    chosen_at: datetime


class Ability(Base, table=True):
    """Whether an account's provider took something when it was tried."""

    account: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    able: bool
    tried_at: datetime


class Orphan(Base, table=True):
    """A meeting with our marker that no event is bound to, found when its host was swept."""

    meeting_id: int = Field(sa_type=sa.BigInteger, primary_key=True)
    host: str = Field(index=True)
    found_at: datetime


class SecretCheck(Base, table=True):
    """A known value, sealed: tells whether a key file belongs to this database."""

    id: str = Field(primary_key=True)
    sealed: bytes


METADATA = Base.metadata
CALENDAR = METADATA.tables["calendar"]
EVENT = METADATA.tables["event"]
BINDING = METADATA.tables["binding"]
OCCURRENCE = METADATA.tables["occurrence"]
INTENT = METADATA.tables["intent"]
MARKER_ISSUED = METADATA.tables["marker_issued"]
TOKEN = METADATA.tables["token"]
ACCOUNT = METADATA.tables["account"]
GUARD = METADATA.tables["guard"]
HOST = METADATA.tables["host"]
BUDGET = METADATA.tables["budget"]
CHOICE = METADATA.tables["choice"]
ABILITY = METADATA.tables["ability"]
ORPHAN = METADATA.tables["orphan"]
SECRET_CHECK = METADATA.tables["secret_check"]
