"""The numbered scripts that change the schema, run in one transaction by Alembic."""
