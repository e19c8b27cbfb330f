"""Where the configuration says that the database is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from syncd.config.load import Loaded
from syncd.config.references import SecretUnreadable
from syncd.config.schema import Config
from syncd.ports.store import StoreError
from syncd.store.postgres import database_name, is_postgres


@dataclass(frozen=True, slots=True)
class Place:
    """A database: a file of this machine, or one on a server that other daemons may share."""

    url: str
    file: Path | None
    """The file of SQLite, None on a server."""
    password: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, loaded: Loaded) -> Place:
        """Give the database of a configuration, with its password."""
        password = loaded.secrets.database_password
        text = None if password is None else password.get_secret_value()
        return cls._at(loaded.config.state.database, text)

    @classmethod
    def read_from(cls, config: Config) -> Place:
        """Give the database of a configuration whose other secrets were not read; StoreError."""
        reference = config.state.database_password
        try:
            password = None if reference is None else reference.read().get_secret_value()
        except SecretUnreadable as error:
            raise StoreError(
                f"the password of the database: {error.problem}; {error.remedy}"
            ) from None
        return cls._at(config.state.database, password)

    @classmethod
    def _at(cls, url: str, password: str | None) -> Place:
        file = None if is_postgres(url) else Path(url.removeprefix("sqlite:///"))
        return cls(url, file, password)

    @property
    def name(self) -> str:
        """Name it for a person; of a server the host and the user are not told."""
        return database_name(self.url) if self.file is None else str(self.file)

    def must_exist(self) -> None:
        """Raise StoreError where there is no file yet; whether a server has it, connecting tells."""
        if self.file is not None and not self.file.exists():
            raise StoreError(f"there is no database {self.file}; `syncd db upgrade` makes it")
