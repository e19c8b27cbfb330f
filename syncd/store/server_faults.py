"""What PostgreSQL refuses, in words for a person; neither host nor user nor value stands in them."""

from __future__ import annotations

from syncd.store.repeating import sqlstate

# By the beginning of the code (postgresql.org/docs/current/errcodes-appendix.html).
_BY_CODE = (
    ("08", "the connection to the database server was lost"),
    ("25006", "the database is read-only: it may be a standby server"),
    ("25P03", "the database ended a transaction that stood still"),
    ("28", "the database server refuses this user or its password"),
    ("3D", "the database server knows no database of this name; create it first"),
    ("3F", "the user of the database has no schema to work in"),
    ("40", "the database is too busy: a transaction met others again and again"),
    ("42501", "the user of the database lacks a right; let it own the database"),
    ("53100", "the disk that holds the database is full"),
    ("53300", "the database server takes no further connections"),
    ("53", "the database server lacks a resource"),
    ("55P03", "another program keeps the database locked"),
    ("57014", "the database takes too long"),
    ("57P", "the database server stops or starts"),
    ("58", "the disk that holds the database reports an error"),
    ("XX", "the database is damaged or its server failed; see the server's log"),
)
# While connecting libpq gives no code, only a text, which names host and user.
_BY_TEXT = (
    ("starting up", "the database server stops or starts"),
    ("shutting down", "the database server stops or starts"),
    ("password", "the database server refuses this user or its password"),
    ("authentication", "the database server refuses this user or its password"),
    ("pg_hba.conf", "the database server lets nobody in from here; see its pg_hba.conf"),
    ("role", "the database server refuses this user or its password"),
    ("database", "the database server knows no database of this name; create it first"),
    ("too many", "the database server takes no further connections"),
    ("connection slots", "the database server takes no further connections"),
    ("certificate", "the certificate of the database server is not trusted; see sslrootcert"),
    ("SSL", "the database server and this URL do not agree about TLS; see sslmode"),
    ("definition of service", "there is no such service in libpq's service file"),
    ("resolve", "the name of the database server is not known"),
    ("timeout", "the database server does not answer"),
    ("refused", "the database server cannot be reached; nothing answers there"),
    ("No such file", "the database server cannot be reached; nothing answers there"),
)
_ANY = "the database server cannot be used"
_LOST = "the connection to the database server was lost"


def is_refused_for_rights(error: BaseException | None) -> bool:
    """Tell whether the user of the database may not do this: no bug in a statement of ours."""
    return sqlstate(error) == "42501"


def told_by_server(error: BaseException) -> str:
    """Say in one sentence why the database cannot be used."""
    state = sqlstate(error)
    if state is not None:
        sentence = next((words for code, words in _BY_CODE if state.startswith(code)), _ANY)
        return f"{sentence} (SQLSTATE {state})"
    text = str(error)
    # What follows it is the server's own; before it stand host, port and the socket's path.
    _, failed, reason = text.partition("failed: ")
    said = reason if failed else text
    found = next((words for part, words in _BY_TEXT if part in said), None)
    return found or (_ANY if "connection failed" in text else _LOST)
