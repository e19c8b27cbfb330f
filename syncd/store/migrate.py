"""Bring a database to the schema of this version, and tell how far it is from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

import sqlalchemy as sa

from syncd.ports.store import StoreError
from syncd.store.connection_tables import METADATA
from syncd.store.database import engine_of
from syncd.store.faults import translated
from syncd.store.postgres import is_postgres, lock_for_upgrade
from syncd.store.sqlite import database_path

if TYPE_CHECKING:
    from alembic.config import Config

# The newest script in `migrations/versions`.
HEAD = "0008"

_VERSION_TABLE = "alembic_version"
_VERSION = sa.text(f"SELECT version_num FROM {_VERSION_TABLE}")  # noqa: S608 - a constant


@dataclass(frozen=True, slots=True)
class Schema:
    """Where a database stands: its revision (None when it is empty), ours, and what differs."""

    current: str | None
    head: str
    differences: tuple[str, ...]


def create(engine: sa.Engine) -> None:
    """Make all tables in an empty database in memory, which is never migrated."""
    with translated():
        METADATA.create_all(engine)


def upgrade(place: sa.Engine | str, *, password: str | None = None) -> None:
    """Bring a database (an engine, or a URL) to our schema; one that has it costs a single read.

    Processes that start together wait for one another: a transaction of ours begins as a writer in
    SQLite, and takes a lock in PostgreSQL.
    StoreError when a newer syncd has been here, or the database cannot be used.
    """
    with _engine(place, password) as engine, translated():
        with engine.begin() as connection:
            if _revision(connection) == HEAD:
                return
        config = _config()
        with _alone(engine) as connection:
            _upgrade(connection, config)


def check(place: sa.Engine | str, *, password: str | None = None) -> Schema:
    """Compare a database (an engine, or a URL) with our schema; nothing is changed."""
    # Alembic takes as long to import as the rest of the store; only schema work pays for it.
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    if isinstance(place, str):
        _must_exist(place)
    with _engine(place, password) as engine, translated(), engine.begin() as connection:
        found = compare_metadata(MigrationContext.configure(connection), METADATA)
        return Schema(_revision(connection), HEAD, tuple(_told(item) for item in found))


def _must_exist(url: str) -> None:
    path = None if is_postgres(url) else database_path(url)
    if path is not None and not path.exists():
        raise StoreError(f"there is no database {path}; `syncd db upgrade` makes it")


@contextmanager
def _alone(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Begin a transaction in which nobody else changes the schema."""
    if engine.dialect.name != "postgresql":
        with engine.begin() as connection:
            yield connection
        return
    # A serialisable one would go on seeing what it saw before it waited for the lock.
    reading_anew = engine.execution_options(isolation_level="READ COMMITTED")
    with reading_anew.begin() as connection:
        lock_for_upgrade(connection)
        yield connection


@contextmanager
def _engine(place: sa.Engine | str, password: str | None) -> Iterator[sa.Engine]:
    if isinstance(place, sa.Engine):
        yield place
        return
    engine = engine_of(place, password=password)
    try:
        yield engine
    finally:
        engine.dispose()


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(_VERSION_TABLE):
        return None
    revision: str | None = connection.execute(_VERSION).scalar_one_or_none()
    return revision


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(files("syncd.store.migrations")))
    return config


def _upgrade(connection: sa.Connection, config: Config) -> None:
    from alembic import command
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    revision = _revision(connection)
    if revision is not None and revision not in known:
        raise StoreError(
            f"a newer syncd has changed this database (schema {revision}, known here is {HEAD}); "
            "install that version again"
        )
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)


def _told(difference: object) -> str:
    """Say a difference of Alembic's in words: nested tuples of names and schema objects."""
    if isinstance(difference, (tuple, list)):
        return " ".join(_told(part) for part in difference if part is not None)
    name = getattr(difference, "name", None)
    return str(name or difference)
