"""What is unsettled or noted of an event, and meetings that no event is bound to."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add two times to events, and the table of orphans."""
    for name in ("unsettled_since", "noted_at"):
        op.add_column("event", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "orphan",
        sa.Column("meeting_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("meeting_id", name="pk_orphan"),
    )
    op.create_index("ix_orphan_host", "orphan", ["host"])
