from collections.abc import AsyncIterator

import pytest

from tests.fakes.stage import Stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Give an engine that knows its calendars and has done nothing yet."""
    made = Stage()
    await made.prepare()
    yield made
    made.close()
