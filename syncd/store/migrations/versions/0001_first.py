"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make all tables."""
    _calendar()
    _event()
    _binding()
    _intent()
    _marker_issued()
    _token()
    _account()
    _guard()
    _host()
    _budget()
    _secret_check()


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _large_number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _truth(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _calendar() -> None:
    op.create_table(
        "calendar",
        _text("key"),
        _text("cursor", nullable=True),
        _time("due_at"),
        _time("poll_at"),
        _text("lease_holder", nullable=True),
        _time("lease_until", nullable=True),
        _large_number("lease_epoch"),
        _number("failures"),
        _time("last_success", nullable=True),
        _text("problem", nullable=True),
        _truth("enabled"),
        sa.PrimaryKeyConstraint("key", name="pk_calendar"),
    )
    op.create_index("ix_calendar_due_at", "calendar", ["due_at"])


def _event() -> None:
    op.create_table(
        "event",
        _text("calendar"),
        _text("event_id"),
        _time("due_at", nullable=True),
        _time("starts_at", nullable=True),
        _number("attempts"),
        _text("code", nullable=True),
        _text("reason"),
        _text("remedy"),
        sa.PrimaryKeyConstraint("calendar", "event_id", name="pk_event"),
    )
    op.create_index("ix_event_calendar_due_at", "event", ["calendar", "due_at"])
    op.create_index("ix_event_code", "event", ["code"])


def _binding() -> None:
    op.create_table(
        "binding",
        _text("id"),
        _text("key"),
        _text("calendar"),
        _text("event_id"),
        _text("state"),
        _text("host"),
        _time("starts_at"),
        _time("ends_at"),
        _large_number("meeting_id", nullable=True),
        _text("join_url", nullable=True),
        _text("spec_digest", nullable=True),
        _text("version", nullable=True),
        _time("changed_at", nullable=True),
        _truth("flag_taken"),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("flags_seen", sa.JSON(), nullable=False),
        _time("removal_since", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_binding"),
        sa.UniqueConstraint("key", name="uq_binding_key"),
        sa.UniqueConstraint("meeting_id", name="uq_binding_meeting_id"),
    )
    op.create_index("ix_binding_calendar_event_id", "binding", ["calendar", "event_id"])


def _intent() -> None:
    op.create_table(
        "intent",
        _text("id"),
        _text("binding_id"),
        _text("kind"),
        _text("host"),
        _text("marker"),
        _large_number("meeting_id", nullable=True),
        _time("opened_at"),
        _large_number("epoch"),
        _text("outcome", nullable=True),
        _time("closed_at", nullable=True),
        sa.ForeignKeyConstraint(
            ["binding_id"],
            ["binding.id"],
            name="fk_intent_binding_id",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("id", name="pk_intent"),
    )
    op.create_index("ix_intent_binding_id", "intent", ["binding_id"])
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "uq_intent_open",
        "intent",
        ["binding_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _marker_issued() -> None:
    op.create_table(
        "marker_issued",
        _text("marker"),
        _text("event_key"),
        _time("issued_at"),
        sa.PrimaryKeyConstraint("marker", name="pk_marker_issued"),
    )


def _token() -> None:
    op.create_table(
        "token",
        _text("account"),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        _time("expires_at", nullable=True),
        _large_number("generation"),
        _text("refresh_holder", nullable=True),
        _time("refresh_until", nullable=True),
        sa.PrimaryKeyConstraint("account", name="pk_token"),
    )


def _account() -> None:
    op.create_table(
        "account",
        _text("key"),
        _text("state"),
        _text("reason"),
        _text("remedy"),
        _time("since"),
        sa.PrimaryKeyConstraint("key", name="pk_account"),
    )


def _guard() -> None:
    op.create_table(
        "guard",
        _text("account"),
        _time("stopped_at", nullable=True),
        _text("reason"),
        _time("allowed_until", nullable=True),
        sa.PrimaryKeyConstraint("account", name="pk_guard"),
    )


def _host() -> None:
    op.create_table(
        "host",
        _text("address"),
        _text("user_id"),
        _truth("is_basic"),
        _time("checked_at"),
        sa.PrimaryKeyConstraint("address", name="pk_host"),
    )


def _budget() -> None:
    op.create_table(
        "budget",
        _text("address"),
        sa.Column("day", sa.Date(), nullable=False),
        _number("used"),
        sa.PrimaryKeyConstraint("address", "day", name="pk_budget"),
    )


def _secret_check() -> None:
    op.create_table(
        "secret_check",
        _text("id"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_secret_check"),
    )
