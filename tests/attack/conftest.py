from collections.abc import Iterator

import pytest

from tests.acceptance.processes import bytecode, compiled
from tests.attack.browsing import Site, site


@pytest.fixture(scope="session", autouse=True)
def _bytecode(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with compiled(bytecode(tmp_path_factory)):
        yield


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give one sandbox and one daemon with its pages to all tests of a file."""
    with site(tmp_path_factory.mktemp("site")) as made:
        yield made
