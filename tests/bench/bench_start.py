"""How fast syncd starts and what it holds: `python -m tests.bench.bench_start` prints JSON."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from time import sleep
from typing import Any

from tests.acceptance.processes import Sandbox, command
from tests.bench.figures import Figure, command_seconds, document, show, side_by_side
from tests.bench.spawned import crowd, resident_mb, watched

PEOPLE = 50
# What the daemon cannot do without; nothing of syncd.
LIBRARIES = (
    "apscheduler.schedulers.asyncio, click, cryptography.x509, googleapiclient.discovery, httpx, "
    "msal, pydantic, pythonjsonlogger, sqlmodel, tzlocal, yaml"
)


def run() -> dict[str, Any]:
    with crowd(people=PEOPLE) as sandbox:
        # Once unmeasured: it compiles every module.
        _seconds_to_ready(sandbox)
        return document([_help(), _first_start(sandbox), _second_start(sandbox), _memory(sandbox)])


def _help() -> Figure:
    bare = _python("import click")
    value, baseline = side_by_side(9, _command("--help"), bare)
    return Figure(
        name="syncd --help",
        value=value,
        unit="s",
        target=0.35,
        baseline=baseline,
        against="python -c 'import click'",
    )


def _first_start(sandbox: Sandbox) -> Figure:
    bare = _python(f"import alembic.command, {LIBRARIES}")
    value, baseline = side_by_side(3, lambda: _seconds_to_ready(_without_database(sandbox)), bare)
    return Figure(
        name=f"syncd run, {2 * PEOPLE} calendars, no database yet",
        value=value,
        unit="s",
        target=2.0,
        baseline=baseline,
        against="importing the libraries it uses, Alembic among them",
    )


def _second_start(sandbox: Sandbox) -> Figure:
    bare = _python(f"import {LIBRARIES}")
    value, baseline = side_by_side(5, lambda: _seconds_to_ready(sandbox), bare)
    return Figure(
        name=f"syncd run, {2 * PEOPLE} calendars, with its database",
        value=value,
        unit="s",
        target=2.0,
        baseline=baseline,
        against="importing the libraries it uses",
    )


def _memory(sandbox: Sandbox) -> Figure:
    script = f"import {LIBRARIES}; print(open('/proc/self/status').read())"
    bare = subprocess.run(
        [sys.executable, "-c", script], check=True, stdout=subprocess.PIPE, text=True
    )
    with watched(sandbox.config) as daemon:
        daemon.moment("ready")
        sleep(10)
        return Figure(
            name=f"memory 10 s after ready, {2 * PEOPLE} calendars",
            value=daemon.resident_mb(),
            unit="MB",
            target=150.0,
            baseline=resident_mb(bare.stdout),
            against="a process that only imported the libraries",
        )


def _command(*words: str) -> Callable[[], float]:
    return lambda: command_seconds(command(*words))


def _python(script: str) -> Callable[[], float]:
    return lambda: command_seconds([sys.executable, "-c", script])


def _seconds_to_ready(sandbox: Sandbox) -> float:
    with watched(sandbox.config) as daemon:
        return daemon.moment("ready") - daemon.began


def _without_database(sandbox: Sandbox) -> Sandbox:
    for file in sandbox.directory.glob("syncd.db*"):
        file.unlink()
    return sandbox


if __name__ == "__main__":
    show(run())
