"""The play on both calendars."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.behaviour.ground import AppName
from tests.behaviour.table import told
from tests.behaviour.world import Play


@pytest.fixture(params=["google", "outlook"])
def app(request: pytest.FixtureRequest) -> AppName:
    """Run the test once in Google Calendar and once in Outlook."""
    name: AppName = request.param
    return name


@pytest.fixture
async def play(app: AppName, request: pytest.FixtureRequest) -> AsyncIterator[Play]:
    """Give people, their calendars and the engine, with all defaults.

    At the end the guest must have had as many mails as the table promises.
    """
    async with told(Play(app), request) as made:
        yield made
