"""Every check of the project: `nox` runs them in its own environment.

`nox -s tests-3.12 tests-3.13` runs the tests on other Pythons, each in a fresh environment.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nox

nox.options.sessions = ["checks"]
nox.options.error_on_missing_interpreters = False

_BIN = Path(sys.executable).parent
# Tests of processes wait for each other's clocks more than they compute: four workers keep two
# cores busy. A file stays with one worker: its tests share a sandbox and a daemon. In the order of
# the tree the long files come first; sorted by their number of tests they would come last, alone.
_BESIDE = ("--numprocesses=4", "--dist=loadfile", "--no-loadscope-reorder")


@nox.session(venv_backend="none")
def checks(session: nox.Session) -> None:
    """Style, types, architecture, and all tests; types are read while the tests run."""
    with ThreadPoolExecutor(1) as beside:
        types = beside.submit(_run, session, "mypy")
        _run(session, "ruff", "check")
        _run(session, "ruff", "format", "--check")
        _run(session, "lint-imports")
        # Four workers would compile every module at once: it is done before, while types are read.
        _run(session, "pytest", "--collect-only", "-qq", silent=True)
        _run(session, "pytest", *_BESIDE, "--durations=15", *session.posargs)
        types.result()


def _run(session: nox.Session, *words: str, silent: bool = False) -> None:
    # What is compiled is kept, for workers and for the daemons that tests start, whatever is set.
    env = {"PYTHONDONTWRITEBYTECODE": ""}
    session.run(str(_BIN / words[0]), *words[1:], external=True, silent=silent, env=env)


@nox.session(venv_backend="none")
def coverage(session: nox.Session) -> None:
    """Which lines and branches the tests reach; it takes a fifth longer than without."""
    counted = ("--cov", "--cov-report=term:skip-covered")
    _run(session, "pytest", *_BESIDE, *counted, *session.posargs)


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
