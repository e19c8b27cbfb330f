"""Every check of the project: `nox` runs them in its own environment.

`nox -s tests-3.12 tests-3.13` runs the tests on other Pythons, each in a fresh environment.
"""

import sys
from pathlib import Path

import nox

nox.options.sessions = ["checks"]
nox.options.error_on_missing_interpreters = False

_BIN = Path(sys.executable).parent
_BESIDE = ("--numprocesses=2", "--dist=loadfile")


@nox.session(venv_backend="none")
def checks(session: nox.Session) -> None:
    """Style, types, architecture, and all tests."""
    for words in (
        ("ruff", "check"),
        ("ruff", "format", "--check"),
        ("mypy",),
        ("lint-imports",),
        # A file stays with one worker: its tests share a sandbox and a daemon.
        ("pytest", *_BESIDE, "--durations=15", *session.posargs),
    ):
        session.run(str(_BIN / words[0]), *words[1:], external=True)


@nox.session(venv_backend="none")
def coverage(session: nox.Session) -> None:
    """Which lines and branches the tests reach; it takes a fifth longer than without."""
    counted = ("--cov", "--cov-report=term:skip-covered")
    session.run(str(_BIN / "pytest"), *_BESIDE, *counted, *session.posargs, external=True)


@nox.session(python=["3.11", "3.12", "3.13"], venv_backend="venv")
def tests(session: nox.Session) -> None:
    """All tests, with the pinned packages."""
    session.install("--require-hashes", "-r", "requirements-dev.txt")
    session.install("--no-deps", "-e", ".")
    session.run("pytest", *_BESIDE, *session.posargs)


@nox.session(venv_backend="none")
def pins(session: nox.Session) -> None:
    """Write the pinned requirements anew, with hashes and without the name of any host."""
    common = ("uv", "pip", "compile", "--universal", "--python-version", "3.11", "--upgrade")
    plain = ("--generate-hashes", "--no-emit-index-url", "--no-header", "--no-annotate", "--quiet")
    for extra, name in (((), "requirements.txt"), (("--extra", "dev"), "requirements-dev.txt")):
        session.run(*common, *plain, *extra, "pyproject.toml", "-o", name, external=True)
