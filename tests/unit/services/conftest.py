from collections.abc import AsyncIterator

import pytest

from tests.unit.services.served import Served


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    """Give a household served by the installation's own accounts, where people may connect too."""
    made = Served()
    await made.stage.prepare()
    yield made
    made.stage.close()


@pytest.fixture
async def own() -> AsyncIterator[Served]:
    """Give a household in which everybody connects for themselves."""
    made = Served(own=True)
    await made.stage.prepare()
    yield made
    made.stage.close()
