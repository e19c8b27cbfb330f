"""Choices, abilities, the kind of a binding, and when a calendar was first read."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is new; every binding so far is to a Zoom meeting."""
    # SQLite adds a column that may not be null only with a default.
    op.add_column(
        "binding", sa.Column("conference", sa.String(), nullable=False, server_default="zoom")
    )
    op.add_column("binding", sa.Column("retired_meeting_id", sa.BigInteger(), nullable=True))
    op.add_column("binding", sa.Column("retired_url", sa.String(), nullable=True))
    op.add_column("binding", sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("binding", sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("calendar", sa.Column("first_read", sa.DateTime(timezone=True), nullable=True))
    # A calendar with a cursor was read to its end; when that was first is not known any more.
    op.execute("UPDATE calendar SET first_read = last_success WHERE cursor IS NOT NULL")
    _choice()
    _ability()


def _choice() -> None:
    op.create_table(
        "choice",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_choice"),
    )
    op.create_index("ix_choice_calendar", "choice", ["calendar"])


def _ability() -> None:
    op.create_table(
        "ability",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("able", sa.Boolean(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account", "name", name="pk_ability"),
    )
