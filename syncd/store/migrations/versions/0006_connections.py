"""Connected accounts, consents under way, browsers, the audit log, and the halt."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nobody has connected anything so far."""
    _connection()
    _revocation()
    _flow()
    _session()
    _audit_entry()
    _singles()


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def _connection() -> None:
    op.create_table(
        "connection",
        _text("account"),
        _text("identity"),
        _text("state"),
        _bytes("sealed_key"),
        _bytes("profile"),
        _time("connected_at"),
        _time("probed_at"),
        sa.PrimaryKeyConstraint("account", name="pk_connection"),
        sa.UniqueConstraint("identity", name="uq_connection_identity"),
    )
    op.create_table(
        "connection_grant",
        _text("account"),
        _bytes("sealed"),
        sa.Column("generation", sa.BigInteger(), nullable=False),
        _text("refresh_holder", nullable=True),
        _time("refresh_until", nullable=True),
        sa.PrimaryKeyConstraint("account", name="pk_connection_grant"),
        sa.ForeignKeyConstraint(
            ["account"], ["connection.account"], name="fk_connection_grant_account"
        ),
    )


def _revocation() -> None:
    op.create_table(
        "revocation",
        _text("id"),
        _time("due_at"),
        _bytes("sealed"),
        sa.PrimaryKeyConstraint("id", name="pk_revocation"),
    )


def _flow() -> None:
    op.create_table(
        "flow",
        _text("state"),
        _time("expires_at"),
        _bytes("sealed"),
        sa.PrimaryKeyConstraint("state", name="pk_flow"),
    )
    op.create_index("ix_flow_expires_at", "flow", ["expires_at"])


def _session() -> None:
    op.create_table(
        "session",
        _text("id"),
        _text("person"),
        _text("provider", nullable=True),
        _time("begun_at"),
        _time("seen_at"),
        sa.PrimaryKeyConstraint("id", name="pk_session"),
    )
    op.create_index("ix_session_person", "session", ["person"])


def _audit_entry() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        _time("at"),
        *(_text(name) for name in ("who", "what", "about", "old", "new", "request_id", "hash")),
        sa.PrimaryKeyConstraint("number", name="pk_audit_entry"),
    )


def _singles() -> None:
    op.create_table(
        "halt",
        _text("id"),
        _time("since"),
        _text("who"),
        sa.PrimaryKeyConstraint("id", name="pk_halt"),
    )
    op.create_table(
        "counter",
        _text("name"),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_counter"),
    )
    op.create_table(
        "sealed_value",
        _text("name"),
        _bytes("sealed"),
        sa.PrimaryKeyConstraint("name", name="pk_sealed_value"),
    )
