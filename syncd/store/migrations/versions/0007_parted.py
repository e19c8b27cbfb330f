"""What is remembered of events whose account was disconnected, and of whom was told of its trouble."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add them; nobody has disconnected anything so far, and nobody was told of anything."""
    op.add_column("binding", sa.Column("retired_host", sa.String(), nullable=True))
    op.add_column("binding", sa.Column("parted", sa.String(), nullable=True))
    op.add_column("binding", sa.Column("made_by", sa.String(), nullable=True))
    op.add_column("account", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
