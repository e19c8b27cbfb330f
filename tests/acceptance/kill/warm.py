"""A process that has the daemon's modules at hand and becomes daemons by fork.

`python -m tests.acceptance.kill.warm` reads one command per line, JSON, and answers each with a line:
`{"do": "start", "config", "log", "held"}` with the process id of a new daemon, which stops itself
before its first step if it is `held`; `{"do": "look", "pid"}` with its exit code, negative for a
signal, or null while it lives.

Most of a daemon's start is reading modules, where a death tells nothing. One that is forked from here
is a process of its own like any other, and at work after a quarter of a second.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import pkgutil
import signal
import sys
from typing import Any

import syncd
from syncd.cli.main import main as syncd_main

_NOT_OF_THE_DAEMON = (".sandbox", ".migrations", ".__main__")
# What libraries look for only when they are used.
_LATE = (
    "alembic.script",
    "googleapiclient.http",
    "msal",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "psycopg",
)
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG, prctl(2)


def serve() -> None:
    """Answer commands until there are no more; whoever still lives then dies with us."""
    _read_modules()
    _answer("ready")
    for line in sys.stdin:
        wanted: dict[str, Any] = json.loads(line)
        answer = _start(wanted) if wanted["do"] == "start" else _look(wanted["pid"])
        _answer(answer)


def _answer(content: object) -> None:
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


def _read_modules() -> None:
    for module in pkgutil.walk_packages(syncd.__path__, "syncd."):
        if not any(part in module.name for part in _NOT_OF_THE_DAEMON):
            importlib.import_module(module.name)
    for name in _LATE:
        importlib.import_module(name)


def _start(wanted: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        _become_daemon(wanted)
    return pid


def _become_daemon(wanted: dict[str, Any]) -> None:
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
    log = os.open(wanted["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, standard in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(descriptor, standard)
    if wanted["held"]:
        os.kill(os.getpid(), signal.SIGSTOP)
    sys.argv = ["syncd", "run", "--config", wanted["config"]]
    code: Any = 0
    try:
        syncd_main()
    except SystemExit as end:
        code = end.code
    finally:
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)


def _look(pid: int) -> int | None:
    seen, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if seen else None


if __name__ == "__main__":
    serve()
