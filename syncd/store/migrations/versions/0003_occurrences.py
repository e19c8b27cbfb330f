"""Occurrences that were changed by themselves.

Every calendar is read anew, so that those of former days are known.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table, and have every calendar read from its beginning."""
    op.create_table(
        "occurrence",
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("series_id", sa.String(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("had_link", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("calendar", "event_id", name="pk_occurrence"),
    )
    op.create_index("ix_occurrence_calendar_series_id", "occurrence", ["calendar", "series_id"])
    op.create_index("ix_occurrence_ends_at", "occurrence", ["ends_at"])
    op.execute("UPDATE calendar SET cursor = NULL")
