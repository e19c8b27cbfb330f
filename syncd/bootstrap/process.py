"""Work done once on an opened configuration, and the log it is told in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import SecretStr

from syncd import logs
from syncd.bootstrap.application import Opened, dependencies, opened
from syncd.config.load import Loaded, load
from syncd.engine.daemon import Engine
from syncd.engine.deps import Deps
from syncd.services.status import links

T = TypeVar("T")

# How long a shutdown waits for what is in flight: a request takes 10 s at most.
PATIENCE = 20.0


@dataclass(frozen=True, slots=True)
class Synced:
    """What one `sync` left behind; `complete` False when a calendar could not be read."""

    complete: bool
    linked: int
    waiting: int


def sync(config_path: Path) -> Synced:
    """Work until nothing is left to do."""
    loaded = load(config_path)
    configure_logs(loaded)
    with opened(loaded, exclusive=True) as store:
        return asyncio.run(_sync(loaded, store))


async def _sync(loaded: Loaded, store: Opened) -> Synced:
    async with running(loaded, store) as engine:
        complete = await engine.until_quiet()
        lines = await links(engine.deps)
        linked = sum(1 for line in lines if line.meeting_id is not None)
        waiting = sum(1 for line in lines if line.state == "waiting")
        return Synced(complete, linked, waiting)


def beside(config_path: Path, work: Callable[[Deps], Awaitable[T]]) -> T:
    """Do one piece of work that writes, whether or not a daemon runs: leases keep the two apart."""
    loaded = load(config_path)
    configure_logs(loaded)
    with opened(loaded, exclusive=False, make=True) as store:
        return asyncio.run(_beside(loaded, store, work))


async def _beside(loaded: Loaded, store: Opened, work: Callable[[Deps], Awaitable[T]]) -> T:
    async with dependencies(loaded, store) as deps:
        return await work(deps)


@asynccontextmanager
async def running(loaded: Loaded, store: Opened) -> AsyncIterator[Engine]:
    """Give an engine that is prepared; what is in flight ends before the block is left."""
    async with store.present(asyncio.Event()), dependencies(loaded, store) as deps:
        engine = Engine(deps)
        await store.free_leases()
        await engine.prepare()
        try:
            yield engine
        finally:
            await engine.stop(patience=PATIENCE)


def configure_logs(loaded: Loaded) -> None:
    """Set up the log; the secrets of the configuration are taken out of every record."""
    settings, secrets = loaded.config.log, loaded.secrets
    values = (getattr(secrets, name) for name in secrets.__slots__)
    known = [v.get_secret_value() for v in values if isinstance(v, SecretStr)]
    logs.configure(level=settings.level, form=settings.format, secrets=known)
