"""Where the database is: a file of SQLite, or a database of a PostgreSQL server."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

from syncd.config.data import Data, section
from syncd.config.fields import advice
from syncd.config.findings import Finding
from syncd.config.references import beside_config

_SCHEMES = ("postgresql", "postgresql+psycopg")
_WRITE = "write it like postgresql+psycopg://user@host/database"
_ELSEWHERE = (
    "write database_password: {credential: NAME} beside it, or leave the password to libpq's own "
    "ways: PGPASSFILE, a service file"
)
# What libpq takes in a URL (postgresql.org/docs/current/libpq-connect.html), without what syncd sets.
_PARAMETERS = frozenset(
    {
        "channel_binding", "connect_timeout", "gssencmode", "host", "hostaddr", "keepalives",
        "keepalives_count", "keepalives_idle", "keepalives_interval", "krbsrvname",
        "load_balance_hosts", "passfile", "port", "require_auth", "service", "sslcert", "sslcrl",
        "sslkey", "sslmode", "sslnegotiation", "sslrootcert", "target_session_attrs",
        "tcp_user_timeout",
    }
)  # fmt: skip


def database_url(text: str, info: ValidationInfo) -> str:
    """Check the URL of a database; gives it with an absolute path, or as psycopg is named by it."""
    if text.startswith("postgres"):
        return _server(text)
    path = text.removeprefix("sqlite:///")
    if path == text or not path or path.startswith(":") or "?" in path:
        raise advice(
            "is not a database known here",
            "write sqlite:////absolute/path or sqlite:///path/beside/this/file, or "
            "postgresql+psycopg://user@host/database",
        )
    return f"sqlite:///{beside_config(Path(path), info)}"


def is_server(url: str) -> bool:
    """Tell whether a URL names a database of a server."""
    return url.startswith("postgres")


def password_checks(data: Data) -> Iterator[Finding]:
    """Yield what is wrong with a password: a file has none."""
    state = section(data, "state")
    url = state.get("database")
    if state.get("database_password") is None or (isinstance(url, str) and is_server(url)):
        return
    yield Finding(
        path=("state", "database_password"),
        problem="a database of SQLite has no password",
        remedy="take it out, or name a database of PostgreSQL",
        on="key",
    )


def _server(text: str) -> str:
    try:
        url = urlsplit(text)
        parameters = dict(
            parse_qsl(url.query, keep_blank_values=True, strict_parsing=bool(url.query))
        )
        refusal = _refusal(url, parameters)
    except ValueError:
        raise advice("is not the URL of a database", _WRITE) from None
    if refusal is not None:
        raise refusal
    return f"postgresql+psycopg{text.removeprefix(url.scheme)}"


def _refusal(url: SplitResult, parameters: dict[str, str]) -> PydanticCustomError | None:
    """Say what is wrong; ValueError for a port that is none."""
    if url.scheme not in _SCHEMES or url.port == 0 or url.fragment or " " in url.geturl():
        return advice("is not the URL of a database", _WRITE)
    if url.password is not None or "password" in parameters:
        return advice("should hold no password", _ELSEWHERE)
    if unknown := sorted(parameters.keys() - _PARAMETERS):
        return advice(
            f"has a parameter that is not known here: {unknown[0]!r:.60}",
            "write those of libpq: host, port, sslmode, sslrootcert, service, passfile and the like",
        )
    if "service" not in parameters and url.path in {"", "/"}:
        return advice("names no database", _WRITE)
    return None
