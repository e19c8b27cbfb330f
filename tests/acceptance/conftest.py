from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.processes import Daemon, Sandbox, bytecode, compiled


@pytest.fixture(scope="session", autouse=True)
def _bytecode(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with compiled(bytecode(tmp_path_factory)):
        yield


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """Give a sandbox of two people, polled every second, that runs until the test ends."""
    made = Sandbox(tmp_path / "sandbox")
    made.set('interval: "2s"', 'interval: "1s"')
    yield made
    made.stop()


@pytest.fixture
def daemon(sandbox: Sandbox) -> Iterator[Daemon]:
    """Give a daemon that works on the sandbox and is ready."""
    made = Daemon(sandbox.config).ready()
    yield made
    made.stop()
