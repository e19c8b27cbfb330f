"""Run by Alembic: migrate on the connection, and in the transaction, that is passed in."""

from alembic import context

from syncd.store.connection_tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite changes a column by copying its table.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
