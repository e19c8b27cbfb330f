"""What a binding knows of its series: whether it goes on, and why it has no fixed times."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; of former series it is known once they are looked at again."""
    op.add_column(
        "binding", sa.Column("repeats", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("binding", sa.Column("inexact", sa.String(), nullable=True))
