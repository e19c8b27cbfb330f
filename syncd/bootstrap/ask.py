"""One question to the services, asked from outside the daemon; it may run at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

from syncd.bootstrap.application import dependencies, opened
from syncd.config.load import Loaded, load
from syncd.engine.deps import Deps

T = TypeVar("T")


def ask(config_path: Path, question: Callable[[Deps], Awaitable[T]]) -> T:
    """Open the configuration, ask, close. ConfigError, StoreError and whatever the service raises."""
    return asyncio.run(_ask(load(config_path), question))


async def _ask(loaded: Loaded, question: Callable[[Deps], Awaitable[T]]) -> T:
    with opened(loaded, exclusive=False) as store:
        async with dependencies(loaded, store) as deps:
            return await question(deps)
